// The package as its users get it: packed, installed in an empty project, with a prebuilt addon, without, and from source.
import { execFileSync, spawnSync } from 'node:child_process'
import { copyFileSync, cpSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { temporaryDirectory } from './fixtures.js'

const root = fileURLToPath(new URL('..', import.meta.url))
const addon = join(root, 'build/Release/sys_socket.node')
let project: string
let installed: string

beforeAll(() => {
  project = temporaryDirectory()
  installed = join(project, 'node_modules/sys-socket')
  mkdirSync(installed, { recursive: true })
  const [packed] = JSON.parse(
    execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', project], {
      cwd: root,
      stdio: 'pipe',
      encoding: 'utf8',
    }),
  ) as [{ filename: string }]
  execFileSync('tar', ['-xzf', join(project, packed.filename), '--strip-components=1', '-C', installed])
  rmSync(join(installed, 'prebuilds'), { recursive: true, force: true }) // whatever was built here before
  for (const dependency of ['node-gyp-build', 'node-addon-api'])
    symlinkSync(join(root, 'node_modules', dependency), join(project, 'node_modules', dependency))
  writeFileSync(join(project, 'package.json'), '{ "type": "module" }')
})

/** Runs a script of the project's, and gives what it printed. */
function run(script: string, env: NodeJS.ProcessEnv = {}): string {
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd: project,
    encoding: 'utf8',
    env: { ...process.env, ...env },
  })
  return stdout + stderr
}

const script = "import { socket } from 'sys-socket'; console.log(socket(1, 77).code)"

describe('the package', () => {
  test('has what it needs and nothing else', () => {
    expect(readdirSync(installed).sort()).toEqual(
      ['CHANGELOG.md', 'LICENSE', 'README.md', 'binding.gyp', 'dist', 'native', 'package.json'].sort(),
    )
  })

  test('without an addon says what to type', () => {
    const output = run(script)
    expect(output).toContain(`sys-socket has no addon for ${process.platform}-${process.arch}`)
    expect(output).toContain('npm rebuild sys-socket')
  })

  test('takes a prebuilt addon without compiling', () => {
    const prebuilds = join(installed, 'prebuilds', `${process.platform}-${process.arch}`)
    mkdirSync(prebuilds, { recursive: true })
    copyFileSync(addon, join(prebuilds, 'sys-socket.node'))
    expect(run(script)).toBe('EINVAL\n')
    // node-gyp-build is what `npm install` runs: with a prebuilt addon it must not call the compiler.
    const install = spawnSync('npm', ['run', 'install'], {
      cwd: installed,
      encoding: 'utf8',
      env: { ...process.env, CXX: 'false', CC: 'false' },
    })
    expect(install.status, install.stderr).toBe(0)
    expect(readdirSync(installed)).not.toContain('build')
    rmSync(join(installed, 'prebuilds'), { recursive: true })
  })

  test('compiles its addon from source where there is none', () => {
    execFileSync('npm', ['run', 'install'], { cwd: installed, stdio: 'pipe' })
    expect(run(script)).toBe('EINVAL\n')
    rmSync(join(installed, 'build'), { recursive: true })
  }, 240_000)

  test('offers its faces, and hides its inside', () => {
    cpSync(addon, join(installed, 'build/Release/sys_socket.node'))
    expect(run("import * as raw from 'sys-socket/raw'; console.log(raw.socket(1, 77))")).toBe('-22\n')
    expect(run("import 'sys-socket/dist/native.js'")).toContain('ERR_PACKAGE_PATH_NOT_EXPORTED')
    expect(
      run(
        "import { createRequire } from 'node:module'; console.log(typeof createRequire(import.meta.url)('sys-socket').recv)",
      ),
    ).toContain('function')
  })

  test('has types that a strict project compiles with', () => {
    writeFileSync(
      join(project, 'index.ts'),
      `import { AF_UNIX, type Result, recv, SO_RCVBUF, SO_REUSEADDR, SOCK_STREAM, SOL_SOCKET, getsockopt, socketpair, unwrap } from 'sys-socket'
       import * as raw from 'sys-socket/raw'
       const [x] = unwrap(socketpair(AF_UNIX, SOCK_STREAM))
       const count: Result<number> = recv(x, new Uint8Array(8))
       const text: string = count.ok ? String(count.value) : count.message
       const on: boolean = unwrap(getsockopt(x, SOL_SOCKET, SO_REUSEADDR))
       const size: number = unwrap(getsockopt(x, SOL_SOCKET, SO_RCVBUF))
       // @ts-expect-error a socket type is no address family
       socketpair(SOCK_STREAM, AF_UNIX)
       // @ts-expect-error bytes, not text
       recv(x, 'text')
       console.log(text, on, size, raw.close(x))`,
    )
    const tsc = spawnSync(
      join(root, 'node_modules/.bin/tsc'),
      ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022', '--types', '', 'index.ts'],
      {
        cwd: project,
        encoding: 'utf8',
      },
    )
    expect(tsc.stdout).toBe('')
    expect(tsc.status).toBe(0)
  })
})
