// Protects: what nobody waits for is written within 200 ms, and the settlements of a crowd within 50, so that a commit stays short.
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { Gathering } from './gathering.ts'

/** Gathering whose clock is moved by hand, and how often it has said that a commit is started. */
function open(t: TestContext, gatherMs?: number) {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const at = { now: 0, starts: 0 }
  const clock = { now: () => 0, monotonic: () => at.now }
  const gathering = new Gathering({ clock, ...(gatherMs === undefined ? {} : { gatherMs }) }, () => {
    at.starts += 1
    gathering.end()
  })
  const startsAfter = (millis: number): number => {
    at.now += millis
    t.mock.timers.tick(millis)
    return at.starts
  }
  return { gathering, startsAfter }
}

test('few settlements are gathered for 200 ms', (t) => {
  const { gathering, startsAfter } = open(t)
  for (let count = 0; count < 64; count += 1) gathering.gather(count)
  assert.equal(startsAfter(199), 0)
  assert.equal(startsAfter(1), 1)
  gathering.gather(1)
  gathering.end()
  assert.equal(startsAfter(1_000), 1, 'what was written meanwhile is not written again')
})

test('a crowd is gathered for 50 ms from the first on, and written at once where that is over', (t) => {
  const { gathering, startsAfter } = open(t)
  gathering.gather(63)
  assert.equal(startsAfter(30), 0)
  gathering.gather(64)
  gathering.gather(65)
  assert.equal(startsAfter(19), 0)
  assert.equal(startsAfter(1), 1)
  gathering.gather(1)
  assert.equal(startsAfter(120), 1)
  gathering.gather(64)
  assert.equal(startsAfter(1), 2)
  gathering.gather(500)
  assert.equal(startsAfter(49), 2)
  assert.equal(startsAfter(1), 3)
})

test('neither is gathered for longer than was asked for', (t) => {
  const { gathering, startsAfter } = open(t, 10)
  gathering.gather(64)
  assert.equal(startsAfter(10), 1)
  gathering.gather(1)
  assert.equal(startsAfter(10), 2)
})
