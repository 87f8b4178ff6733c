// Guarantee: of many pieces that come at once so many are passed on in each turn of the event loop, in the order they came, and no more than a bound wait.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { Pace } from './pace.ts'

/** What comes in one turn, each piece by its number. */
function come(pace: Pace, numbers: readonly number[], passed: number[]): void {
  for (const number of numbers) {
    if (pace.take()) passed.push(number)
    else pace.wait(() => passed.push(number))
  }
}

const range = (from: number, to: number): readonly number[] => Array.from({ length: to - from }, (_, index) => from + index)

test('few are passed on at once, of many a share in each turn, in their order', async () => {
  const pace = new Pace()
  const passed: number[] = []
  come(pace, range(0, 32), passed)
  assert.equal(passed.length, 32)
  await nextTurn()
  come(pace, range(32, 132), passed)
  const byTurn = [passed.length]
  while (passed.length < 132) {
    await nextTurn()
    byTurn.push(passed.length)
  }
  assert.deepEqual(byTurn, [64, 96, 128, 132])
  assert.deepEqual(passed, range(0, 132))
})

test('what comes while others wait comes after them', async () => {
  const pace = new Pace()
  const passed: number[] = []
  come(pace, range(0, 80), passed)
  await nextTurn()
  come(pace, range(80, 90), passed)
  assert.equal(passed.length, 64)
  while (passed.length < 90) await nextTurn()
  assert.deepEqual(passed, range(0, 90))
  await nextTurn()
  come(pace, [90], passed)
  assert.equal(passed.at(-1), 90)
})

test('no more than a bound wait', async () => {
  const pace = new Pace()
  const passed: number[] = []
  come(pace, range(0, 6_000), passed)
  assert.equal(6_000 - passed.length, 4_096)
  while (passed.length < 6_000) await nextTurn()
  assert.deepEqual(
    passed.toSorted((a, b) => a - b),
    range(0, 6_000),
  )
})
