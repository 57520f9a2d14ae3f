// Arguments by type, for tests that are derived from the rows: one that is right, and those that are wrong.
import { AF_UNSPEC } from '../lib/constants.js'
import type { Row } from '../lib/native.js'

type Parameter = Row['parameters'][number]

/** A view that has lost its memory. */
export function detached<View extends Uint8Array<ArrayBuffer> | BigInt64Array<ArrayBuffer> = Uint8Array<ArrayBuffer>>(
  view: View = new Uint8Array(8) as View,
): View {
  structuredClone(view.buffer, { transfer: [view.buffer] })
  return view
}

/** A view that is out of bounds because its buffer was resized. */
export function outOfBounds(): Uint8Array {
  const buffer = new ArrayBuffer(16, { maxByteLength: 16 })
  const view = new Uint8Array(buffer, 8, 8)
  buffer.resize(4)
  return view
}

const samples: Readonly<Record<string, () => unknown>> = {
  Fd: () => -1,
  number: () => 0,
  string: () => '127.0.0.1',
  Uint8Array: () => new Uint8Array(16),
  Int32Array: () => new Int32Array(4),
  'Address | Uint8Array': () => ({ family: AF_UNSPEC }),
  'PollFd[] | Int32Array': () => [],
  Duration: () => 0,
  Message: () => ({ iov: [] }),
  MessageRoom: () => ({ iov: [], lengths: new Int32Array(4) }),
  'readonly Message[]': () => [{ iov: [] }],
  'readonly MessageRoom[]': () => [{ iov: [], lengths: new Int32Array(4) }],
  'readonly Uint8Array[]': () => [],
  OptionValue: () => 0,
  'number | bigint | BigInt64Array | null': () => null,
  'readonly number[]': () => [],
  SelectSets: () => ({}),
  EpollInterest: () => ({ events: 0 }),
  'EpollEvent[] | Int32Array': () => [],
  'number | string | Int32Array | Uint8Array': () => undefined,
  'string | null': () => null,
  'string | number | null': () => null,
  'AddressInfoHints | null': () => null,
  'AddressInfo[]': () => [],
  'ServiceEntry[]': () => [],
  'ProtocolEntry[]': () => [],
  'HostEntry[]': () => [],
  'InterfaceIndex[]': () => [],
  'unknown[]': () => undefined,
}

/** Types that are plain numbers: descriptors, flags, families … */
const isInteger = ({ type }: Parameter): boolean => type === 'number' || !(type in samples) || type === 'Fd'

export function right(parameter: Parameter): unknown {
  if (parameter.name === 'newFd') return 1000 // never open here
  if (parameter.name === 'maxEvents' || parameter.name === 'length') return 1 // of 0, some kernels look at nothing else
  if (parameter.name === 'bytes' && parameter.direction === 'in') return new Uint8Array(4)
  return (samples[parameter.type] ?? samples.number)?.()
}

const notIntegers = [
  '1',
  null,
  1.5,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  2 ** 53,
  -(2 ** 53),
  10n,
  {},
  [1],
  true,
  Symbol('1'),
]
const notBytes = [
  'bytes',
  1,
  10n,
  true,
  {},
  [1, 2],
  () => 0,
  Symbol('bytes'),
  new ArrayBuffer(8),
  new DataView(new ArrayBuffer(8)),
  new Int8Array(8),
  new Uint8ClampedArray(8),
  new Uint16Array(8),
]
const notAddresses = [
  undefined,
  null,
  1,
  'x',
  {},
  [],
  { family: '2' },
  { family: 1.5 },
  { family: -1 },
  { family: 65536 },
  { family: 99 },
  { family: 99, data: 'x' },
  new DataView(new ArrayBuffer(16)),
  new Int32Array(4),
]
const notLists = [
  undefined,
  null,
  1,
  'x',
  {},
  new Uint8Array(8),
  new Int32Array(4),
  [1],
  [{}],
  [{ fd: 1 }],
  [{ fd: 1, events: 1.5 }],
  [{ fd: 1, events: 40000 }],
  [undefined],
]

const notVectors = [
  undefined,
  null,
  1,
  'x',
  {},
  new Uint8Array(8),
  [1],
  [undefined],
  ['x'],
  new Array(2 ** 32 - 1),
  [detached()],
  [outOfBounds()],
  [new Int8Array(1)],
]
const notObjects = [undefined, null, 1, 'x', [], new Uint8Array(1), {}]
const notMessages = [
  ...notObjects,
  ...notVectors.map((iov) => ({ iov })),
  ...[1, 'x', {}, { family: 99 }].map((address) => ({ iov: [], address })),
  ...[
    1,
    'x',
    {},
    [1],
    [{}],
    [{ level: 1 }],
    [{ level: 1, type: 1 }],
    [{ level: 1, type: 1, data: 1 }],
    [{ level: 1, type: 1, data: [1.5] }],
    [{ level: 99, type: 1, data: [] }],
    [{ level: 1, type: 2, data: { pid: 1 } }],
    [{ level: 1.5, type: 1, data: new Uint8Array(4) }],
    [{ level: 1, type: 1, data: detached() }],
    new DataView(new ArrayBuffer(8)),
  ].map((control) => ({ iov: [], control })),
]
const lengths = new Int32Array(4)
/** For the raw face, and for the Result face, which makes the room itself. */
const notRooms = [
  ...notObjects,
  ...notVectors.map((iov) => ({ iov, lengths })),
  { iov: [], lengths: new Int32Array(3), controlLength: -1 },
  { iov: [], lengths: 'x', controlLength: 1.5 },
  { iov: [], address: 'x', lengths, controlLength: 'x' },
  { iov: [], control: detached(), lengths, controlLength: 2 ** 31 },
]

