// Guarantee: a loop that was held up is told as late by as much, once.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LOOK_MS, LoopWatch } from './loop-watch.ts'

test('what came late is told by how much, and forgotten then', () => {
  const at = { now: 0 }
  const watch = new LoopWatch({ monotonic: () => at.now })
  assert.equal(watch.take(), 0)
  const look = (lateMs: number): void => {
    at.now += LOOK_MS + lateMs
    watch.look()
  }
  for (let index = 0; index < 98; index += 1) look(1)
  look(80)
  look(90)
  const late = watch.take()
  assert.ok(late >= 79_000 && late <= 81_000, `${late}`)
  look(0)
  assert.equal(watch.take(), 1)
  assert.equal(watch.take(), 0)
})

test('a real loop that is held up for 150 ms is told so', async () => {
  const watch = new LoopWatch({ monotonic: () => performance.now() })
  const looking = setInterval(() => watch.look(), LOOK_MS)
  await new Promise((resolve) => setTimeout(resolve, 60))
  const until = performance.now() + 150
  while (performance.now() < until);
  await new Promise((resolve) => setTimeout(resolve, 60))
  clearInterval(looking)
  const late = watch.take()
  assert.ok(late >= 120_000, `${late}`)
})
