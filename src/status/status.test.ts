// Guarantee: uptime is what checks say, minute by minute: what nobody looked at was down, what was announced a day ahead does not count; and a month
// below the promise is credited once, with the part of what each account spent that was promised, however often and on however many nodes it is
// judged. Seed printed.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, beforeEach, test } from 'node:test'
import fc from 'fast-check'
import { type MoneyStore, openMoneyStore } from '../control/testing.ts'
import { connect, type Database, sql } from '../db/index.ts'
import { closeDays, type Ledger } from '../ledger/index.ts'
import type { LogEvent } from '../lib/index.ts'
import {
  announceMaintenance,
  cancelMaintenance,
  finishMonths,
  judgeLastMonth,
  listJudgedMonths,
  noteMinute,
  noteOutside,
  uptimeOf,
} from './index.ts'

const SEED = Date.now() % 1_000_000
const MINUTE = 60_000
const MONTH = Date.parse('2026-10-01T00:00:00Z')
const NEXT = Date.parse('2026-11-01T00:00:00Z')
const TENTH = Date.parse('2026-11-10T09:00:00Z')
const TERMS = { target: 995_000, credit: 10_000, plans: undefined }
const stores: { readonly store: MoneyStore; readonly database: Database }[] = []
let store: MoneyStore
let database: Database
beforeEach(async () => {
  store = await openMoneyStore()
  database = connect({ connection: store.connection, role: 'farebox_app', poolMax: 4 })
  stores.push({ store, database })
})
after(async () => {
  for (const one of stores) {
    await one.database.end()
    await one.store.drop()
  }
})

/** An account that spent so much in October, on days that are closed; the journal's own time is today's, so a day says which month it was. */
async function spender(amount: bigint): Promise<string> {
  const { accountId } = await store.newCustomer(amount)
  await store.ownerDatabase.query(
    sql`insert into account (id, email_sealed, email_lookup) values (${accountId}::uuid, null, null) on conflict do nothing`,
  )
  if (amount === 0n) return accountId
  await store.ownerDatabase.query(
    sql`insert into usage_day (account_id, day, cost, calls) values (${accountId}::uuid, '2026-10-15', ${amount}::bigint, 1)`,
  )
  return accountId
}
const available = async (accountId: string) => (await store.ledger.balanceOf(accountId))?.available

test('a month at 99.4 % below a promise of 99.5 % credits one per cent of what was spent, once', async () => {
  const down = Math.round(((NEXT - MONTH) / MINUTE) * 0.006)
  await noteOutside(database, { from: MONTH, to: NEXT, isUp: true })
  await noteOutside(database, { from: MONTH + 5 * MINUTE, to: MONTH + (5 + down) * MINUTE, isUp: false })
  const [rich, poor] = [await spender(123_456_789_123n), await spender(0n)]
  const parts = { database, ledger: store.ledger, terms: TERMS, log: () => undefined }
  assert.equal(await judgeLastMonth(parts, TENTH), undefined, 'days that are open are waited for')
  assert.deepEqual(await listJudgedMonths(database), [])
  await closeDays(store.database, { ids: { uuid: () => randomUUID() }, now: TENTH, before: Math.floor(TENTH / 86_400_000) })
  const before = await available(rich)
  const told = await Promise.all([judgeLastMonth(parts, TENTH), judgeLastMonth(parts, TENTH), judgeLastMonth(parts, TENTH)])
  assert.ok(told.some((judged) => judged?.isMissed === true && judged.amount === 1_234_567_891n && judged.accounts === 1))
  assert.equal(await judgeLastMonth(parts, TENTH + 1_000), undefined)
  assert.deepEqual([((await available(rich)) ?? 0n) - (before ?? 0n), await available(poor)], [1_234_567_891n, 0n])
  const [month] = await listJudgedMonths(database)
  assert.deepEqual([month?.month, month?.counted, month?.up, month?.isMissed], ['2026-10-01', 44_640, 44_640 - down, true])
})

