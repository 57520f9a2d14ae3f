// Owns the test of examples/tools/udp-gso.ts: how many datagrams one call sends, and how many calls receive them.
import { afterEach, expect, test } from 'vitest'
import { type Child, start, stopAll } from '../peers/peers.js'

afterEach(stopAll)

const tool = (...args: number[]): Child =>
  start(process.execPath, '--import', 'tsx', 'examples/tools/udp-gso.ts', ...args.map(String))

test.each([
  [10_000, 1200],
  [6400, 100], // 64 datagrams: as many as every kernel cuts
  [1000, 1000],
])('I-022, I-023: udp-gso: %i bytes in datagrams of %i arrive one by one, or all at once', async (bytes, segment) => {
  const sizes = Array.from({ length: Math.ceil(bytes / segment) }, (_, i) => Math.min(segment, bytes - i * segment))
  expect((await tool(bytes, segment).output()).split('\n')).toEqual([
    `One sendmsg(): ${bytes} bytes in datagrams of ${segment}; without UDP_GRO:`,
    ...sizes.map((size, i) => `  recvmsg() ${i + 1}: ${size} bytes, datagrams of ${size}, intact`),
    `One sendmsg(): ${bytes} bytes in datagrams of ${segment}; with UDP_GRO:`,
    `  recvmsg() 1: ${bytes} bytes, datagrams of ${segment}, intact`,
    '',
  ])
})

test('I-022: udp-gso: says with which errno more datagrams than the kernel cuts are refused', async () => {
  const child = tool(1000, 1)
  expect(await child.end()).toBe(1)
  expect(child.stderr).toContain('SystemError: sendmsg: EINVAL')
})
