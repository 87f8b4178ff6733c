// Guarantee: each member of a plan is told once, by letter, what its calls will cost and from when on; nobody else is, nobody is of a change that
// was cancelled, and a member who was told too late shows.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { type MoneyStore, openMoneyStore } from '../../control/testing.ts'
import { connect, type Database, sql } from '../../db/index.ts'
import { endIdleTransactions } from '../../db/testing.ts'
import { countShortPlanNotices, type PlanNotice, queuePlanNotices, sendPlanNotices } from './index.ts'

let store: MoneyStore
let database: Database
before(async () => {
  store = await openMoneyStore()
  database = connect({ connection: store.connection, role: 'farebox_app', poolMax: 4 })
})
after(async () => {
  await database.end()
  await store.drop()
})

const DAY_MS = 86_400_000
const MEMBER_DAYS = 60

async function plan(): Promise<string> {
  const id = `plan-${randomUUID().slice(0, 8)}`
  await store.ownerDatabase.query(
    sql`insert into plan (id, name, price_multiplier, source) values (${id}, 'Standard', 1000000, 'operator')`,
  )
  return id
}
async function change(planId: string, days: number, multiplier: number): Promise<number> {
  const [row] = await store.ownerDatabase.query<{ id: number }>(sql`
    insert into plan_change (plan_id, price_multiplier, effective_at)
    values (${planId}, ${multiplier}, ${new Date(Date.now() + days * DAY_MS)}) returning id`)
  return row?.id ?? 0
}
async function person(): Promise<string> {
  const { accountId } = await store.newCustomer(10n)
  await store.ownerDatabase.query(sql`update account set email_sealed = ${Buffer.from('x')} where id = ${accountId}`)
  return accountId
}
async function member(planId: string, state = 'active', times = 1): Promise<string> {
  const accountId = await person()
  for (let time = 0; time < times; time += 1)
    await store.ownerDatabase.query(sql`
      insert into subscription (id, account_id, plan_id, state, price, anchor, period_start, created_at, ended_at)
      values (${randomUUID()}, ${accountId}, ${planId}, ${state}, 0, now(), now(), ${new Date(Date.now() - MEMBER_DAYS * DAY_MS)},
        ${state === 'ended' ? new Date() : null}::timestamptz)`)
  return accountId
}
async function roundsOf(rounds: number): Promise<readonly PlanNotice[]> {
  const told: PlanNotice[] = []
  for (let round = 0; round < rounds; round += 1) {
    await queuePlanNotices(database, Date.now())
    await sendPlanNotices(database, async (letter) => void told.push(letter), Date.now())
  }
  return told
}

test('members are told once, with what it was and will be; others are not', async () => {
  const [one, other] = [await plan(), await plan()]
  const [twice, late, own, ended, elsewhere] = [
    await member(one, 'active', 2),
    await member(one, 'past_due'),
    await person(),
    await member(one, 'ended'),
    await member(other),
  ]
  await store.ownerDatabase.query(sql`update account set plan_id = ${one} where id = ${own}`)
  await change(one, 31, 1_100_000)
  const cancelled = await change(one, 40, 1_500_000)
  await store.ownerDatabase.query(sql`update plan_change set cancelled_at = now() where id = ${cancelled}`)
  const told = await roundsOf(3)
  assert.deepEqual(told.map(({ accountId }) => accountId).toSorted(), [twice, late, own].toSorted())
  assert.ok(!told.some(({ accountId }) => accountId === ended || accountId === elsewhere))
  assert.deepEqual(
    [...new Set(told.map(({ plan: name, before: was, after: will }) => `${name} ${was} ${will}`))],
    ['Standard 1000000 1100000'],
  )
  assert.equal(await countShortPlanNotices(database, { days: 30, now: Date.now() }), 0)
  // The next change is from what the one before it will have made it.
  await change(one, 60, 1_200_000)
  const next = await roundsOf(2)
  assert.deepEqual(
    next.map(({ before: was, after: will }) => [was, will]),
    Array.from({ length: 3 }, () => [1_100_000, 1_200_000]),
  )
  // Who becomes a member later is told too.
  const newcomer = await member(one)
  assert.deepEqual(
    (await roundsOf(1)).map(({ accountId }) => accountId),
    [newcomer, newcomer],
  )
})

test('the members of an account that pays by a plan are told as well, once each', async () => {
  const id = await plan()
  const [payer, colleague] = [await member(id, 'active', 2), await person()]
  await store.ownerDatabase.query(sql`
    with made as (insert into person (id, account_id, created_at) values (gen_random_uuid(), ${colleague}, now()) returning id)
    insert into account_member (account_id, person_id, role, created_at) select ${payer}, id, 'viewer', now() - interval '1 day' from made`)
  await change(id, 31, 1_300_000)
  assert.deepEqual((await roundsOf(3)).map(({ accountId }) => accountId).toSorted(), [payer, colleague].toSorted())
})