test('a promise to the members of a plan holds for who was subscribed to it in that month, and for nobody else', async () => {
  await noteOutside(database, { from: MONTH, to: NEXT, isUp: true })
  await noteOutside(database, { from: MONTH + 5 * MINUTE, to: MONTH + 500 * MINUTE, isUp: false })
  await store.ownerDatabase.query(sql`
    insert into plan (id, price_multiplier, kind, price, source, is_active)
    values ('pro', 1000000, 'monthly', 1, 'file', true), ('basic', 1000000, 'monthly', 1, 'file', true)`)
  const subscribe = async (terms: { plan: string; from: string; until?: string; state?: string }): Promise<string> => {
    const accountId = await spender(1_000_000n)
    const { plan, from, until = null, state = until === null ? 'active' : 'ended' } = terms
    await store.ownerDatabase.query(sql`
      insert into subscription (id, account_id, plan_id, state, price, months, anchor, period_start, period_end, created_at, ended_at)
      values (${randomUUID()}::uuid, ${accountId}::uuid, ${plan}, ${state}, 1, 1, ${from}::timestamptz, ${from}::timestamptz,
        ${from}::timestamptz + interval '1 month', ${from}::timestamptz, ${until}::timestamptz)`)
    return accountId
  }
  const members = [
    await subscribe({ plan: 'pro', from: '2026-09-10T00:00:00Z' }),
    await subscribe({ plan: 'pro', from: '2026-10-31T23:00:00Z', state: 'past_due' }),
    await subscribe({ plan: 'pro', from: '2026-09-10T00:00:00Z', until: '2026-10-10T00:00:00Z' }),
    await spender(1_000_000n),
  ]
  await store.ownerDatabase.query(sql`update account set plan_id = 'pro' where id = ${members[3] ?? ''}::uuid`)
  const others = [
    await subscribe({ plan: 'basic', from: '2026-09-10T00:00:00Z' }),
    await subscribe({ plan: 'pro', from: '2026-11-01T00:00:00Z' }),
    await subscribe({ plan: 'pro', from: '2026-08-10T00:00:00Z', until: '2026-09-10T00:00:00Z' }),
    await subscribe({ plan: 'pro', from: '2026-10-10T00:00:00Z', until: '2026-10-10T00:00:01Z', state: 'refused' }),
    await spender(1_000_000n),
  ]
  await closeDays(store.database, { ids: { uuid: () => randomUUID() }, now: TENTH, before: Math.floor(TENTH / 86_400_000) })
  const credited = async (all: readonly string[]) => await Promise.all(all.map((id) => available(id)))
  const before = [await credited(members), await credited(others)] as const
  const judged = await judgeLastMonth({ database, ledger: store.ledger, terms: { ...TERMS, plans: ['pro'] }, log: () => undefined }, TENTH)
  assert.deepEqual([judged?.accounts, judged?.amount], [4, 40_000n])
  assert.deepEqual(
    await credited(members),
    before[0].map((amount) => (amount ?? 0n) + 10_000n),
  )
  assert.deepEqual(await credited(others), before[1])
})

test('an account that cannot be credited holds up no other, and its month goes on until it can, also when the next one is over', async () => {
  await noteOutside(database, { from: MONTH, to: NEXT, isUp: true })
  await noteOutside(database, { from: MONTH + 5 * MINUTE, to: MONTH + 500 * MINUTE, isUp: false })
  const spenders = [await spender(1_000_000n), await spender(1_000_000n), await spender(1_000_000n)].toSorted((a, b) => (a < b ? -1 : 1))
  await closeDays(store.database, { ids: { uuid: () => randomUUID() }, now: TENTH, before: Math.floor(TENTH / 86_400_000) })
  const before = await Promise.all(spenders.map((id) => available(id)))
  const gained = async () => (await Promise.all(spenders.map((id) => available(id)))).map((now, at) => (now ?? 0n) - (before[at] ?? 0n))
  const logged: LogEvent[] = []
  const broken: Pick<Ledger, 'credit'> = {
    credit: (input) => (input.accountId === spenders[0] ? Promise.reject(new Error('no key')) : store.ledger.credit(input)),
  }
  const parts = { database, ledger: broken, terms: TERMS, log: (entry: LogEvent) => void logged.push(entry) }
  assert.equal(await judgeLastMonth(parts, TENTH), undefined)
  assert.deepEqual(await gained(), [0n, 10_000n, 10_000n])
  assert.deepEqual(
    logged.map(({ event, account, day }) => [event, account, day]),
    [['month-uncredited', spenders[0], '2026-10-01']],
  )
  const later = TENTH + 30 * 86_400_000
  assert.deepEqual(await finishMonths(parts, later), [])
  const [done] = await finishMonths({ ...parts, ledger: store.ledger }, later)
  assert.deepEqual([done?.month, done?.accounts, done?.amount], ['2026-10-01', 3, 30_000n])
  assert.deepEqual(await gained(), [10_000n, 10_000n, 10_000n])
  assert.deepEqual(await finishMonths(parts, later), [])
})

