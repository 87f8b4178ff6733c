// Guarantee: of what is carried on beside payments, what fails holds up nothing of another kind.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { connect, type Database, sql } from '../db/index.ts'
import type { Ledger } from '../ledger/index.ts'
import { systemClock, systemIds } from '../lib/index.ts'
import { askCredit, decideCredit, rulesOf } from '../payments/index.ts'
import { openRules } from './open-rules.ts'
import { type MoneyStore, openMoneyStore } from './testing.ts'

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

test('approved credit is booked also where a gift cannot be', async () => {
  const [gifted, waiting] = [await store.newCustomer(0n), await store.newCustomer(0n)]
  await database.query(sql`
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
  await database.transaction((tx) => askCredit(tx, store.subjects, asked))
  await database.transaction((tx) => decideCredit(tx, store.subjects, { id: asked.id, state: 'approved', by: 'operator:bert', now }))
  const credit: Ledger['credit'] = (input) =>
    input.kind === 'promotion' ? Promise.reject(new Error('not now')) : store.ledger.credit(input)
  const rules = openRules({
    ...{ appDatabase: database, ledger: { ...store.ledger, credit }, subjects: store.subjects, clock: systemClock },
    ...{ ids: systemIds(systemClock.now), rules: rulesOf({}), letters: undefined, log: () => undefined },
  })
  const desk = { settle: () => Promise.reject(new Error('no code waits')) } as unknown as Parameters<typeof rules.finish>[0]
  await assert.rejects(rules.finish(desk), { message: 'not now' })
  const had = await Promise.all([gifted, waiting].map(async ({ accountId }) => (await store.ledger.balanceOf(accountId))?.available))
  assert.deepEqual(had, [0n, 7n])
})
