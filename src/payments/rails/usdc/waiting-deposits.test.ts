// Guarantee: the operator sees each deposit that is not settled, with its confirmations so far and wanted, whose it is and by which transaction it came;
// what is settled is gone from there, and so is what was held back once it is resolved.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, beforeEach, test } from 'node:test'
import { HOUSE_ADDRESS, openUsdcStore, openUsdcWorld, PAYER, type UsdcStore, type UsdcWorld } from '../../../../checks/money/usdc/index.ts'
import { sql } from '../../../db/index.ts'
import { listProgress } from './progress.ts'
import { listWaiting, type WaitingDeposit } from './waiting-deposits.ts'

let store: UsdcStore
before(async () => {
  store = await openUsdcStore()
})
after(() => store.close())
beforeEach(() => store.forget())

const waiting = ({ parts }: UsdcWorld): Promise<readonly WaitingDeposit[]> => listWaiting({ ...parts, chains: [parts] }, 200)

test('on its way: confirmations grow until it is final, then it waits no more', async () => {
  const world = openUsdcWorld(store)
  const { accountId, address } = await world.newAccount()
  await world.read()
  const tx = world.chain.tx([world.pay(address, 12_340_000n)])
  world.chain.mine([tx])
  await world.read()
  const [first] = await waiting(world)
  assert.deepEqual(
    [first?.accountId, first?.txHash, first?.amount, first?.state, first?.chainName, first?.halted],
    [accountId, tx.hash, 12_340_000_000n, 'pending', 'Base', undefined],
  )
  assert.equal(first?.confirmations?.seen, 1)
  world.settle(3, 4)
  await world.read()
  const [later] = await waiting(world)
  assert.equal(later?.confirmations?.seen, 4)
  assert.ok((later?.confirmations?.needed ?? 0) > 4)
  await store.database.query(sql`update usdc_chain set halted = 'endpoints_disagree', halted_at = now()`)
  assert.equal((await waiting(world))[0]?.halted, 'endpoints_disagree')
  world.settle(5)
  await world.read()
  assert.deepEqual(await waiting(world), [])
})

test('credited early, to the house, and held back until it is resolved', async () => {
  const early = { limit: 50_000_000_000n, confirmations: 3 }
  const world = openUsdcWorld(store, {
    chain: { early },
    terms: { houseAddress: HOUSE_ADDRESS, maximum: 100_000_000_000n },
  })
  const { accountId, address } = await world.newAccount()
  await world.read()
  world.chain.mine([world.chain.tx([world.pay(address, 200_000_000n)]), world.chain.tx([world.pay(HOUSE_ADDRESS, 7_000_000n, PAYER)])])
  world.settle(1)
  await world.read()
  world.chain.mine([world.chain.tx([world.pay(address, 5_000_000n)])])
  world.settle(2, 3)
  await world.read()
  const told = (await waiting(world)).map(({ state, problem, accountId: whose, amount }) => [state, problem, whose, amount])
  assert.deepEqual(
    told.toSorted(([one], [other]) => (String(one) < String(other) ? -1 : 1)),
    [
      ['early', undefined, accountId, 5_000_000_000n],
      ['problem', 'above_maximum', accountId, 200_000_000_000n],
      ['unclaimed', undefined, undefined, 7_000_000_000n],
    ],
  )
  await store.database.query(sql`update payment_problem set resolved_at = now(), resolution = 'dismissed'`)
  assert.deepEqual((await waiting(world)).map(({ state }) => state).toSorted(), ['early', 'unclaimed'])
})

test('what was held back and is resolved by hand is told to its account as it was resolved: credited with what was credited, or not', async () => {
  const world = openUsdcWorld(store, { terms: { maximum: 100_000_000_000n } })
  const stranger = (await world.newAccount()).accountId
  await world.read()
  const held = ['problem', 'above_maximum', 200_000_000_000n]
  const resolve = async (credited: string | undefined): Promise<void> => {
    const credit = { amount: 199_000_000_000n, kind: 'manual', sourceKey: `problem:${randomUUID()}`, reason: 'seen' } as const
    const made = credited === undefined ? undefined : await store.money.ledger.credit({ ...credit, accountId: credited })
    await store.database.query(sql`
      update payment_problem set resolved_at = now(), resolution = ${made === undefined ? 'dismissed' : 'credited'},
        transfer_id = ${made?.transferId ?? null}::uuid where resolved_at is null`)
  }
  for (const whose of ['own', 'stranger', 'nobody']) {
    const { accountId, address } = await world.newAccount()
    const own = async () => {
      const [one, ...more] = await listProgress({ ...world.parts, sealing: store.money.subjects }, accountId)
      assert.deepEqual(more, [])
      return [one?.state, one?.problem, one?.amount]
    }
    world.chain.mine([world.chain.tx([world.pay(address, 200_000_000n)])])
    world.settle(3)
    await world.read()
    assert.deepEqual(await own(), held)
    await resolve({ own: accountId, stranger }[whose])
    const expected = whose === 'own' ? ['settled', undefined, 199_000_000_000n] : ['dismissed', 'above_maximum', 200_000_000_000n]
    assert.deepEqual(await own(), expected)
  }
})
