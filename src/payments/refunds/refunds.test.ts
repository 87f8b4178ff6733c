// Guarantee: money of a deposit goes back once, to an address that is proven to be the payer's, booked when the chain shows exactly that transfer for good; what is
// wrong or missing leaves it open, what is cancelled is on the balance again.
import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { explainRefunds, failureOf, newWallet, openRefundWorld, type RefundWorld, SERVICE } from '../../../checks/money/refunds/index.ts'
import { openUsdcStore, PAYER, TOKEN, type UsdcStore } from '../../../checks/money/usdc/index.ts'
import { simTransfer } from '../../../sim/index.ts'
import { sql } from '../../db/index.ts'

let store: UsdcStore
before(async () => {
  store = await openUsdcStore()
})
after(() => store.close())
beforeEach(async () => {
  await store.forget()
})

const HOME = '0x00000000000000000000000000000000000000d1'
const FIVE = 5_000_000_000n
const UNITS = 5_000_000n

const say = (world: RefundWorld, accountId: string, refundId: string, address = HOME) =>
  world.desk.sayAddress({ accountId, refundId, address, signature: undefined, isFresh: true })
const stateOf = async (world: RefundWorld, id: string) => {
  const { refund } = await world.desk.show(id)
  return [refund.state, refund.outcome]
}
async function opened() {
  const world = await openRefundWorld(store)
  const { accountId, paymentId } = await world.newPayment(10_000_000n)
  return { world, accountId, paymentId }
}

test('it is reserved at once, sent to the address that was said, and booked when the transfer is final', async () => {
  const { world, accountId, paymentId } = await opened()
  const id = await world.ask(paymentId, FIVE)
  assert.equal(await world.usdc.available(accountId), FIVE)
  assert.equal(await failureOf(world.desk.enterTransaction(id, `0x${'1'.repeat(64)}`)), 'refund_address_missing')
  await say(world, accountId, id)
  const { toSend, payer } = await world.desk.show(id)
  assert.deepEqual(
    [toSend?.units, toSend?.chain, toSend?.token.toLowerCase(), toSend?.address?.toLowerCase()],
    [UNITS, 'Base', TOKEN, HOME],
  )
  assert.equal(payer, undefined)
  const tx = world.send(HOME, UNITS)
  await world.desk.enterTransaction(id, tx.hash)
  assert.deepEqual(await stateOf(world, id), ['sent', 'confirmations_pending'])
  assert.equal(await failureOf(world.desk.cancel(id)), 'refund_under_way')
  world.usdc.settle(2)
  await world.desk.finish()
  assert.deepEqual(await stateOf(world, id), ['done', undefined])
  assert.equal(await failureOf(world.desk.cancel(id)), 'refund_ended')
  assert.equal(await explainRefunds(store.database, accountId), undefined)
})

test('what is not exactly that transfer leaves it open, and says why', async () => {
  const { world, accountId, paymentId } = await opened()
  const id = await world.ask(paymentId, FIVE)
  await say(world, accountId, id)
  const { chain } = world.usdc
  const mined = (logs: Parameters<typeof chain.tx>[0], isSuccessful = true) => {
    const tx = chain.tx(logs, isSuccessful)
    chain.mine([tx])
    return tx.hash
  }
  const wrongs = [
    ['wrong_recipient', mined([world.usdc.pay(PAYER, UNITS)])],
    ['wrong_amount', mined([world.usdc.pay(HOME, UNITS - 1n)])],
    ['wrong_amount', mined([world.usdc.pay(HOME, UNITS + 1n)])],
    ['wrong_token', mined([simTransfer({ token: PAYER, from: PAYER, to: HOME, units: UNITS })])],
    ['wrong_recipient', mined([world.usdc.pay(HOME, UNITS, HOME)])],
    ['tx_failed', mined([world.usdc.pay(HOME, UNITS)], false)],
  ] as const
  world.usdc.settle(2)
  for (const [code, hash] of wrongs) {
    await world.desk.enterTransaction(id, hash)
    assert.deepEqual(await stateOf(world, id), ['taken', code])
  }
  assert.equal(await failureOf(world.desk.enterTransaction(id, 'a hash')), 'tx_hash_invalid')
  await world.desk.enterTransaction(id, `0x${'2'.repeat(64)}`)
  assert.deepEqual(await stateOf(world, id), ['sent', 'tx_unknown'])
  store.clock.at += 3_700_000
  await world.desk.finish()
  assert.deepEqual(await stateOf(world, id), ['taken', 'tx_unknown'])
  await world.desk.cancel(id)
  await world.desk.cancel(id)
  assert.equal(await world.usdc.available(accountId), 10_000_000_000n)
  assert.equal(await explainRefunds(store.database, accountId), undefined)
})

