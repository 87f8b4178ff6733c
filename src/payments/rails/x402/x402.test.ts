// Guarantee: a payment lets one call in, after it was carried out and credited, and none when it is short, late, for somebody else, forged or
// used; whatever a facilitator loses, delays or makes up, what was carried out is credited once or waits for the operator.
import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { draftOf, newWallet, openTestRail, sign, type TestRail, type Wallet } from '../../../../checks/money/x402/index.ts'
import { type SimFacilitator, startSimFacilitator } from '../../../../sim/index.ts'
import { type MoneyStore, openMoneyStore } from '../../../control/testing.ts'
import { sql } from '../../../db/index.ts'
import { type FailureCode, FailureError } from '../../../failures.ts'
import { x402Tags } from './payment.ts'
import { X402_DATA } from './personal-data.ts'

const clock = { at: Date.parse('2026-11-26T12:00:00Z'), now: () => clock.at }
const NEEDED = 2_000_000n
const UNITS = 2_000n
let store: MoneyStore
let sim: SimFacilitator
let test402: TestRail
before(async () => {
  store = await openMoneyStore()
  sim = await startSimFacilitator({ chainId: 8453, name: 'USD Coin', version: '2', now: clock.now })
  test402 = openTestRail(store, { url: sim.url, clock })
})
after(async () => {
  await test402.close()
  await sim.stop()
  await store.drop()
})
beforeEach(() => {
  for (const name of Object.keys(sim.manner)) delete sim.manner[name as keyof typeof sim.manner]
})

const funded = (units = 1_000_000n): Wallet => {
  const wallet = newWallet()
  sim.fund(wallet.address, units)
  return wallet
}
const paymentOf = (wallet: Wallet, units = UNITS) => sign(wallet, draftOf(wallet, { units, now: clock.at }))
const pay = async (payment: Awaited<ReturnType<typeof paymentOf>>, needed = NEEDED) => await test402.rail.pay(payment, needed)
const balanceOf = async (accountId: string) => (await store.ledger.balanceOf(accountId))?.available
const movedBy = (wallet: Wallet) => sim.transfers.filter(({ from }) => from === wallet.address)
const accountOf = async (wallet: Wallet): Promise<string> => {
  const [row] = await store.ownerDatabase.query<{ account_id: string }>(sql`
    select account_id from x402_wallet where tag = ${x402Tags(test402.keyring).ofWallet(wallet.address)}`)
  return row?.account_id ?? ''
}
const problemsOf = (code: string) => store.ownerDatabase.query(sql`select account_id, amount from payment_problem where code = ${code}`)

test('a payment that was refused and comes with the same nonce for another amount is known by what it paid', async () => {
  const wallet = newWallet()
  const draft = draftOf(wallet, { units: UNITS, now: clock.at })
  sim.manner.isBlind = true
  assert.notEqual((await pay(await sign(wallet, draft))).status, 'ok')
  sim.fund(wallet.address, 1_000_000n)
  const answer = await pay(await sign(wallet, { ...draft, value: 500_000n }))
  assert.ok(answer.status === 'ok')
  assert.equal(await balanceOf(answer.accountId), 500_000_000n)
  const [row] = await store.ownerDatabase.query<{ amount: bigint }>(sql`
    select amount from x402_payment where account_id = ${answer.accountId}::uuid`)
  assert.equal(row?.amount, 500_000_000n)
})

test('a payment lets one call in and is on the balance of its wallet; a second payment goes to the same account', async () => {
  const wallet = funded()
  const first = await paymentOf(wallet)
  const answer = await pay(first)
  assert.equal(answer.status, 'ok')
  assert.ok(answer.status === 'ok' && answer.txHash === movedBy(wallet)[0]?.txHash)
  assert.equal(await balanceOf(answer.accountId), NEEDED)
  assert.deepEqual(await pay(first), { status: 'replayed' })
  const second = await pay(await paymentOf(wallet, 5_000n))
  assert.ok(second.status === 'ok' && second.accountId === answer.accountId && second.keyId === answer.keyId)
  assert.equal(await balanceOf(answer.accountId), NEEDED + 5_000_000n)
  assert.equal(movedBy(wallet).length, 2)
})

