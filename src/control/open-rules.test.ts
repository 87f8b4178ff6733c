// Guarantee: each step of what carries payments on is done, whatever becomes of the others, and no failure is lost; a mail server that takes its time
// keeps nobody from being noted who has to be told.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, test } from 'node:test'
import { connect, type Database, sql } from '../db/index.ts'
import { systemIds } from '../lib/index.ts'
import { askCredit, decideCredit, rulesOf, setAlert } from '../payments/index.ts'
import { openRules, type RulesOptions } from './open-rules.ts'
import { openMoneyStore } from './testing.ts'

const USD = 1_000_000_000n
const store = await openMoneyStore()
const real = connect({ connection: store.connection, role: 'farebox_app', poolMax: 8 })
after(async () => {
  await real.end()
  await store.drop()
})
const clock = { now: () => Date.now(), monotonic: () => performance.now() }
const rules = { ...rulesOf({}), promotionExpiresDays: 30 }
const open = (appDatabase: Database, letters?: RulesOptions['letters'], ledger: RulesOptions['ledger'] = store.ledger) =>
  openRules({
    ...{ appDatabase, ledger, subjects: store.subjects, clock, ids: systemIds(clock.now), rules, letters },
    log: () => undefined,
  })
const desk = { settle: () => assert.fail('nothing is to be settled') }

/** A database that refuses what reads some tables, and says which it was asked for. */
function refusing(tables: readonly string[]) {
  const asked = new Set<string>()
  const query: Database['query'] = (statement) => {
    for (const [, table = ''] of statement.text.matchAll(/\b(?:from|update|into) (\w+)/g)) asked.add(table)
    return tables.some((table) => new RegExp(`from ${table}\\b`).test(statement.text))
      ? Promise.reject(new Error('refused'))
      : real.query(statement)
  }
  return { database: { ...real, query }, asked }
}

test('gifts that cannot be read keep neither codes nor approved credit waiting', async () => {
  const { database, asked } = refusing(['gift'])
  await assert.rejects(open(database).finish(desk), { message: 'refused' })
  assert.ok(asked.has('redeem_code') && asked.has('pending_credit'), [...asked].join(' '))
})

test('approved credit is booked also where a gift cannot be', async () => {
  const [gifted, waiting] = [await store.newCustomer(0n), await store.newCustomer(0n)]
  await real.query(sql`
    insert into gift (id, account_id, kind, rule, amount, given_at) values (${randomUUID()}, ${gifted.accountId}, 'signup', '', 5, now())`)
  const now = Date.now()
  const asked = {
    id: randomUUID(),
    accountId: waiting.accountId,
    amount: 7n,
    kind: 'manual',
    reason: 'a reason',
    by: 'operator:anna',
    now,
  } as const
  await real.transaction((tx) => askCredit(tx, store.subjects, asked))
  await real.transaction((tx) => decideCredit(tx, store.subjects, { id: asked.id, state: 'approved', by: 'operator:bert', now }))
  const credit: RulesOptions['ledger']['credit'] = (input) =>
    input.kind === 'promotion' ? Promise.reject(new Error('not now')) : store.ledger.credit(input)
  await assert.rejects(open(real, undefined, { ...store.ledger, credit }).finish(desk), { message: 'not now' })
  const had = await Promise.all([gifted, waiting].map(async ({ accountId }) => (await store.ledger.balanceOf(accountId))?.available))
  assert.deepEqual(had, [0n, 7n])
})

test('gifts that cannot be ended keep nobody from being told', async () => {
  const { accountId } = await store.newCustomer(USD)
  await setAlert(real, accountId, 2n * USD)
  const { database, asked } = refusing(['promotion_expiry'])
  await assert.rejects(open(database).watch(), { message: 'refused' })
  assert.ok(asked.has('plan_change') && asked.has('balance_alert'), [...asked].join(' '))
})

test('while a mail server takes its time, who has to be told next is noted, and one kind of letters keeps no other waiting', async () => {
  const accounts = [(await store.newCustomer(USD)).accountId, (await store.newCustomer(USD)).accountId]
  const [first = '', second = ''] = accounts
  let onHanging = (): void => undefined
  const hanging = new Promise<void>((resolve) => {
    onHanging = resolve
  })
  let letGo = (): void => undefined
  const server = new Promise<void>((resolve) => {
    letGo = resolve
  })
  const balanceMailer = async (): Promise<void> => {
    onHanging()
    await server
  }
  const { watch, writeLetters } = open(real, { balanceMailer, priceMailer: undefined, planMailer: undefined })
  await setAlert(real, first, 2n * USD)
  await watch()
  const writing = writeLetters()
  await hanging
  await setAlert(real, second, 2n * USD)
  await watch()
  assert.deepEqual(await real.query(sql`select is_low, is_told from balance_alert where account_id = ${second}::uuid`), [
    { is_low: true, is_told: false },
  ])
  letGo()
  await writing
  assert.deepEqual(await real.query(sql`select from balance_alert where not is_told`), [])
})