const notSelected = [
  1,
  'x',
  {},
  new Uint8Array(1),
  [1.5],
  ['1'],
  [-1],
  [1024],
  [2 ** 31],
  [undefined],
  new Array(2 ** 32 - 1),
]
const notSets = [
  undefined,
  null,
  1,
  'x',
  ...[...notSelected, Int32Array.of(0, 1024), Int32Array.of(-1)].flatMap((list) => [
    { read: list },
    { write: list },
    { except: list },
  ]),
]
const notInterests = [
  1,
  'x',
  [],
  {},
  ...['1', 1.5, 10n, 2 ** 32, -(2 ** 31) - 1].map((events) => ({ events })),
  ...['1', 1.5, -1, 2 ** 53, -1n, 2n ** 64n, {}].map((data) => ({ events: 0, data })),
]
const notOffsets = [
  '1',
  1.5,
  true,
  {},
  [],
  2 ** 53,
  2n ** 63n,
  new Int32Array(2),
  new BigUint64Array(1),
  new BigInt64Array(0),
  detached(new BigInt64Array(1)),
]

/** Values that must be refused for this parameter. */
export function wrong(parameter: Parameter): readonly unknown[] {
  const absent = parameter.optional === 'no' ? [undefined] : []
  if (isInteger(parameter)) return [...absent, ...notIntegers]
  switch (parameter.type) {
    case 'string':
      return [undefined, null, 1, {}, Symbol('x'), 'a\0b', '\ud800']
    case 'Uint8Array':
      return [...absent, ...notBytes, detached(), outOfBounds()]
    case 'Int32Array':
      return [...absent, ...notBytes, new Uint8Array(8), new Int32Array(0)]
    case 'Address | Uint8Array':
      return [...notAddresses, detached(), outOfBounds()]
    case 'PollFd[] | Int32Array':
      return notLists
    case 'OptionValue':
      return [undefined, null, '1', 1.5, Number.NaN, 2 ** 32, {}, [], 10n, new Int32Array(1), detached()]
    case 'number | string | Int32Array | Uint8Array':
      return ['1', 1.5, {}, 2 ** 31, new Uint8Array(4), detached(), new Int32Array(0), 'a\0b']
    case 'string | null':
      return [1, {}, true, Symbol('x'), 'a\0b', '\ud800']
    case 'string | number | null':
      return [true, {}, [], 10n, 1.5, -1, 65536, Number.NaN, Symbol('x'), 'a\0b', '\ud800']
    case 'AddressInfoHints | null':
      return [
        1,
        'x',
        true,
        () => 0,
        { flags: 1.5 },
        { flags: '1' },
        { family: 2 ** 31 },
        { socktype: null },
        { protocol: {} },
      ]
    case 'AddressInfo[]':
    case 'ServiceEntry[]':
    case 'ProtocolEntry[]':
    case 'HostEntry[]':
    case 'InterfaceIndex[]':
    case 'unknown[]':
      return [...absent, 1, 'x', {}, { length: 0 }, new Uint8Array(8), new Proxy([], {})]
    case 'Duration':
      return ['1', 10n, {}, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 60]
    case 'Message':
      return notMessages
    case 'MessageRoom':
      return notRooms
    case 'readonly Message[]':
      return [undefined, null, 1, {}, ...notMessages.map((message) => [{ iov: [] }, message])]
    case 'readonly MessageRoom[]':
      return [undefined, null, 1, {}, ...notRooms.map((room) => [room])]
    case 'readonly Uint8Array[]':
      return notVectors
    case 'number | bigint | BigInt64Array | null':
      return notOffsets
    case 'readonly number[]':
      return [1, 'x', {}, new Int32Array(1), ['SIGINT'], [1.5], [0], [65], [32], [undefined], new Array(2 ** 32 - 1)]
    case 'SelectSets':
      return notSets
    case 'EpollInterest':
      return notInterests
    case 'EpollEvent[] | Int32Array':
      return [undefined, null, 1, 'x', {}, new Uint8Array(16), new Int32Array(2), new BigInt64Array(4)]
    default:
      throw new Error(`no wrong values for ${parameter.type}`)
  }
}
