// Guarantee: the time of control is the database's, whatever becomes of the machine's clock, and goes on evenly while nobody can be asked.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Database, DatabaseError } from '../db/index.ts'
import type { LogEvent } from '../lib/index.ts'
import { databaseClock } from './database-clock.ts'

const DAY_MS = 86_400_000
const NOON = 20_000 * DAY_MS + DAY_MS / 2

/** A machine and a database whose clocks are set by hand; `answerMs` is how long an answer takes, half of it each way. */
function world() {
  const state = { machine: NOON, passed: 5, database: NOON, answerMs: 0, isAway: false }
  const pass = (millis: number): void => {
    state.machine += millis
    state.passed += millis
    state.database += millis
  }
  const query: Database['query'] = async <Row>() => {
    if (state.isAway) throw new DatabaseError('connection_lost')
    pass(state.answerMs / 2)
    const now = new Date(state.database)
    pass(state.answerMs / 2)
    return [{ now }] as Row[]
  }
  const database: Database = { query, transaction: () => Promise.reject(new Error('none')), end: async () => undefined }
  const events: LogEvent[] = []
  const machine = { now: () => state.machine, monotonic: () => state.passed }
  const clock = databaseClock({ database, machine, log: (event) => void events.push(event) })
  return { state, pass, clock, events }
}

test('a step of the machine moves nothing, a step of the database is followed', async () => {
  const { state, pass, clock, events } = world()
  await clock.look()
  for (const step of [DAY_MS, -3 * DAY_MS, 1]) {
    state.machine += step
    assert.equal(clock.now(), state.database)
    assert.equal(await clock.look(), false)
    assert.equal(clock.now(), state.database)
  }
  assert.equal(events.length, 0)
  for (const step of [DAY_MS, -2 * DAY_MS, 2000]) {
    state.database += step
    assert.equal(await clock.look(), true)
    assert.equal(clock.now(), state.database)
    pass(700)
    assert.equal(clock.now(), state.database)
  }
  assert.deepEqual(
    events,
    [86_400, -172_800, 2].map((seconds) => ({ event: 'clock-stepped', seconds })),
  )
})

test('the first look takes the time from a machine whose clock is wrong', async () => {
  const { state, clock } = world()
  state.database -= 7 * DAY_MS
  assert.equal(clock.now(), NOON)
  await clock.look()
  assert.equal(clock.now(), state.database)
})

test('the way to the database and back is no step, and a late answer is not believed', async () => {
  const { state, clock } = world()
  state.answerMs = 180
  await clock.look()
  assert.equal(clock.now(), state.database)
  state.answerMs = 5000
  state.database += 60_000
  await clock.look()
  assert.equal(clock.now(), state.database - 60_000)
})

test('while the database is away time goes on', async () => {
  const { state, pass, clock } = world()
  await clock.look()
  state.isAway = true
  pass(90_000)
  await assert.rejects(clock.look(), { message: 'connection_lost' })
  assert.equal(clock.now(), NOON + 90_000)
})
