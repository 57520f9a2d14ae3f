// The table of contents: everything that `import … from 'sys-socket'` gives.

export * from './address.js'
export * from './calls.js'
export * from './constants.js'
export * from './descriptors.js'
export { type Fd, isDefined } from './flavor.js'
export * from './message.js'
export * from './names.js'
export * from './options.js'
export * from './readiness.js'
export {
  type Err,
  type ErrorName,
  errnoName,
  gai_strerror,
  hstrerror,
  type Ok,
  type Result,
  SystemError,
  strerror,
  unwrap,
} from './result.js'
