// Guarantee: what comes to an address of an account is credited once, exactly, and only when the chain calls it final or the operator lets it be
// early; what is taken back by the chain is taken back from the account; what is wrong credits nobody and is not lost.
import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { HOUSE_ADDRESS, openUsdcStore, openUsdcWorld, PAYER, TOKEN, type UsdcStore } from '../../../../checks/money/usdc/index.ts'
import { SimRpcError, simTransfer } from '../../../../sim/index.ts'
import { sql } from '../../../db/index.ts'
import { SubjectKeyError } from '../../../privacy/index.ts'
import { listWaiting } from './index.ts'

let store: UsdcStore
before(async () => {
  store = await openUsdcStore()
})
after(() => store.close())
beforeEach(() => store.forget())

const EARLY = { chain: { early: { limit: 50_000_000_000n, confirmations: 3 } } }

test('a transfer is credited when its block is final, once, however often it is read and by whomever', async () => {
  const world = openUsdcWorld(store)
  const { accountId, address } = await world.newAccount()
  await world.read()
  world.chain.mine([world.chain.tx([world.pay(address, 12_340_001n)])])
  await world.read()
  assert.deepEqual([await world.available(accountId), await world.states()], [0n, ['pending']])
  world.settle(5)
  for (let time = 0; time < 4; time += 1) {
    world.restart()
    assert.equal(await world.read(), undefined)
  }
  assert.deepEqual([await world.available(accountId), await world.states()], [12_340_001_000n, ['settled']])
})

test('five transfers in one transaction are five deposits, to the nano-dollar, from one unit up', async () => {
  const world = openUsdcWorld(store)
  const { accountId, address } = await world.newAccount()
  const other = await world.newAccount()
  await world.read()
  const logs = [1n, 10n, 100n, 1_000_000n, 7n].map((units) => world.pay(address, units))
  world.chain.mine([world.chain.tx(logs), world.chain.tx([world.pay(other.address, 3n)])])
  world.settle(1)
  await world.read()
  assert.deepEqual([await world.available(accountId), await world.available(other.accountId)], [1_000_118_000n, 3_000n])
})

test('a token of another address, two topics, nothing, another event, a failed transaction and a stranger credit nobody', async () => {
  const world = openUsdcWorld(store)
  const { accountId, address } = await world.newAccount()
  await world.read()
  const good = world.pay(address, 5n)
  const wrong = [
    simTransfer({ token: '0x00000000000000000000000000000000000000cc', from: PAYER, to: address, units: 5n }),
    { ...good, topics: good.topics.slice(0, 2) },
    { ...good, topics: [...good.topics, good.topics[2] ?? ''] },
    { ...good, data: `0x${'0'.repeat(64)}` },
    { ...good, data: '0x05' },
    world.pay(PAYER, 5n),
  ]
  world.chain.mine([...wrong.map((log) => world.chain.tx([log])), { ...world.chain.tx([]), isSuccessful: false }])
  world.settle(3)
  // An endpoint that hands out all of it, asked for or not.
  const all = world.chain.block(1)?.txs.flatMap(({ hash, logs }) => logs.map((log) => ({ ...log, transactionHash: hash }))) ?? []
  const block = { blockNumber: '0x1', blockHash: world.chain.block(1)?.hash, removed: false }
  const [endpoint] = world.endpoints
  if (endpoint !== undefined)
    endpoint.manner.alter = (method, answer) =>
      method === 'eth_getLogs' ? all.map((log, index) => ({ ...log, ...block, logIndex: `0x${index.toString(16)}` })) : answer
  await world.read()
  assert.deepEqual([await world.available(accountId), await world.states(), await world.problems()], [0n, [], []])
})

test('more than the books hold, a sanctioned sender, dust and too much wait for the operator', async () => {
  const sanctions = { has: (address: string) => address === HOUSE_ADDRESS, isReady: () => true, refresh: async () => undefined }
  const world = openUsdcWorld(store, { sanctions, terms: { minimum: 1_000_000_000n, dust: 'queue', maximum: 10n ** 13n } })
  const { accountId, address } = await world.newAccount()
  await world.read()
  const logs = [world.pay(address, 2n ** 255n), world.pay(address, 2_000_000n, HOUSE_ADDRESS), world.pay(address, 999_999n)]
  world.chain.mine([world.chain.tx([...logs, world.pay(address, 10_000_000_001n), world.pay(address, 1_000_000n)])])
  world.settle(1)
  await world.read()
  await world.read()
  const problems = (await world.problems()).filter((problem) => problem.accountId === accountId)
  assert.deepEqual(
    problems.map(({ code, amount }) => [code, amount] as const).toSorted(([a], [b]) => a.localeCompare(b)),
    [
      ['above_maximum', 10_000_000_001_000n],
      ['amount_impossible', undefined],
      ['below_minimum', 999_999_000n],
      ['sanctioned_sender', 2_000_000_000n],
    ],
  )
  assert.equal(await world.available(accountId), 1_000_000_000n)
})

