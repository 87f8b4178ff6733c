// Guarantee: operators see what is deleted when, how each job does, how the policy stands, and which erasures wait; and can try one again.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openRightsWorld } from '../../checks/privacy/rights-world.ts'
import { sql } from '../db/index.ts'
import { createTestDatabase, type TestDatabase } from '../db/testing.ts'
import type { JobReport } from '../spec/index.ts'
import { operatorApp } from './index.ts'
import { send, testWorld } from './test-world.ts'

let kit: TestDatabase
before(async () => {
  kit = await createTestDatabase()
})
after(() => kit.drop())

const RESTING: JobReport = {
  ...{ name: 'policy.keep', everyMs: 60_000, runningSince: undefined, endedAt: 1_000, nextAt: 61_000 },
  ...{ failedAt: undefined, errorCode: undefined, isFailing: false },
}
const JOBS: readonly JobReport[] = [
  RESTING,
  { ...RESTING, name: 'ledger.audit', isFailing: true, failedAt: 900, errorCode: '57014' },
  { ...RESTING, name: 'keys.keep', runningSince: 2_000, nextAt: undefined },
]

test('the clock of retention names each table, each day with the one it goes, and each job', async () => {
  const { dependencies } = testWorld(kit.appDatabase)
  await kit.ledgerDatabase.query(sql`select ensure_usage_partition('2026-11-21'::date)`)
  const { status, json, text } = await send(operatorApp({ ...dependencies, jobs: () => JOBS }), 'GET /operator/v1/retention')
  assert.equal(status, 200, text)
  assert.equal(json.late_seconds, 0)
  assert.deepEqual(
    json.rules.find(({ table }: { table: string }) => table === 'usage_event'),
    { table: 'usage_event', days: 90, by: 'partition' },
  )
  assert.ok(
    json.days.some(({ day, drops_on }: { day: string; drops_on: string }) => day === '2026-11-21' && drops_on === '2027-02-19'),
    text,
  )
  assert.deepEqual(
    json.jobs.map((job: { name: string; state: string; error_code: string | null }) => [job.name, job.state, job.error_code]),
    [
      ['policy.keep', 'waiting', null],
      ['ledger.audit', 'failing', '57014'],
      ['keys.keep', 'running', null],
    ],
  )
})

test('the state of the policy has its versions, all clauses and who is held', async () => {
  const { dependencies } = testWorld(kit.appDatabase)
  const app = operatorApp(dependencies)
  await dependencies.policy.publish()
  const { status, json, text } = await send(app, 'GET /operator/v1/policy/state')
  assert.equal(status, 200, text)
  assert.equal(json.clauses.length, 115)
  assert.deepEqual([json.versions.length, json.versions[0].number, json.versions[0].is_in_force, json.held], [1, 1, true, []])
  assert.match((await send(app, 'GET /operator/v1/policy/versions/1')).json.text, /^# Privacy policy/)
  assert.equal((await send(app, 'GET /operator/v1/policy/versions/9')).status, 404)
})

test('an erasure is in the queue with its clocks, is tried again when asked, and an account that is not to be erased is not', async () => {
  const world = await openRightsWorld()
  try {
    const { dependencies } = testWorld(world.kit.appDatabase, world.options)
    const clock = { now: world.clock.now, monotonic: world.clock.now }
    const app = operatorApp({ ...dependencies, subjects: world.subjects, ledger: world.ledger, clock })
    const id = await world.customer('gone@example.com')
    assert.equal((await send(app, `POST /operator/v1/accounts/${id}/erasure/retry`, { body: {} })).status, 404)
    const begun = await send(app, `POST /operator/v1/accounts/${id}/erasure`, { body: { email: 'gone@example.com' } })
    assert.equal(begun.status, 202, begun.text)
    const { json } = await send(app, 'GET /operator/v1/privacy/erasures')
    const [queued] = [...json.open, ...json.done]
    assert.deepEqual([queued.account_id, queued.cause, queued.is_late], [id, 'operator', false])
    const retried = await send(app, `POST /operator/v1/accounts/${id}/erasure/retry`, { body: {} })
    assert.deepEqual([retried.status, retried.json.account_id], [200, id], retried.text)
  } finally {
    await world.close()
  }
})