test('twenty of the same payment at once: one is let in, and the money moves once', async () => {
  const wallet = funded()
  const payment = await paymentOf(wallet)
  const answers = await Promise.all(Array.from({ length: 20 }, () => pay(payment)))
  const statuses = answers.map(({ status }) => status)
  assert.equal(statuses.filter((status) => status === 'ok').length, 1)
  assert.ok(
    statuses.every((status) => ['ok', 'pending', 'replayed'].includes(status)),
    statuses.join(),
  )
  assert.equal(movedBy(wallet).length, 1)
  assert.equal(await balanceOf(await accountOf(wallet)), NEEDED)
})

test('what is not as it was asked is refused with a code of its own, and nobody is asked to carry it out', async () => {
  const wallet = funded()
  const draft = draftOf(wallet, { units: UNITS, now: clock.at })
  const seconds = clock.at / 1000
  const high = await sign(wallet, draft)
  const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
  const flipped = (order - BigInt(`0x${high.signature.slice(66, 130)}`)).toString(16).padStart(64, '0')
  const cases = [
    ['network', await sign(wallet, { ...draft, chainId: 1 })],
    ['asset', await sign(wallet, { ...draft, asset: '0x00000000000000000000000000000000000000cc' })],
    ['recipient', await sign(wallet, { ...draft, to: wallet.address })],
    ['short', await sign(wallet, { ...draft, value: UNITS - 1n })],
    ['short', await sign(wallet, { ...draft, value: 0n })],
    ['early', await sign(wallet, { ...draft, validAfter: seconds })],
    ['expired', await sign(wallet, { ...draft, validBefore: seconds + 10 })],
    ['signature', await sign(newWallet(), draft)],
    ['signature', await sign(wallet, draft, { name: 'USDC', version: '2' })],
    ['signature', { ...(await sign(wallet, draft)), value: UNITS + 1n }],
    ['signature', { ...draft, signature: `0x${'00'.repeat(65)}` }],
    ['signature', { ...high, signature: `${high.signature.slice(0, 66)}${flipped}${high.signature.endsWith('1b') ? '1c' : '1b'}` }],
  ] as const
  const settles = sim.asked.settle
  for (const [status, payment] of cases) assert.deepEqual(await pay(payment), { status })
  const poor = newWallet()
  assert.deepEqual(await pay(await paymentOf(poor)), { status: 'funds' })
  sim.manner.lies = 'invalid'
  assert.deepEqual(await pay(await paymentOf(wallet)), { status: 'refused' })
  assert.equal(sim.asked.settle, settles)
  assert.equal(movedBy(wallet).length, 0)
})

test('a facilitator that does not answer: nothing is taken; one that refuses to carry out what it found valid: nothing is taken', async () => {
  const wallet = funded()
  const payment = await paymentOf(wallet)
  sim.manner.isDown = true
  assert.deepEqual(await pay(payment), { status: 'unavailable' })
  sim.manner.isDown = false
  const poor = newWallet()
  sim.manner.isBlind = true
  const later = await paymentOf(poor)
  assert.deepEqual(await pay(later), { status: 'funds' })
  sim.fund(poor.address, UNITS)
  assert.equal((await pay(later)).status, 'ok')
  assert.equal((await pay(payment)).status, 'ok')
})

