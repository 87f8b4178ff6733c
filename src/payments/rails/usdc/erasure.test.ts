// Guarantee: who paid in USDC finds transaction and wallet in their export; once they are erased neither is readable anywhere, nothing of theirs is
// credited again, and what still comes to their address waits for the operator.
import assert from 'node:assert/strict'
import { randomBytes, randomUUID } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { makeXpub, openUsdcWorld, PAYER, type WorldOptions } from '../../../../checks/money/usdc/index.ts'
import { readZip } from '../../../../checks/privacy/read-zip.ts'
import { openRightsWorld, type RightsWorld } from '../../../../checks/privacy/rights-world.ts'
import { sql } from '../../../db/index.ts'
import { keyringOf } from '../../../privacy/index.ts'
import { openPaymentDesk } from '../../index.ts'
import { openAddressTree } from './index.ts'

let rights: RightsWorld
before(async () => {
  rights = await openRightsWorld()
})
after(() => rights.close())

async function openWorld(options: WorldOptions = {}) {
  const { subjects, ledger, kit } = rights
  const database = kit.appDatabase
  const keyring = keyringOf(new Map([[1, randomBytes(32)]]))
  const clock = { at: rights.clock.at, now: () => clock.at, monotonic: () => clock.at }
  const ids = { uuid: () => randomUUID() }
  const desk = openPaymentDesk({ database, ledger, keyring, subjects, ids, clock, log: () => undefined, onPaid: [], fulfillers: {} })
  const newCustomer = async () => ({ accountId: await rights.customer(`${randomUUID()}@example.com`), keyId: '' })
  const money = { ledger, subjects, newCustomer }
  return openUsdcWorld({ money, database, keyring, desk, clock, tree: await openAddressTree(makeXpub()) }, options)
}

test('an export shows transaction and wallet, an erasure takes both away, and no deposit is credited again', async () => {
  const world = await openWorld()
  const email = `${randomUUID()}@example.com`
  const accountId = await rights.customer(email)
  const address = await world.parts.book.addressOf(accountId, rights.clock.at)
  await world.read()
  const tx = world.chain.tx([world.pay(address, 5_000_000n)])
  world.chain.mine([tx])
  world.settle(2)
  await world.read()
  const shown = Buffer.concat([...readZip(await buffer(await rights.rights.exportZip(accountId))).values()]).toString()
  assert.ok(shown.includes(tx.hash) && shown.includes(PAYER), 'the export lacks the transaction or the wallet')
  await rights.rights.erase({ accountId, email, giveUp: 5_000_000_000n, cause: 'operator' })
  await rights.rights.resume()
  const rows = await rights.kit.ownerDatabase.query<{ account_id: string | null; origin_sealed: Buffer | null }>(sql`
    select account_id, origin_sealed from usdc_deposit`)
  assert.deepEqual(rows, [{ account_id: null, origin_sealed: null }])
  assert.equal(await world.parts.book.ownerOf(address.toLowerCase()), null)
  world.restart()
  await world.read()
  assert.deepEqual([await world.states(), await world.problems()], [['settled'], []])
  world.chain.mine([world.chain.tx([world.pay(address, 7_000_000n)])])
  world.settle(2)
  await world.read()
  assert.deepEqual(
    (await world.problems()).map(({ code, amount, accountId: whose }) => [code, amount, whose]),
    [['account_gone', 7_000_000_000n, undefined]],
  )
  const { transfers } = await rights.ledger.listTransfers({ accountId, limit: 10 })
  assert.equal(transfers.filter(({ kind }) => kind === 'deposit').length, 1)
})

test('what was credited before it was final to an account that is erased by then is no money without an owner', async () => {
  const world = await openWorld({ chain: { early: { limit: 50_000_000_000n, confirmations: 3 } } })
  await rights.kit.ownerDatabase.query(sql`truncate usdc_deposit, usdc_chain, payment_problem`)
  const email = `${randomUUID()}@example.com`
  const accountId = await rights.customer(email)
  const address = await world.parts.book.addressOf(accountId, rights.clock.at)
  await world.read()
  world.chain.mine([world.chain.tx([world.pay(address, 5_000_000n)])])
  world.settle(3, 4)
  await world.read()
  assert.deepEqual([await world.available(accountId), await world.states()], [5_000_000_000n, ['early']])
  await rights.rights.erase({ accountId, email, giveUp: 5_000_000_000n, cause: 'operator' })
  world.settle(2)
  await world.read()
  await world.read()
  assert.deepEqual([await world.states(), await world.problems()], [['settled'], []])
  // What comes afterwards is.
  world.chain.mine([world.chain.tx([world.pay(address, 5_000_000n)])])
  world.settle(2)
  await world.read()
  assert.deepEqual(
    (await world.problems()).map(({ code }) => code),
    ['account_gone'],
  )
})