/** A change that holds as soon as it is written, as a rise does that was let through. */
async function changeAtOnce(planId: string, before: number, after: number): Promise<void> {
  await store.ownerDatabase.query(sql`
    insert into plan_change (plan_id, price_multiplier, effective_at, begun_at, multiplier_before) values (${planId}, ${after}, now(), now(), ${before})`)
  await store.ownerDatabase.query(sql`update plan set price_multiplier = ${after} where id = ${planId}`)
}

test('whoever were members when a change held at once are told what it was, is and since when, once; who came later is not', async () => {
  const id = await plan()
  const [one, own] = [await member(id), await person()]
  await store.ownerDatabase.query(sql`update account set plan_id = ${id} where id = ${own}`)
  await changeAtOnce(id, 1_000_000, 1_400_000)
  const late = await person()
  await store.ownerDatabase.query(sql`
    insert into subscription (id, account_id, plan_id, state, price, anchor, period_start, created_at)
    values (${randomUUID()}, ${late}, ${id}, 'active', 0, now(), now(), now())`)
  const told = await roundsOf(2)
  assert.deepEqual(told.map(({ accountId }) => accountId).toSorted(), [one, own].toSorted())
  for (const { before: was, after: is, hasBegun, effectiveAt } of told) {
    assert.deepEqual([was, is, hasBegun], [1_000_000, 1_400_000, true])
    assert.ok(Math.abs(effectiveAt - Date.now()) < 60_000)
  }
  // Whoever becomes a member by the plan of their account later finds it so.
  await store.ownerDatabase.query(sql`update account set plan_id = ${id} where id = ${late}`)
  assert.deepEqual(await roundsOf(2), [])
})

test('a scheduled change that begins before its letters went out is told all the same, with what it was; who was told before is not again', async () => {
  const id = await plan()
  const accountId = await member(id)
  const change1 = await change(id, 0.00001, 1_700_000)
  await queuePlanNotices(database, Date.now() - DAY_MS)
  await store.ownerDatabase.query(sql`update plan_change set begun_at = now(), multiplier_before = 1000000 where id = ${change1}`)
  await store.ownerDatabase.query(sql`update plan set price_multiplier = 1700000 where id = ${id}`)
  const told = await roundsOf(3)
  assert.deepEqual(
    told.map((letter) => [letter.accountId, letter.before, letter.after, letter.hasBegun]),
    [[accountId, 1_000_000, 1_700_000, true]],
  )
  const announced = await plan()
  await member(announced)
  const change2 = await change(announced, 1, 1_800_000)
  assert.equal((await roundsOf(1))[0]?.hasBegun, false)
  await store.ownerDatabase.query(sql`update plan_change set begun_at = now(), multiplier_before = 1000000 where id = ${change2}`)
  assert.deepEqual(await roundsOf(2), [])
})

test('a letter that is not taken waits, and a notice that has become too short is counted', async () => {
  const id = await plan()
  const accountId = await member(id)
  await change(id, 31, 2_000_000)
  await queuePlanNotices(database, Date.now())
  await sendPlanNotices(database, () => Promise.reject(new Error('no carrier')), Date.now())
  assert.equal(await countShortPlanNotices(database, { days: 30, now: Date.now() + 2 * DAY_MS }), 1)
  assert.deepEqual(await roundsOf(1), [], 'it was tried again at once')
  const told: string[] = []
  await sendPlanNotices(database, async (letter) => void told.push(letter.accountId), Date.now() + 60_000)
  assert.deepEqual(told, [accountId])
})

test('a mail server that hangs takes back no letter that it took before', async () => {
  const id = await plan()
  const members = [await member(id), await member(id), await member(id), await member(id)]
  await change(id, 31, 2_000_000)
  await queuePlanNotices(database, Date.now())
  const told: string[] = []
  const take = async ({ accountId }: PlanNotice): Promise<void> => void told.push(accountId)
  await assert.rejects(
    sendPlanNotices(database, (letter) => (told.length < 2 ? take(letter) : endIdleTransactions(store.ownerDatabase)), Date.now()),
  )
  assert.equal(told.length, 2)
  await Promise.all([sendPlanNotices(database, take, Date.now()), sendPlanNotices(database, take, Date.now())])
  assert.deepEqual(told.toSorted(), members.toSorted())
})