for (const [name, manner] of [
  ['loses its answer', { losesAnswerOf: 'settle' }],
  ['names another network', { lies: 'network' }],
  ['names another payer', { lies: 'payer' }],
  ['names no transaction', { lies: 'transaction' }],
] as const) {
  test(`a facilitator that carries out and ${name}: nobody is let in until it is found, then one call, once`, async () => {
    const wallet = funded()
    const payment = await paymentOf(wallet)
    Object.assign(sim.manner, manner)
    assert.deepEqual(await pay(payment), { status: 'unsettled' })
    assert.deepEqual(await pay(payment), { status: 'pending' })
    clock.at += 6_000
    assert.deepEqual(await pay(payment), { status: 'unsettled' })
    for (const key of Object.keys(manner)) delete sim.manner[key as keyof typeof sim.manner]
    clock.at += 20_000
    assert.equal(await test402.rail.finish(), 1)
    // Time has gone on: what was carried out in time lets its call in all the same, but for its own price alone.
    clock.at += 600_000
    assert.deepEqual(await pay(payment, NEEDED + 1n), { status: 'short' })
    assert.deepEqual(await pay({ ...payment, signature: (await paymentOf(newWallet())).signature }), { status: 'signature' })
    const answer = await pay(payment)
    assert.equal(answer.status, 'ok')
    assert.deepEqual(await pay(payment), { status: 'replayed' })
    assert.equal(answer.status === 'ok' && (await balanceOf(answer.accountId)), NEEDED)
    assert.equal(movedBy(wallet).length, 1)
  })
}

test('what nobody finds out is put before the operator, with the account it would belong to; it is credited by nobody else', async () => {
  const wallet = funded()
  const payment = await paymentOf(wallet)
  sim.manner.losesAnswerOf = 'settle'
  assert.deepEqual(await pay(payment), { status: 'unsettled' })
  for (let round = 0; round < 8; round += 1) {
    clock.at += 700_000
    await test402.rail.finish()
  }
  assert.deepEqual(await pay(payment), { status: 'review' })
  const accountId = await accountOf(wallet)
  assert.deepEqual(await problemsOf('settle_unclear'), [{ account_id: accountId, amount: NEEDED }])
  assert.equal(await balanceOf(accountId), 0n)
  assert.equal(await test402.rail.finish(), 0)
})

test('the key of a wallet is nobody’s; when it is ended, the next payment gets another; a suspended account pays nothing', async () => {
  const wallet = funded()
  const first = await pay(await paymentOf(wallet))
  assert.ok(first.status === 'ok')
  await store.ownerDatabase.query(sql`update api_key set revoked_at = now() where id = ${first.keyId}`)
  const second = await pay(await paymentOf(wallet))
  assert.ok(second.status === 'ok' && second.accountId === first.accountId && second.keyId !== first.keyId)
  await store.ownerDatabase.query(sql`update account set status = 'suspended' where id = ${first.accountId}`)
  const moved = movedBy(wallet).length
  assert.deepEqual(await pay(await paymentOf(wallet)), { status: 'suspended' })
  assert.equal(movedBy(wallet).length, moved)
})

test('a wallet claims its account by a transaction and a signature, once for each', async () => {
  const wallet = funded()
  const answer = await pay(await paymentOf(wallet))
  assert.ok(answer.status === 'ok')
  const { rail } = test402
  const signature = await wallet.account.signMessage({ message: rail.messageFor(answer.txHash) })
  const foreign = await newWallet().account.signMessage({ message: rail.messageFor(answer.txHash) })
  const failing = (claim: Promise<unknown>, code: FailureCode) =>
    assert.rejects(claim, (thrown) => thrown instanceof FailureError && thrown.failure.code === code)
  await failing(rail.claim({ txHash: answer.txHash, signature: foreign }), 'claim_signature_invalid')
  await failing(rail.claim({ txHash: answer.txHash, signature: 'none' }), 'claim_signature_invalid')
  await failing(rail.claim({ txHash: `0x${'ab'.repeat(32)}`, signature }), 'tx_unknown')
  await failing(rail.claim({ txHash: 'ab', signature }), 'tx_hash_invalid')
  const claimed = await rail.claim({ txHash: answer.txHash.toUpperCase(), signature })
  assert.equal(claimed.accountId, answer.accountId)
  assert.equal(claimed.amount, NEEDED)
  assert.match(claimed.secret, /^fbx_/)
  await failing(rail.claim({ txHash: answer.txHash, signature }), 'already_claimed')
  // The same random bytes are the same asking.
  const [random, next] = [Buffer.alloc(32, 7), await pay(await paymentOf(wallet))]
  assert.ok(next.status === 'ok')
  const again = { txHash: next.txHash, signature: await wallet.account.signMessage({ message: rail.messageFor(next.txHash) }), random }
  const given = await Promise.all([rail.claim(again), rail.claim(again), rail.claim(again)])
  assert.equal(new Set([...given, await rail.claim(again)].map(({ keyId, secret }) => `${keyId} ${secret}`)).size, 1)
  await failing(rail.claim({ ...again, random: Buffer.alloc(32, 8) }), 'already_claimed')
})

