// Guards: days are compared by themselves, figures reach the metrics, a failure is told and tried again, and a stop does not wait for a provider.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { openReportedBooks, REPORTED, type ReportedBooks } from '../../checks/money/reported-books.ts'
import { readDays } from '../reconcile/index.ts'
import { makeMetrics, RouteNames } from '../watch/index.ts'
import { startReconciling } from './reconciling.ts'

let world: ReportedBooks
before(async () => {
  world = await openReportedBooks({ seed: 9, day: 20_600 })
})
after(() => world.close())

const watched = {
  names: new RouteNames(),
  ...{
    openCalls: () => 0,
    backlog: () => 0,
    gateways: () => 0,
    isServing: () => true,
    held: () => 0n,
    frozenAccounts: () => 0,
    isLedgerOk: () => true,
  },
  ...{
    keyLookUps: () => 0,
    keyAlarms: () => new Map(),
    clearingOverdue: () => 0,
    certificateDays: () => undefined,
    backupSeconds: async () => undefined,
    upstreams: () => new Map(),
  },
}

test('what was not charged is on the metrics, by part', async () => {
  const [of] = REPORTED
  const call = world.makeCall(of)
  world.providers[of.upstream].billing.record(call.billed)
  world.providers[of.upstream].billing.overcharge(call.billed.day, call.billed.model, 2_500_000_000n)
  await world.settle(of, call)
  await world.endDay()
  const metrics = makeMetrics(watched)
  const { now: _, ...reconciling } = world.reconciling()
  let heard = 0
  const onReconciled: typeof metrics.onReconciled = (watch) => {
    metrics.onReconciled(watch)
    heard += 1
  }
  const job = startReconciling({ ...reconciling, clock: world.books.clock, onReconciled })
  while (heard === 0) await sleep(10)
  await job.stop()
  const text = await metrics.text()
  assert.match(text, /^farebox_reconcile_loss_usd 2\.5$/m)
  assert.match(text, /^farebox_reconcile_apart_usd\{part="provider"\} 2\.5$/m)
  assert.match(text, /^farebox_reconcile_apart_usd\{part="ledger"\} 0$/m)
  assert.match(text, /^farebox_reconcile_alarms 1$/m)
  assert.ok((await readDays(reconciling.database, { limit: 10 })).length >= 1)
  assert.ok(world.logged.some(({ event, part, loss }) => event === 'reconcile-differs' && part === 'provider' && loss === 2_500_000_000n))
})

test('a failure of ours is told', async () => {
  const { now: _, ...reconciling } = world.reconciling()
  const broken = { ...reconciling.database, query: async () => Promise.reject(new TypeError('broken')) }
  const job = startReconciling({ ...reconciling, database: broken, clock: world.books.clock, onReconciled: () => undefined })
  while (!world.logged.some(({ event }) => event === 'reconcile-failed')) await sleep(10)
  await job.stop()
  assert.ok(world.logged.some(({ event, code }) => event === 'reconcile-failed' && code === 'TypeError'))
})
