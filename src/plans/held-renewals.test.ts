// Guarantee: a renewal whose money is there, and partly held by calls, is paid when they are over, and neither told as unpaid nor ended meanwhile; one
// whose money they spend is unpaid like any other.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { connect, type Database, sql } from '../db/index.ts'
import { GroupCommit, registerNode } from '../ledger/index.ts'
import { systemClock } from '../lib/index.ts'
import { subscribe } from './index.ts'
import { openPlanKit, type PlanKit, USD } from './testing.ts'

const BEGAN = Date.parse('2026-03-01T00:00:00Z')
const RENEWED = Date.parse('2026-04-01T00:00:00Z')
const DAY_MS = 86_400_000

let kit: PlanKit
let ledgerDatabase: Database
let writer: GroupCommit
before(async () => {
  kit = await openPlanKit(BEGAN)
  await kit.newPlan({ id: 'standard', price: 20n * USD })
  ledgerDatabase = connect({ connection: kit.connection, role: 'farebox_ledger', poolMax: 2 })
  const term = await registerNode(ledgerDatabase, randomUUID())
  writer = new GroupCommit({ database: ledgerDatabase, ...term, clock: systemClock, log: () => undefined, retryMs: 2, gatherMs: 1 })
})
after(async () => {
  await ledgerDatabase.end()
  await kit.drop()
})

/** Somebody who is subscribed and has the money for one more period, of which a call holds a cent. */
async function member(): Promise<{ readonly accountId: string; readonly id: string }> {
  kit.clock.at = BEGAN
  const accountId = await kit.newAccount(40n * USD)
  const id = await subscribe(kit.parts, { accountId, planId: 'standard' })
  assert.equal(await writer.take({ accountId, need: USD / 100n, want: USD / 100n }), USD / 100n)
  kit.clock.at = RENEWED
  await kit.renew()
  return { accountId, id }
}
async function giveBack(accountId: string): Promise<void> {
  writer.release({ accountId, amount: USD / 100n })
  await writer.drain()
}
const lettersOf = async (accountId: string): Promise<readonly string[]> =>
  (await kit.database.query<{ template: string }>(sql`select template from plan_letter where account_id = ${accountId}::uuid`)).map(
    ({ template }) => template,
  )

test('it stays due while a call holds some of the money, past its grace too, and is paid when the call is over', async () => {
  const { accountId, id } = await member()
  assert.deepEqual([await kit.stateOf(id), await lettersOf(accountId)], ['active', []])
  kit.clock.at += 20 * DAY_MS
  await kit.renew()
  assert.deepEqual([await kit.stateOf(id), await lettersOf(accountId)], ['active', []])
  await giveBack(accountId)
  await kit.renew()
  assert.deepEqual(
    [await kit.stateOf(id), await kit.available(accountId), await lettersOf(accountId)],
    ['active', 0n, ['subscription-renewed']],
  )
  await kit.renew()
  assert.equal(await kit.available(accountId), 0n)
})

test('one that was unpaid before is not ended while the money is there', async () => {
  const { accountId, id } = await member()
  await kit.ledger.refund({ accountId, amount: USD, sourceKey: `spent ${accountId}`, reason: 'test' })
  await kit.renew()
  assert.deepEqual([await kit.stateOf(id), await lettersOf(accountId)], ['past_due', ['subscription-past-due']])
  await kit.give(accountId, USD)
  kit.clock.at += 8 * DAY_MS
  await kit.renew()
  assert.equal(await kit.stateOf(id), 'past_due')
  await giveBack(accountId)
  await kit.renew()
  assert.deepEqual([await kit.stateOf(id), await kit.available(accountId)], ['active', 0n])
})

test('one whose money is not there, with what is held, is past due at once and ends with its grace', async () => {
  const { accountId, id } = await member()
  await kit.ledger.refund({ accountId, amount: 1n, sourceKey: `spent ${accountId}`, reason: 'test' })
  await kit.renew()
  assert.deepEqual([await kit.stateOf(id), await lettersOf(accountId)], ['past_due', ['subscription-past-due']])
  kit.clock.at += 8 * DAY_MS
  await kit.renew()
  assert.equal(await kit.stateOf(id), 'ended')
})