test('no address, nonce, transaction or signature is readable in the tables, and every column is declared', async () => {
  const wallet = funded()
  const payment = await paymentOf(wallet)
  const answer = await pay(payment)
  assert.ok(answer.status === 'ok')
  const dumped = await Promise.all([
    store.ownerDatabase.query<{ row: string }>(sql`select x402_wallet::text as row from x402_wallet`),
    store.ownerDatabase.query<{ row: string }>(sql`select x402_payment::text as row from x402_payment`),
    store.ownerDatabase.query<{ row: string }>(sql`select payment::text as row from payment`),
    store.ownerDatabase.query<{ row: string }>(sql`select transfer::text as row from transfer`),
  ])
  const text = dumped
    .flat()
    .map(({ row }) => row.toLowerCase())
    .join('\n')
  for (const secret of [payment.from, payment.nonce, payment.signature, answer.txHash]) assert.ok(!text.includes(secret.slice(2)))
  const columns = await store.ownerDatabase.query<{ name: string }>(sql`
    select table_name || '.' || column_name as name from information_schema.columns where table_name like 'x402_%' order by 1`)
  const declared = X402_DATA.map(({ table, column }) => `${table}.${column}`).sort()
  assert.deepEqual(columns.map(({ name }) => name).sort(), declared)
})

test('after an erasure a payment that was used is still known, and the wallet begins anew', async () => {
  const wallet = funded()
  const [used, lost] = [await paymentOf(wallet), await paymentOf(wallet)]
  const answer = await pay(used)
  assert.ok(answer.status === 'ok')
  sim.manner.losesAnswerOf = 'settle'
  assert.deepEqual(await pay(lost), { status: 'unsettled' })
  sim.manner.losesAnswerOf = undefined
  clock.at += 60_000
  await test402.rail.finish()
  // What the inventory says of an erasure, by the role that carries it out.
  const { accountId } = answer
  await test402.database.query(sql`delete from x402_wallet where account_id = ${accountId}`)
  await test402.database.query(sql`
    update x402_payment set account_id = null, origin_sealed = null, pending_sealed = null, claimed_key_id = null where account_id = ${accountId}`)
  await store.subjects.destroy(accountId)
  assert.deepEqual(await pay(used), { status: 'replayed' })
  assert.deepEqual(await pay(lost), { status: 'replayed' })
  const next = await pay(await paymentOf(wallet))
  assert.ok(next.status === 'ok' && next.accountId !== accountId)
  assert.equal(await balanceOf(next.accountId), NEEDED)
  const overwritten = X402_DATA.filter(({ table, erase }) => table === 'x402_payment' && erase === 'overwrite').map(({ column }) => column)
  assert.deepEqual(overwritten.sort(), ['account_id', 'claimed_key_id', 'origin_sealed', 'pending_sealed'])
  assert.ok(X402_DATA.every(({ table, erase }) => table !== 'x402_wallet' || erase === 'delete'))
})

test('the books agree', async () => {
  assert.deepEqual((await store.ledger.verify()).problems, [])
})