test('a month that kept its promise credits nobody, and terms that changed later judge it no more', async () => {
  await noteOutside(database, { from: MONTH, to: NEXT, isUp: true })
  const parts = { database, ledger: store.ledger, terms: TERMS, log: () => undefined }
  assert.equal((await judgeLastMonth(parts, TENTH))?.isMissed, false)
  assert.equal(await judgeLastMonth({ ...parts, terms: { ...TERMS, target: 1_000_000 } }, TENTH), undefined)
})

test(`minutes are counted as they were seen (seed ${SEED})`, async () => {
  const minute = fc.constantFrom('up', 'down', 'unseen', 'outside-up', 'outside-down', 'other-node-up')
  await fc.assert(
    fc.asyncProperty(fc.array(minute, { minLength: 1, maxLength: 30 }), fc.nat({ max: 10_000 }), async (seen, shift) => {
      await store.ownerDatabase.query(sql`truncate status_minute`)
      const start = MONTH + shift * MINUTE
      await noteMinute(database, { at: start, isUp: true, downModels: [] })
      for (const [index, kind] of seen.entries()) {
        const at = start + (index + 1) * MINUTE
        if (kind === 'up' || kind === 'other-node-up') await noteMinute(database, { at: at + 59_999, isUp: true, downModels: [] })
        if (kind !== 'unseen' && kind !== 'up') await noteMinute(database, { at, isUp: kind === 'outside-down', downModels: [] })
        if (kind.startsWith('outside')) await noteOutside(database, { from: at, to: at + MINUTE, isUp: kind === 'outside-up' })
      }
      const up = seen.filter((kind) => ['up', 'outside-up', 'other-node-up'].includes(kind)).length
      const range = { from: start - 86_400_000, to: start + (seen.length + 1) * MINUTE }
      assert.deepEqual(await uptimeOf(database, range), { up: up + 1, counted: seen.length + 1, excluded: 0 })
    }),
    { numRuns: 25, seed: SEED },
  )
})

test('maintenance announced a day ahead does not count, later or cancelled it does', async () => {
  await noteMinute(database, { at: MONTH, isUp: true, downModels: [] })
  const [startsAt, endsAt] = [MONTH + 100 * MINUTE, MONTH + 160 * MINUTE]
  const announce = (now: number) => announceMaintenance(database, { id: randomUUID(), title: 'a new disk', startsAt, endsAt }, now)
  const range = { from: MONTH, to: MONTH + 200 * MINUTE }
  assert.equal((await announce(startsAt - 86_399_000)).isExcluded, false)
  assert.equal((await uptimeOf(database, range)).excluded, 0)
  const early = await announce(startsAt - 86_400_000)
  assert.equal(early.isExcluded, true)
  assert.deepEqual(await uptimeOf(database, range), { up: 1, counted: 140, excluded: 60 })
  await cancelMaintenance(database, early.id, startsAt)
  assert.deepEqual(await uptimeOf(database, range), { up: 1, counted: 200, excluded: 0 })
  await assert.rejects(announce(startsAt + 1), { message: 'invalid_field' })
  await assert.rejects(cancelMaintenance(database, randomUUID(), startsAt), { message: 'maintenance_unknown' })
})
