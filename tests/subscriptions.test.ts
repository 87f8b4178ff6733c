// A seat's key serves in its hours, one call at a time, and says else when it opens; the keys of a subscription that ends stop at once, in the
// words of each protocol, and no other key of the account does.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { type Answer, call, errorCodeOf } from '../checks/calls.ts'
import { startWorld, type World } from '../checks/world.ts'
import { connect, type Database, sql } from '../src/db/index.ts'
import { clockTime } from '../src/spec/index.ts'

let world: World
let database: Database
before(async () => {
  world = await startWorld({ models: [{ id: 'm-slow', upstream: 'oai', upstreamModel: 'sim-model!first-byte-ms=600,tokens=5' }] })
  database = connect({ connection: world.connection(), role: undefined, poolMax: 1 })
})
after(async () => {
  await database.end()
  await world.stop()
})

const HOUR = 60
/** A minute of the day, so many hours from now. */
const minuteIn = (hours: number): number => (Math.floor(Date.now() / 60_000) + hours * HOUR + 1440) % 1440
const hoursOf = (from: number, to: number): string =>
  `${clockTime(minuteIn(from))}-${minuteIn(to) === 0 ? '24:00' : clockTime(minuteIn(to))}`
/** How it is said now that a block of the day opens. */
function openingWords(hours: string): string {
  const [hour = 0, minute = 0] = hours.slice(0, 5).split(':').map(Number)
  const seconds = (hour * 3_600 + minute * 60 - ((Date.now() / 1_000) % 86_400) + 86_400) % 86_400
  const left = Math.ceil(seconds / 60)
  return `It opens at ${hours.slice(0, 5)} UTC, in ${Math.floor(left / 60)} h ${left % 60} min.`
}
const callWith = (key: string, protocol: 'openai' | 'anthropic' = 'openai', model = 'm-openai'): Promise<Answer> =>
  call({ base: world.base, key, protocol, outputMax: 16, model })
const keyOf = async (accountId: string, subscriptionId: string): Promise<string> =>
  ((await world.operator.ask('POST', `/accounts/${accountId}/keys`, { name: 'k', subscription_id: subscriptionId })) as { secret: string })
    .secret

/** A seat that is paid for, as if it had been bought. */
async function newSeat(accountId: string, pool: string, block: string): Promise<string> {
  const id = randomUUID()
  await database.query(sql`
    insert into subscription (id, account_id, pool_id, block, state, price, months, anchor, period_start, period_end, live_until, created_at)
    select ${id}::uuid, ${accountId}::uuid, pool.id, ${block}, 'active', 0, 1, now(), now(), now() + interval '1 month', now() + interval '1 month', now()
    from pool where slug = ${pool}`)
  return id
}

test('a seat serves in its hours, one call at a time, and its models alone', async () => {
  const block = { seats: 5, price_per_month: '39.00' }
  const later = hoursOf(3, 5)
  await world.operator.ask('PUT', '/pools/core', {
    ...{ description: 'test', models: ['m-slow'] },
    blocks: [
      { ...block, block: 'europe', hours_utc: hoursOf(-2, 2) },
      { ...block, block: 'asia', hours_utc: later },
    ],
  })
  const { id, key: free } = await world.operator.customer()
  const [open, shut] = [await keyOf(id, await newSeat(id, 'core', 'europe')), await keyOf(id, await newSeat(id, 'core', 'asia'))]
  const both = await Promise.all([callWith(open, 'openai', 'm-slow'), callWith(open, 'openai', 'm-slow')])
  assert.deepEqual(
    both.map(({ status }) => status).toSorted((a, b) => a - b),
    [200, 429],
  )
  assert.equal(errorCodeOf(both.find(({ status }) => status === 429) ?? assert.fail()), 'concurrency_limited')
  // The minute may end while it is asked.
  const before = openingWords(later)
  const outside = await callWith(shut, 'openai', 'm-slow')
  const told = [before, openingWords(later)]
  assert.deepEqual([outside.status, errorCodeOf(outside)], [403, 'outside_time_block'])
  assert.match(outside.body.toString(), new RegExp(`block \\\\"asia\\\\", from ${later.slice(0, 5)} to ${later.slice(6)} UTC`))
  assert.ok(
    told.some((words) => outside.body.toString().includes(words)),
    `${outside.body.toString()} says none of ${told.join(', ')}`,
  )
  assert.ok(Number(outside.headers['retry-after']) > 2 * 3_600)
  assert.equal((await callWith(free)).status, 200)
  assert.equal(errorCodeOf(await callWith(open)), 'model_not_allowed')
})

test('keys of a subscription that is ended stop at once, in both protocols, and no other key of the account does', async () => {
  await world.operator.ask('PUT', '/plans/given', { price_multiplier: '1' })
  const { id, key: free } = await world.operator.customer()
  const give = async (): Promise<string> =>
    ((await world.operator.ask('POST', `/accounts/${id}/subscriptions`, { plan: 'given', reason: 'test' })) as { id: string }).id
  const [ending, staying] = [await give(), await give()]
  const [gone, kept] = [await keyOf(id, ending), await keyOf(id, staying)]
  for (const key of [gone, kept, free]) assert.equal((await callWith(key)).status, 200)
  await world.operator.ask('POST', `/subscriptions/${ending}/cancellation`, { at: 'now' })
  const refused = await until(
    () => callWith(gone),
    ({ status }) => status === 403,
  )
  assert.equal(errorCodeOf(refused), 'subscription_ended')
  const anthropic = await callWith(gone, 'anthropic', 'm-anthropic')
  assert.equal(anthropic.status, 403)
  assert.match(anthropic.body.toString(), /The subscription of this key has ended/)
  for (const key of [kept, free]) assert.equal((await callWith(key)).status, 200)
})

/** Asks until an answer is as it should be, as gateways hear of a change a moment after it. */
async function until(ask: () => Promise<Answer>, isRight: (answer: Answer) => boolean): Promise<Answer> {
  for (const end = Date.now() + 5_000; ; ) {
    const answer = await ask()
    if (isRight(answer) || Date.now() > end) return answer
  }
}
