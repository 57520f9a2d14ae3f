// Around every test: descriptors that the test registered are closed, and any socket it leaves open fails it.
import { afterAll, afterEach, beforeEach, expect } from 'vitest'
import { closeOwned, openSockets, removeDirectories } from './fixtures.js'

let before: string[]

beforeEach(() => {
  before = openSockets()
})

afterEach(() => {
  closeOwned()
  expect(openSockets(), 'sockets left open by this test').toEqual(before)
})

afterAll(removeDirectories)
