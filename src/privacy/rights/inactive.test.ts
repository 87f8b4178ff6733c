// Guarantee: an account nobody uses is erased after two notices that were really sent, 30 and 7 days apart from the end at least, whatever a clock
// does; never while it has money, and never when it was used again.
import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { openRightsWorld, type RightsWorld } from '../../../checks/privacy/rights-world.ts'
import { sql } from '../../db/index.ts'
import type { Mailer } from '../../spec/index.ts'
import { lookForInactive } from './inactive.ts'

let world: RightsWorld
before(async () => {
  world = await openRightsWorld({ inactiveAfterDays: 365 })
})
beforeEach(() => void world.mails.splice(0))
after(() => world.close())

/** As if so many days had passed for this account, in all that it has. */
async function age(accountId: string, days: number): Promise<void> {
  const { ownerDatabase } = world.kit
  await ownerDatabase.query(sql`update account set created_at = created_at - make_interval(days => ${days}) where id = ${accountId}`)
  await ownerDatabase.query(
    sql`update api_key set created_at = created_at - make_interval(days => ${days}) where account_id = ${accountId}`,
  )
  await ownerDatabase.query(sql`
    update inactive_account set last_active = last_active - ${days}::integer, first_notice_at = first_notice_at - make_interval(days => ${days}),
      second_notice_at = second_notice_at - make_interval(days => ${days}) where account_id = ${accountId}`)
}
const stateOf = async (id: string) => (await world.rights.planErasure(id)).erasure?.state
const told = () => world.mails.map(({ template, to, fields }) => `${template} ${to} ${fields['days']}`)

test('notices at 30 and 7 days before the end, then the end, each once', async () => {
  const id = await world.customer('quiet@example.com')
  const steps: string[] = []
  for (const days of [334, 1, 1, 20, 1, 1, 6, 1]) {
    await age(id, days)
    await world.rights.sweep()
    await world.rights.sweep()
    steps.push(`${told().join()} ${await stateOf(id)}`)
    world.mails.splice(0)
  }
  assert.deepEqual(steps, [
    ' undefined',
    'inactive-notice quiet@example.com 30 undefined',
    ' undefined',
    ' undefined',
    ' undefined',
    'inactive-notice quiet@example.com 7 undefined',
    ' undefined',
    ' done',
  ])
})

test('a clock that jumps years ahead sends no notice and erases nobody, as the database has to agree', async () => {
  const id = await world.customer('jump@example.com')
  world.clock.at += 3000 * 86_400_000
  await world.rights.sweep()
  world.clock.at -= 3000 * 86_400_000
  assert.deepEqual([told(), await stateOf(id)], [[], undefined])
})

test('who was silent for years is told twice all the same, and waited for', async () => {
  const id = await world.customer('years@example.com')
  await age(id, 3000)
  for (let round = 0; round < 3; round += 1) await world.rights.sweep()
  assert.deepEqual([told(), await stateOf(id)], [['inactive-notice years@example.com 30'], undefined])
  await age(id, 23)
  for (let round = 0; round < 3; round += 1) await world.rights.sweep()
  assert.equal(await stateOf(id), undefined)
  await age(id, 7)
  await world.rights.sweep()
  assert.deepEqual([told().length, await stateOf(id)], [2, 'done'])
})

test('money keeps an account, and so does any use between the notices', async () => {
  const rich = await world.customer('rich@example.com', 1n)
  const back = await world.customer('back@example.com')
  await world.kit.ownerDatabase.query(sql`alter table transfer disable trigger transfer_immutable`)
  await world.kit.ownerDatabase.query(sql`update transfer set created_at = created_at - interval '4000 days'`)
  await world.kit.ownerDatabase.query(sql`alter table transfer enable trigger transfer_immutable`)
  await age(rich, 3000)
  await age(back, 340)
  await world.rights.sweep()
  assert.deepEqual(told(), ['inactive-notice back@example.com 30'])
  await age(back, 30)
  await world.kit.ownerDatabase.query(sql`insert into usage_day (account_id, day) values (${back}, current_date)`)
  for (let round = 0; round < 3; round += 1) await world.rights.sweep()
  assert.deepEqual([told().length, await stateOf(back), await stateOf(rich)], [1, undefined, undefined])
  assert.equal((await world.kit.ownerDatabase.query(sql`select from inactive_account where account_id = ${back}`)).length, 0)
})

test('a notice that could not be sent does not count', async () => {
  const id = await world.customer('unsent@example.com')
  await age(id, 364)
  const failing: Mailer = { send: () => Promise.reject(new Error('no mail')) }
  assert.deepEqual(await lookForInactive(world.options, { afterDays: 365, mailer: failing }), { noticed: 0, erased: 0 })
  await world.rights.sweep()
  assert.deepEqual(told(), ['inactive-notice unsent@example.com 30'])
})

