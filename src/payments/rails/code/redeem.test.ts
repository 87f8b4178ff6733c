// Guarantee: a code is worth its amount once, to whoever redeems it first, however many try at the same time; what a crash left between the claim
// and the books is paid once; wrong, used, void and expired codes credit nobody, and trying codes comes to an end.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { type MoneyStore, openMoneyStore } from '../../../control/testing.ts'
import { connect, type Database, sql } from '../../../db/index.ts'
import { systemIds } from '../../../lib/index.ts'
import { keyringOf } from '../../../privacy/index.ts'
import { openPaymentDesk, type PaymentDesk } from '../../desk.ts'
import {
  claimCode,
  codeReport,
  codesOf,
  disableBatch,
  GUESSES_MAX,
  listBatches,
  makeBatch,
  type NewBatch,
  noteGuess,
  payCode,
  payLeftCodes,
  type RedeemParts,
  refuseGuessers,
} from './index.ts'

const clock = { at: Date.now(), now: () => clock.at }
const keyring = keyringOf(new Map([[1, randomBytes(32)]]))
let store: MoneyStore
let database: Database
let parts: RedeemParts
let desk: PaymentDesk
before(async () => {
  store = await openMoneyStore()
  database = connect({ connection: store.connection, role: 'farebox_app', poolMax: 8 })
  desk = openPaymentDesk({
    ...{
      database,
      ledger: store.ledger,
      keyring,
      subjects: store.subjects,
      ids: systemIds(clock.now),
      clock,
      log: () => undefined,
      onPaid: [],
      fulfillers: {},
    },
  })
  parts = { database, desk, ledger: store.ledger }
})
after(async () => {
  await database.end()
  await store.drop()
})

const USD = 1_000_000_000n
const batchOf = (change: Partial<NewBatch> = {}): NewBatch => ({
  ...{ id: systemIds(clock.now).uuid(), label: 'spring', amount: 5n * USD, kind: 'deposit', count: 3, expiresAt: undefined },
  ...{ seed: randomBytes(32), now: clock.at },
  ...change,
})
const made = async (change: Partial<NewBatch> = {}) => {
  const batch = batchOf(change)
  await database.transaction((tx) => makeBatch(tx, batch))
  return { id: batch.id, codes: codesOf(batch) }
}
const redeem = async (accountId: string, code: string) => {
  const claimed = await database.transaction((tx) => claimCode(tx, { accountId, code, now: clock.at }))
  return await payCode(parts, claimed)
}
const newAccount = async () => (await store.newCustomer(0n)).accountId
const available = async (accountId: string) => (await store.ledger.balanceOf(accountId))?.available
const failsWith = (code: string) => ({ message: code })

test('fifty people who redeem one code at the same time: one of them is credited, once', async () => {
  const people = await Promise.all(Array.from({ length: 50 }, newAccount))
  for (const kind of ['deposit', 'promotion'] as const) {
    const { codes } = await made({ kind })
    const had = await Promise.all(people.map(available))
    const told = await Promise.allSettled(people.map((accountId) => redeem(accountId, codes[0] ?? '')))
    assert.equal(told.filter(({ status }) => status === 'fulfilled').length, 1)
    for (const result of told) if (result.status === 'rejected') assert.equal(result.reason.message, 'code_used')
    const gained = (await Promise.all(people.map(available))).map((balance, index) => (balance ?? 0n) - (had[index] ?? 0n))
    assert.deepEqual([gained.filter((gain) => gain === 5n * USD).length, gained.filter((gain) => gain === 0n).length], [1, 49])
  }
  assert.deepEqual((await store.ledger.verify()).problems, [])
})

test('one person who redeems a code fifty times is credited once', async () => {
  const { codes } = await made()
  const accountId = await newAccount()
  const told = await Promise.allSettled(Array.from({ length: 50 }, () => redeem(accountId, codes[1] ?? '')))
  assert.deepEqual([told.filter(({ status }) => status === 'fulfilled').length, await available(accountId)], [1, 5n * USD])
})

test('a claim that was not paid out is paid out later, once, and not to somebody else', async () => {
  const { codes } = await made({ kind: 'promotion' })
  const [first, second] = [await newAccount(), await newAccount()]
  await database.transaction((tx) => claimCode(tx, { accountId: first, code: codes[0] ?? '', now: clock.at }))
  await assert.rejects(redeem(second, codes[0] ?? ''), failsWith('code_used'))
  assert.equal(await payLeftCodes(parts, clock.at), 0, 'whoever claimed it may still be at it')
  clock.at += 61_000
  await Promise.all([payLeftCodes(parts, clock.at), payLeftCodes(parts, clock.at)])
  assert.deepEqual([await available(first), await available(second)], [5n * USD, 0n])
  assert.equal(await payLeftCodes(parts, clock.at), 0)
})