test('a small deposit is credited early, confirmed in another block under another number, and not credited again', async () => {
  const world = openUsdcWorld(store, EARLY)
  const { accountId, address } = await world.newAccount()
  await world.read()
  const tx = world.chain.tx([world.pay(address, 20_000_000n)])
  world.chain.mine([tx])
  world.settle(2, 3)
  await world.read()
  assert.deepEqual([await world.available(accountId), await world.states()], [20_000_000_000n, ['early']])
  world.chain.drop(3)
  world.chain.mine([world.chain.tx([world.pay(PAYER, 1n), world.pay(PAYER, 2n)])])
  world.chain.mine([tx])
  world.settle(4)
  await world.read()
  await world.read()
  assert.deepEqual([await world.available(accountId), await world.states()], [20_000_000_000n, ['settled']])
})

test('what was credited early and is gone is taken back, with a debt where it was spent, and credited when it comes after all', async () => {
  const world = openUsdcWorld(store, EARLY)
  const { accountId, address } = await world.newAccount()
  await world.read()
  const tx = world.chain.tx([world.pay(address, 20_000_000n)])
  world.chain.mine([tx])
  world.settle(2, 3)
  await world.read()
  await store.money.ledger.refund({ accountId, amount: 15_000_000_000n, sourceKey: `spent:${accountId}`, reason: 'spent' })
  world.chain.drop(3)
  world.settle(8)
  await world.read()
  await world.read()
  const owed = (await store.money.ledger.standingOf(accountId)).debt
  assert.deepEqual([await world.available(accountId), owed, await world.states()], [0n, 15_000_000_000n, ['withdrawn']])
  const gone = await store.database.query(
    sql`select from payment where account_id = ${accountId} and taken_back = amount and not is_followed`,
  )
  assert.equal(gone.length, 1, 'gifts are to follow')
  world.chain.mine([tx])
  world.settle(1)
  await world.read()
  await world.read()
  assert.deepEqual([await world.available(accountId), (await store.money.ledger.standingOf(accountId)).debt], [5_000_000_000n, 0n])
  assert.deepEqual((await store.money.ledger.verify()).problems, [])
})

test('many small deposits are not credited early together when they are more than the limit', async () => {
  const world = openUsdcWorld(store, EARLY)
  const { accountId, address } = await world.newAccount()
  await world.read()
  world.chain.mine([world.chain.tx([1, 2, 3, 4].map(() => world.pay(address, 20_000_000n)))])
  world.settle(2, 3)
  await world.read()
  assert.equal(await world.available(accountId), 40_000_000_000n)
})

test('what is final going back, or changing, halts crediting until it is well again, or for good', async () => {
  const world = openUsdcWorld(store)
  const { accountId, address } = await world.newAccount()
  world.settle(20)
  await world.read()
  world.chain.mine([world.chain.tx([world.pay(address, 5n)])])
  world.settle(2)
  const [endpoint] = world.endpoints
  if (endpoint !== undefined) endpoint.manner.finalizedBack = 10
  assert.equal(await world.read(), 'final_went_back')
  assert.equal(await world.available(accountId), 0n)
  assert.ok(world.logged.some(({ event, code }) => event === 'usdc-halted' && code === 'final_went_back'))
  if (endpoint !== undefined) endpoint.manner.finalizedBack = 0
  assert.equal(await world.read(), undefined)
  assert.equal(await world.available(accountId), 5_000n)
  world.chain.drop(5)
  world.chain.mine([world.chain.tx([world.pay(address, 7n)])])
  world.settle(10)
  assert.equal(await world.read(), 'final_rewritten')
  world.restart()
  assert.equal(await world.read(), 'final_rewritten')
  assert.equal(await world.available(accountId), 5_000n)
})

test('one endpoint of three that lies, lags or is down changes nothing; two of three that differ halt', async () => {
  const world = openUsdcWorld(store, { manners: [{}, {}, {}] })
  const { accountId, address } = await world.newAccount()
  await world.read()
  world.chain.mine([world.chain.tx([world.pay(address, 5n)])])
  world.settle(2)
  const [one, other] = world.endpoints
  if (one === undefined || other === undefined) return
  one.manner.alter = (method, answer) => (method === 'eth_getLogs' ? [] : answer)
  assert.equal(await world.read(), undefined)
  assert.equal(await world.available(accountId), 5_000n)
  one.manner.alter = (method, answer) => (method === 'eth_chainId' ? '0x1' : answer)
  assert.equal(await world.read(), undefined)
  world.chain.mine([world.chain.tx([world.pay(address, 6n)])])
  world.settle(2)
  one.manner.alter = (method, answer) => (method === 'eth_getTransactionReceipt' ? null : answer)
  other.manner.isDown = true
  assert.equal(await world.read(), 'endpoints_disagree')
  assert.equal(await world.available(accountId), 5_000n)
  delete one.manner.alter
  assert.equal(await world.read(), undefined)
  assert.equal(await world.available(accountId), 11_000n)
})