test('who signs in, calls or begins a plan between the look and the end is not erased', async () => {
  const { ownerDatabase } = world.kit
  const uses = {
    signs: (id: string) =>
      ownerDatabase.query(sql`insert into person (id, account_id, created_at, seen_on) values (${id}, ${id}, now(), current_date)`),
    calls: (id: string) => ownerDatabase.query(sql`insert into usage_day (account_id, day) values (${id}, current_date)`),
    plans: async (id: string) => {
      await ownerDatabase.query(sql`insert into plan (id, source) values ('begun', 'operator')`)
      await ownerDatabase.query(sql`
        insert into subscription (id, account_id, plan_id, state, price, months, anchor, period_start, period_end, created_at)
        values (${id}, ${id}, 'begun', 'active', 100, 1, now(), now(), now() + interval '20 days', now())`)
    },
    none: async () => undefined,
  }
  const comesBack = new Map<string, () => Promise<unknown>>()
  for (const [name, use] of Object.entries(uses)) {
    const id = await world.customer(`${name}@example.com`)
    await age(id, 400)
    await ownerDatabase.query(sql`
      insert into inactive_account (account_id, last_active, first_notice_at, second_notice_at)
      select id, (created_at at time zone 'UTC')::date, now() - interval '31 days', now() - interval '8 days' from account where id = ${id}`)
    comesBack.set(id, () => use(id))
  }
  const emailOf = async (id: string): Promise<string | undefined> => {
    await comesBack.get(id)?.()
    comesBack.delete(id)
    return await world.options.accounts.emailOf(id)
  }
  const accounts = { ...world.options.accounts, emailOf }
  const mailer: Mailer = { send: async () => undefined }
  const ids = [...comesBack.keys()]
  assert.equal((await lookForInactive({ ...world.options, accounts }, { afterDays: 365, mailer })).erased, 1)
  assert.deepEqual([comesBack.size, await Promise.all(ids.map(stateOf))], [0, [undefined, undefined, undefined, 'done']])
})

test('nothing of this happens where it was not asked for', async () => {
  const off = await openRightsWorld()
  const id = await off.customer('off@example.com')
  await off.kit.ownerDatabase.query(sql`update account set created_at = created_at - interval '9000 days' where id = ${id}`)
  await off.rights.sweep()
  assert.equal(off.mails.length, 0)
  await off.close()
})

test('accounts that wait or cannot be written to keep no others from being told', async () => {
  await world.kit.ownerDatabase.query(sql`delete from inactive_account`)
  const refused = new Set<string>()
  for (let place = 0; place < 130; place += 1) {
    const email = `deaf-${place}@example.com`
    refused.add(email)
    await age(await world.customer(email), 900)
  }
  await age(await world.customer('hears@example.com'), 400)
  const sent: string[] = []
  const mailer: Mailer = {
    send: async (_template, to) => (refused.has(to) ? Promise.reject(new Error('refused')) : void sent.push(to)),
  }
  for (let round = 0; round < 40 && !sent.includes('hears@example.com'); round += 1)
    await lookForInactive(world.options, { afterDays: 365, mailer })
  assert.ok(sent.includes('hears@example.com'))
  // Those that were told and wait for their next letter take no place either.
  await world.kit.ownerDatabase.query(sql`
    insert into inactive_account (account_id, last_active, first_notice_at)
    select account.id, (created_at at time zone 'UTC')::date, now() from account on conflict do nothing`)
  await age(await world.customer('later@example.com'), 400)
  assert.deepEqual(await lookForInactive(world.options, { afterDays: 365, mailer }), { noticed: 1, erased: 0 })
  assert.equal(sent.at(-1), 'later@example.com')
})

test('an account that has paid for a plan is left alone for as long as that runs', async () => {
  const id = await world.customer('annual@example.com')
  await age(id, 400)
  await world.kit.ownerDatabase.query(sql`insert into plan (id, source) values ('annual', 'operator')`)
  await world.kit.ownerDatabase.query(sql`
    insert into subscription (id, account_id, plan_id, state, price, months, anchor, period_start, period_end, created_at)
    values (${id}, ${id}, 'annual', 'active', 100, 12, now() - interval '200 days', now() - interval '200 days', now() + interval '165 days', now())`)
  const sent: string[] = []
  const mailer: Mailer = { send: async (_template, to) => void sent.push(to) }
  await lookForInactive(world.options, { afterDays: 365, mailer })
  assert.ok(!sent.includes('annual@example.com'))
  await world.kit.ownerDatabase.query(
    sql`update subscription set period_end = now() - interval '1 minute', state = 'ended', ended_at = now()`,
  )
  for (let round = 0; round < 40 && !sent.includes('annual@example.com'); round += 1)
    await lookForInactive(world.options, { afterDays: 365, mailer })
  assert.ok(sent.includes('annual@example.com'))
})

test('an account with a plan that was bought once and never ends is left alone, as long as it has it', async () => {
  const id = await world.customer('once@example.com')
  await age(id, 400)
  await world.kit.ownerDatabase.query(sql`insert into plan (id, source) values ('once', 'operator')`)
  await world.kit.ownerDatabase.query(sql`
    insert into subscription (id, account_id, plan_id, state, price, anchor, period_start, created_at)
    values (${id}, ${id}, 'once', 'active', 100, now() - interval '400 days', now() - interval '400 days', now() - interval '400 days')`)
  await world.kit.ownerDatabase.query(sql`
    insert into inactive_account (account_id, last_active, first_notice_at, second_notice_at)
    select id, (created_at at time zone 'UTC')::date, now() - interval '31 days', now() - interval '8 days' from account where id = ${id}`)
  const look = async (): Promise<void> => {
    for (let round = 0; round < 40 && (await stateOf(id)) === undefined; round += 1)
      await lookForInactive(world.options, { afterDays: 365, mailer: { send: async () => undefined } })
  }
  await look()
  assert.equal(await stateOf(id), undefined)
  await world.kit.ownerDatabase.query(sql`update subscription set state = 'ended', ended_at = now() where id = ${id}`)
  await world.kit.ownerDatabase.query(sql`
    insert into inactive_account (account_id, last_active, first_notice_at, second_notice_at)
    select id, (created_at at time zone 'UTC')::date, now() - interval '31 days', now() - interval '8 days' from account where id = ${id}`)
  await look()
  assert.equal(await stateOf(id), 'done')
})
