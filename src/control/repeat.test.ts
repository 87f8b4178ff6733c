// Guarantee: of each job that runs again and again is told when it last ended, when it runs next and with which code it failed, and no text.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { repeat, together } from './repeat.ts'

const HOUR_MS = 3_600_000

test('a job rests, fails with a code, and is stopped; one without a name is told nowhere', async () => {
  const clock = { now: () => 1_000 }
  const heard: unknown[] = []
  const failing = new Error('words of nobody')
  const onFailed = (thrown: unknown): void => void heard.push(thrown)
  const jobs = [
    repeat(async () => undefined, { name: 'policy.keep', waitMs: HOUR_MS, onFailed, clock }),
    repeat(() => Promise.reject(failing), { name: 'ledger.audit', waitMs: HOUR_MS, onFailed, clock }),
    repeat(async () => undefined, { waitMs: HOUR_MS, onFailed, clock }),
  ]
  const all = together(jobs)
  assert.deepEqual(
    all.reports?.().map(({ name, runningSince }) => [name, runningSince]),
    [
      ['policy.keep', 1_000],
      ['ledger.audit', 1_000],
    ],
  )
  await new Promise((resolve) => setImmediate(resolve))
  const [kept, audited] = all.reports?.() ?? []
  assert.deepEqual(kept, {
    ...{ name: 'policy.keep', everyMs: HOUR_MS, runningSince: undefined, endedAt: 1_000, nextAt: 1_000 + HOUR_MS },
    ...{ failedAt: undefined, errorCode: undefined, isFailing: false },
  })
  assert.deepEqual([audited?.isFailing, audited?.failedAt, heard], [true, 1_000, [failing]])
  assert.ok(!JSON.stringify(audited).includes('words'))
  await all.stop()
})