test('an endpoint of another chain, and a token that is no contract or has other decimals, credit nothing', async () => {
  const stranger = openUsdcWorld(store, { chain: { id: 1 } })
  assert.equal(await stranger.read(), 'wrong_chain')
  const other = openUsdcWorld(store, { chain: { decimals: 7 } })
  assert.equal(await other.read(), 'token_wrong')
  const none = openUsdcWorld(store, { chain: { token: PAYER } })
  assert.equal(await none.read(), 'token_wrong')
  assert.ok(TOKEN.length > 0)
})

test('a chain that calls nothing final is believed after so many confirmations', async () => {
  const world = openUsdcWorld(store, { manners: [{ lacksFinalized: true }], chain: { confirmations: 4 } })
  const { accountId, address } = await world.newAccount()
  await world.read()
  world.chain.mine([world.chain.tx([world.pay(address, 5n)])])
  world.settle(2)
  await world.read()
  assert.equal(await world.available(accountId), 0n)
  world.settle(1)
  await world.read()
  assert.equal(await world.available(accountId), 5_000n)
})

test('what is not final is seen, and credited early, also where an endpoint refuses so many blocks at once', async () => {
  const alter = (method: string, answer: unknown, [filter]: readonly unknown[]): unknown => {
    const { fromBlock, toBlock } = { fromBlock: '0x0', toBlock: '0x0', ...(filter as object) }
    if (method === 'eth_getLogs' && Number(toBlock) - Number(fromBlock) >= 100) throw new SimRpcError(-32_005, 'too many blocks')
    return answer
  }
  const early = { limit: 50_000_000_000n, confirmations: 6 }
  const world = openUsdcWorld(store, { manners: [{ alter }], chain: { range: 2000, early } })
  const [paid, paying] = [await world.newAccount(), await world.newAccount()]
  await world.read()
  world.chain.mine([world.chain.tx([world.pay(paid.address, 5_000_000n)])])
  world.settle(300, 301)
  world.chain.mine([world.chain.tx([world.pay(paying.address, 5_000_000n)])])
  await world.read()
  assert.equal(await world.available(paid.accountId), 5_000_000_000n)
  assert.deepEqual((await world.states()).toSorted(), ['early', 'pending'])
})

test('an account whose key is missing holds up nobody: the chain is read on, and what is its is booked once the key is back', async () => {
  const world = openUsdcWorld(store, EARLY)
  const [lost, other] = [await world.newAccount(), await world.newAccount()]
  await world.read()
  const missing = () => Promise.reject(new SubjectKeyError('SUBJECT_KEY_MISSING'))
  const { subjects } = store.money
  const real = { seal: subjects.seal, unseal: subjects.unseal, fingerprint: subjects.fingerprint }
  const without = <T extends keyof typeof real>(name: T) => ({
    [name]: (...asked: readonly [string, Buffer, string]) => (asked[0] === lost.accountId ? missing() : real[name](...asked)),
  })
  Object.assign(subjects, without('seal'), without('unseal'), without('fingerprint'))
  try {
    world.chain.mine([world.chain.tx([world.pay(lost.address, 7_000_000n)]), world.chain.tx([world.pay(other.address, 5_000_000n)])])
    world.settle(2, 3)
    await world.read()
    assert.deepEqual([await world.available(lost.accountId), await world.available(other.accountId)], [0n, 5_000_000_000n])
    world.settle(4)
    await world.read()
    assert.deepEqual(await world.states(), ['settled', 'settled'])
    assert.equal((await listWaiting({ ...world.parts, chains: [world.parts] }, 10)).length, 0)
  } finally {
    Object.assign(subjects, real)
  }
  await world.read()
  assert.deepEqual([await world.available(lost.accountId), await world.available(other.accountId)], [7_000_000_000n, 5_000_000_000n])
})

test('what was credited early and is gone while the key of its account is missing waits for the operator, and the rest is looked after', async () => {
  const world = openUsdcWorld(store, EARLY)
  const [lost, other] = [await world.newAccount(), await world.newAccount()]
  await world.read()
  world.chain.mine([world.chain.tx([world.pay(lost.address, 7_000_000n)]), world.chain.tx([world.pay(other.address, 5_000_000n)])])
  world.settle(2, 3)
  await world.read()
  assert.deepEqual(await world.states(), ['early', 'early'])
  world.chain.drop(3)
  world.settle(8)
  const { subjects } = store.money
  const { unseal } = subjects
  Object.assign(subjects, {
    unseal: (...asked: Parameters<typeof unseal>) =>
      asked[0] === lost.accountId ? Promise.reject(new SubjectKeyError('SUBJECT_KEY_MISSING')) : unseal(...asked),
  })
  try {
    await world.read()
    await world.read()
    assert.deepEqual([await world.available(lost.accountId), await world.available(other.accountId)], [7_000_000_000n, 0n])
    assert.equal((await listWaiting({ ...world.parts, chains: [world.parts] }, 10)).length, 1)
    const told = (await world.problems()).filter(({ accountId }) => accountId === lost.accountId)
    assert.deepEqual(
      told.map(({ code, amount }) => [code, amount]),
      [['early_unclear', 7_000_000_000n]],
    )
  } finally {
    Object.assign(subjects, { unseal })
  }
  await world.read()
  assert.equal(await world.available(lost.accountId), 0n)
})