test('a claim that cannot be paid out holds up no other, and says so', async () => {
  const { codes } = await made({ kind: 'promotion' })
  const [stuck, other] = [await newAccount(), await newAccount()]
  for (const [index, accountId] of [stuck, other].entries())
    await database.transaction((tx) => claimCode(tx, { accountId, code: codes[index] ?? '', now: clock.at }))
  clock.at += 61_000
  const ledger: RedeemParts['ledger'] = {
    credit: (input) => (input.accountId === stuck ? Promise.reject(new Error('stuck')) : store.ledger.credit(input)),
  }
  await assert.rejects(payLeftCodes({ ...parts, ledger }, clock.at), { message: 'stuck' })
  assert.deepEqual([await available(stuck), await available(other)], [0n, 5n * USD])
  assert.equal(await payLeftCodes(parts, clock.at), 1)
  assert.equal(await available(stuck), 5n * USD)
})

test('more claims that cannot be paid out than are looked at together hold up no other', async () => {
  const { codes } = await made({ kind: 'promotion', count: 121 })
  const [stuck, other] = [await newAccount(), await newAccount()]
  const claim = (accountId: string, code: string) => database.transaction((tx) => claimCode(tx, { accountId, code, now: clock.at }))
  for (const code of codes.slice(1)) await claim(stuck, code)
  clock.at += 1
  await claim(other, codes[0] ?? '')
  clock.at += 61_000
  const ledger: RedeemParts['ledger'] = {
    credit: (input) => (input.accountId === stuck ? Promise.reject(new Error('stuck')) : store.ledger.credit(input)),
  }
  const isPaid = async () => (await available(other)) === 5n * USD
  for (let round = 0; round < 60 && !(await isPaid()); round += 1)
    await assert.rejects(payLeftCodes({ ...parts, ledger }, clock.at), { message: 'stuck' })
  assert.deepEqual([await available(stuck), await available(other)], [0n, 5n * USD])
  while ((await payLeftCodes(parts, clock.at)) > 0);
  assert.equal(await available(stuck), 600n * USD)
})

test('codes that are wrong, void or too late credit nobody and say why', async () => {
  const accountId = await newAccount()
  const late = await made({ expiresAt: new Date(clock.at + 1000) })
  const voided = await made()
  await redeem(accountId, voided.codes[2] ?? '')
  await database.transaction((tx) => disableBatch(tx, voided.id, clock.at))
  const before = await available(accountId)
  clock.at += 1000
  await assert.rejects(redeem(accountId, late.codes[0] ?? ''), failsWith('code_expired'))
  await assert.rejects(redeem(accountId, voided.codes[0] ?? ''), failsWith('code_disabled'))
  await assert.rejects(redeem(accountId, voided.codes[2] ?? ''), failsWith('code_used'))
  for (const wrong of ['', 'nonsense', codesOf({ seed: randomBytes(32), count: 1 })[0] ?? ''])
    await assert.rejects(redeem(accountId, wrong), failsWith('code_unknown'))
  assert.equal(await available(accountId), before)
  const { batches } = await listBatches(database, { limit: 200 })
  assert.deepEqual(
    batches.filter(({ id }) => id === voided.id).map(({ redeemed, count }) => [redeemed, count]),
    [[1, 3]],
  )
})

test('who tries wrong codes has to wait, and may try again after an hour', async () => {
  const accountId = await newAccount()
  for (let guess = 0; guess < GUESSES_MAX; guess += 1) {
    await refuseGuessers(database, accountId, clock.at)
    await noteGuess(database, accountId, clock.at)
  }
  await assert.rejects(refuseGuessers(database, accountId, clock.at + 3_599_000), (thrown: { failure: { retryAfterSeconds: number } }) => {
    assert.equal(thrown.failure.retryAfterSeconds, 1)
    return true
  })
  await refuseGuessers(database, accountId, clock.at + 3_600_000)
  await noteGuess(database, accountId, clock.at + 3_600_000)
  await refuseGuessers(database, accountId, clock.at + 3_600_001)
})

test('no code is anywhere in the database', async () => {
  const { codes } = await made()
  const rows = await database.query<{ text: string }>(sql`
    select row_to_json(redeem_code)::text as text from redeem_code union all select row_to_json(redeem_batch)::text from redeem_batch`)
  const all = rows.map(({ text }) => text).join('\n')
  for (const code of codes)
    for (const spelling of [code, code.replaceAll('-', ''), Buffer.from(code).toString('hex')]) assert.ok(!all.includes(spelling))
})

test('what the rail lists of a day is what the journal has of it', async () => {
  const days = await database.query<{ day: string }>(
    sql`select distinct (redeemed_at at time zone 'UTC')::date::text as day from redeem_code where redeemed_at is not null`,
  )
  const listed = (await Promise.all(days.map(({ day }) => codeReport(database, desk).read(day)))).flatMap((entries) => entries ?? [])
  const booked = await database.query<{ externalId: string; amount: bigint }>(sql`
    select substr(source_key, 6) as "externalId", amount from transfer where starts_with(source_key, 'code:')`)
  const sorted = (entries: readonly { readonly externalId: string; readonly amount: bigint }[]) =>
    entries.map(({ externalId, amount }) => `${externalId} ${amount}`).sort()
  assert.ok(booked.length > 0)
  assert.deepEqual(sorted(listed), sorted(booked))
})