test('a transfer is one refund, and none from before it was asked for', async () => {
  const { world, accountId, paymentId } = await opened()
  const early = world.send(HOME, UNITS)
  world.usdc.settle(2)
  store.clock.at += 600_000
  const [one, two] = [await world.ask(paymentId, FIVE), await world.ask(paymentId, FIVE)]
  for (const id of [one, two]) await say(world, accountId, id)
  await world.desk.enterTransaction(one, early.hash)
  assert.deepEqual(await stateOf(world, one), ['taken', 'transfer_too_old'])
  world.usdc.settle(400)
  const tx = world.send(HOME, UNITS)
  world.usdc.settle(2)
  await Promise.all([world.desk.enterTransaction(one, tx.hash), world.desk.enterTransaction(two, tx.hash)])
  await world.desk.finish()
  const states = (await Promise.all([one, two].map((id) => stateOf(world, id)))).map(([state]) => state)
  assert.deepEqual(
    states.toSorted((a = '', b = '') => a.localeCompare(b)),
    ['done', 'taken'],
  )
  const both = world.usdc.chain.tx([world.usdc.pay(HOME, UNITS), world.usdc.pay(HOME, UNITS)])
  world.usdc.chain.mine([both])
  world.usdc.settle(2)
  for (const id of [one, two]) await world.desk.enterTransaction(id, both.hash).catch(() => undefined)
  assert.deepEqual(
    [await stateOf(world, one), await stateOf(world, two)],
    [
      ['done', undefined],
      ['done', undefined],
    ],
  )
  assert.equal(await explainRefunds(store.database, accountId), undefined)
})

test('an address is said once, by whoever just showed who they are or by the wallet that paid', async () => {
  const { world } = await opened()
  const wallet = newWallet()
  const { accountId, address } = await world.usdc.newAccount()
  world.usdc.chain.mine([world.usdc.chain.tx([world.usdc.pay(address, 10_000_000n, wallet.address.toLowerCase())])])
  world.usdc.settle(2)
  await world.usdc.read()
  const [payment] = await store.database.query<{ id: string }>(sql`select id from payment where account_id = ${accountId}::uuid`)
  const id = await world.ask(payment?.id ?? '', FIVE)
  assert.equal((await world.desk.show(id)).payer, wallet.address)
  const other = await world.usdc.newAccount()
  const said = { accountId, refundId: id, address: HOME, signature: undefined, isFresh: false }
  const stranger = newWallet()
  const signed = await stranger.sign(world.desk.messageFor(id, HOME))
  const elsewhere = await wallet.sign(world.desk.messageFor(id, PAYER))
  const refused = [
    [{ ...said }, 'not_fresh'],
    [{ ...said, accountId: other.accountId, isFresh: true }, 'refund_unknown'],
    [{ ...said, isFresh: true, address: `0x${'0'.repeat(40)}` }, 'refund_address_refused'],
    [{ ...said, isFresh: true, address: TOKEN }, 'refund_address_refused'],
    [{ ...said, isFresh: true, address }, 'refund_address_refused'],
    [{ ...said, isFresh: true, address: '0xF39fd6e51aad88F6F4ce6aB8827279cffFb92266' }, 'refund_address_invalid'],
    [{ ...said, signature: signed }, 'refund_signature_invalid'],
    [{ ...said, signature: elsewhere }, 'refund_signature_invalid'],
  ] as const
  for (const [asked, code] of refused) assert.equal(await failureOf(world.desk.sayAddress(asked)), code)
  assert.equal(world.desk.messageFor(id, HOME), `${SERVICE}: send refund ${id} to ${HOME}`)
  const signature = await wallet.sign(world.desk.messageFor(id, HOME))
  await world.desk.sayAddress({ ...said, signature })
  assert.equal((await world.desk.show(id)).refund.proof, 'signature')
  assert.equal(await failureOf(say(world, accountId, id, PAYER)), 'refund_address_known')
})

test('more than was paid, more than is left and parts of a unit are refused', async () => {
  const { world, accountId, paymentId } = await opened()
  assert.equal(await failureOf(world.ask(paymentId, 1n)), 'amount_invalid')
  assert.equal(await failureOf(world.ask(paymentId, 10_000_001_000n)), 'refund_exceeds_payment')
  const asked = await Promise.all(Array.from({ length: 6 }, () => failureOf(world.ask(paymentId, 4_000_000_000n))))
  assert.equal(asked.filter((code) => code === 'nothing').length, 2)
  await store.money.ledger.purchase({ accountId, amount: 1_500_000_000n, sourceKey: `bought ${paymentId}`, reason: 'a plan' })
  assert.equal(await failureOf(world.ask(paymentId, 1_000_000_000n)), 'balance_insufficient')
  assert.equal(await failureOf(world.ask(accountId, FIVE)), 'payment_unknown')
})

test('a refund that was brought back by hand can still be cancelled, and comes back no second time', async () => {
  const { world, accountId, paymentId } = await opened()
  const id = await world.ask(paymentId, FIVE)
  const { refund } = await world.desk.show(id)
  await store.money.ledger.reverse({
    transferId: refund.transferId ?? '',
    onLack: 'refuse',
    sourceKey: `operator:${id}`,
    reason: 'by mistake',
  })
  await world.desk.cancel(id)
  assert.deepEqual(await stateOf(world, id), ['cancelled', undefined])
  assert.equal(await world.usdc.available(accountId), 2n * FIVE)
})

/** A payment that its wallet signed, of which a part is to go back, and a list of wallets that nothing is sent to. */
async function signed() {
  const listed = new Set<string>()
  const list = { isRead: true }
  const sanctions = { has: (address: string) => listed.has(address), isReady: () => list.isRead, refresh: async () => undefined }
  const world = await openRefundWorld(store, { sanctions })
  const { accountId, paymentId } = await world.newPayment(10_000_000n)
  await store.database.query(sql`update usdc_deposit set state = 'claimed' where account_id = ${accountId}::uuid`)
  const asking = async () =>
    (
      await store.database.query(sql`
        select from account_event where account_id = ${accountId}::uuid and kind = 'refund.asking'`)
    ).length
  const problems = async () =>
    await store.database.query<{ code: string; amount: bigint; account_id: string }>(
      sql`select code, amount, account_id from payment_problem where account_id = ${accountId}::uuid`,
    )
  const addressOf = async (id: string) => (await world.desk.show(id)).toSend?.address?.toLowerCase()
  return { world, accountId, paymentId, listed, list, asking, problems, addressOf }
}

test('what a wallet signed for goes back to it, and to none that is on the list of sanctions: that waits for the operator', async () => {
  const { world, accountId, paymentId, listed, asking, problems, addressOf } = await signed()
  listed.add(PAYER)
  const id = await world.ask(paymentId, FIVE)
  for (let time = 0; time < 2; time += 1) await world.desk.finish()
  assert.deepEqual(await stateOf(world, id), ['taken', 'recipient_sanctioned'])
  assert.deepEqual(await problems(), [{ code: 'refund_recipient_sanctioned', amount: FIVE, account_id: accountId }])
  assert.deepEqual([await addressOf(id), await asking()], [undefined, 0])
  assert.equal((await world.desk.show(id)).payer, undefined, 'nobody is asked for another address')
  assert.equal(await failureOf(say(world, accountId, id)), 'refund_in_review')
  listed.delete(PAYER)
  await world.desk.finish()
  assert.deepEqual([await stateOf(world, id), await addressOf(id)], [['taken', undefined], PAYER])
  // It is looked at again until it was sent.
  listed.add(PAYER)
  assert.deepEqual([await stateOf(world, id), await addressOf(id)], [['taken', 'recipient_sanctioned'], undefined])
  await world.desk.cancel(id)
  assert.deepEqual([await stateOf(world, id), await world.usdc.available(accountId)], [['cancelled', undefined], 2n * FIVE])
})

test('until the list was read nothing is sent to a wallet that signed, nor is another asked for', async () => {
  const { world, accountId, paymentId, list, asking, problems, addressOf } = await signed()
  list.isRead = false
  const id = await world.ask(paymentId, FIVE)
  assert.deepEqual([await stateOf(world, id), await addressOf(id)], [['taken', 'sanctions_unread'], undefined])
  assert.equal(await failureOf(say(world, accountId, id)), 'deposits_halted')
  assert.deepEqual([await asking(), await problems()], [0, []])
  list.isRead = true
  await world.desk.finish()
  assert.deepEqual([await stateOf(world, id), await addressOf(id)], [['taken', undefined], PAYER])
})

test('an address that was said, and is on the list by the time it is to be sent to, is not told', async () => {
  const { world, accountId, paymentId, listed, addressOf } = await signed()
  await store.database.query(sql`update usdc_deposit set state = 'settled' where account_id = ${accountId}::uuid`)
  const id = await world.ask(paymentId, FIVE)
  await say(world, accountId, id)
  assert.equal(await addressOf(id), HOME)
  listed.add(HOME)
  assert.deepEqual([await stateOf(world, id), await addressOf(id)], [['taken', 'recipient_sanctioned'], undefined])
})
