// Guarantee: who shows a transaction that paid gets it credited once, the same answer each time; each way to be wrong has its own code and credits
// nobody; a payment to the house goes to whoever shows a signature of the wallet that paid, once.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, beforeEach, test } from 'node:test'
import { privateKeyToAccount } from 'viem/accounts'
import { HOUSE_ADDRESS, openUsdcStore, openUsdcWorld, PAYER, rpcOf, type UsdcStore } from '../../../../checks/money/usdc/index.ts'
import { SimChain, simEndpoint, simTransfer } from '../../../../sim/index.ts'
import { sql } from '../../../db/index.ts'
import { FailureError } from '../../../failures.ts'
import { type ClaimDoors, claimAccount, claimMessage, listProgress, usdcReport, verifyTopup } from './index.ts'

let store: UsdcStore
before(async () => {
  store = await openUsdcStore()
})
after(() => store.close())
beforeEach(() => store.forget())

const fails = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work
  } catch (thrown) {
    if (thrown instanceof FailureError) return thrown.failure.code
    throw thrown
  }
  return 'nothing'
}
const ETHEREUM = '0x00000000000000000000000000000000000000cc'

async function openWorld(options: Parameters<typeof openUsdcWorld>[1] = {}) {
  const world = openUsdcWorld(store, options)
  const one = await world.newAccount()
  await world.read()
  const elsewhere = new SimChain({ chainId: 1, token: ETHEREUM, salt: randomUUID() })
  const others = [{ id: 1, name: 'Ethereum', endpoints: [rpcOf(simEndpoint(elsewhere))] }]
  const chains = { taken: [world.parts], others }
  const verify = (txHash: string, amount: bigint, accountId = one.accountId) => verifyTopup(chains, { accountId, txHash, amount })
  return { world, ...one, elsewhere, chains, verify }
}

test('a payment is credited on asking, once, with the same answer in every spelling', async () => {
  const { world, accountId, address, verify } = await openWorld()
  const tx = world.chain.tx([world.pay(address, 10_000_000n)])
  world.chain.mine([tx])
  world.settle(2)
  const first = await verify(tx.hash, 10_000_000_000n)
  assert.deepEqual(first, { chainId: 8453, txHash: tx.hash, amount: 10_000_000_000n })
  for (const spelling of [tx.hash.toUpperCase(), tx.hash.slice(2), ` ${tx.hash} `])
    assert.deepEqual(await verify(spelling, 10_000_000_000n), first)
  await world.read()
  await Promise.all(Array.from({ length: 10 }, () => verify(tx.hash, 10_000_000_000n)))
  assert.equal(await world.available(accountId), 10_000_000_000n)
  const [shown] = await listProgress({ ...world.parts, sealing: store.money.subjects }, accountId)
  assert.deepEqual([shown?.txHash, shown?.state, shown?.confirmations], [tx.hash, 'settled', undefined])
})

test('each wrong transaction has its own code and credits nobody', async () => {
  const { world, accountId, address, elsewhere, verify } = await openWorld()
  const other = await world.newAccount()
  const make = (log: Parameters<typeof world.chain.tx>[0][number], isSuccessful = true) => {
    const tx = world.chain.tx([log], isSuccessful)
    world.chain.mine([tx])
    return tx.hash
  }
  const failed = make(world.pay(address, 5n), false)
  const token = make(simTransfer({ token: ETHEREUM, from: PAYER, to: address, units: 5n }))
  const stranger = make(world.pay(PAYER, 5n))
  const foreign = make(world.pay(other.address, 5n))
  const there = elsewhere.tx([simTransfer({ token: ETHEREUM, from: PAYER, to: address, units: 5n })])
  elsewhere.mine([there])
  const waiting = world.chain.tx([world.pay(address, 5n)])
  world.chain.waiting.set(waiting.hash, waiting)
  world.settle(2)
  const told = [
    await fails(verify('0x12', 5_000n)),
    await fails(verify(`0x${'12'.repeat(32)}`, 5_000n)),
    await fails(verify(failed, 5_000n)),
    await fails(verify(token, 5_000n)),
    await fails(verify(stranger, 5_000n)),
    await fails(verify(foreign, 5_000n)),
    await fails(verify(there.hash, 5_000n)),
    await fails(verify(waiting.hash, 5_000n)),
  ]
  assert.deepEqual(told, [
    ...['tx_hash_invalid', 'tx_unknown', 'tx_failed', 'wrong_token', 'wrong_recipient', 'foreign_claim', 'wrong_chain'],
    'confirmations_pending',
  ])
  assert.deepEqual([await world.available(accountId), await world.available(other.accountId)], [0n, 0n])
})

test('a wrong amount is told with the right one, and what came is credited all the same', async () => {
  const { world, accountId, address, verify } = await openWorld()
  const tx = world.chain.tx([world.pay(address, 10_000_000n)])
  world.chain.mine([tx])
  world.settle(2)
  await assert.rejects(verify(tx.hash, 11_000_000_000n), (thrown: FailureError) => thrown.failure.message.includes('$10.00'))
  await world.read()
  assert.equal(await world.available(accountId), 10_000_000_000n)
})

test('a payment that is not final is pending, with how many confirmations are missing; one that is gone is unknown again', async () => {
  const { world, accountId, address, verify } = await openWorld()
  const tx = world.chain.tx([world.pay(address, 5n)])
  world.chain.mine([tx])
  world.settle(3, 6)
  await world.read()
  await assert.rejects(verify(tx.hash, 5_000n), (thrown: FailureError) => {
    assert.match(thrown.failure.message, /has 4 of 5 confirmations on Base; 1 are missing/)
    return thrown.failure.code === 'confirmations_pending' && thrown.failure.retryable
  })
  const [shown] = await listProgress({ ...world.parts, sealing: store.money.subjects }, accountId)
  assert.deepEqual(shown?.confirmations, { seen: 4, needed: 5, missing: 1 })
  world.chain.drop(4)
  assert.equal(await fails(verify(tx.hash, 5_000n)), 'tx_unknown')
  await world.read()
  assert.deepEqual(await world.states(), [])
})

test('where the chain is halted or what came waits for the operator, nothing is credited on asking', async () => {
  const sanctions = { has: (from: string) => from === HOUSE_ADDRESS, isReady: () => true, refresh: async () => undefined }
  const { world, accountId, address, verify } = await openWorld({ sanctions })
  const tx = world.chain.tx([world.pay(address, 5n, HOUSE_ADDRESS)])
  world.chain.mine([tx])
  world.settle(2)
  assert.equal(await fails(verify(tx.hash, 5_000n)), 'deposit_in_review')
  assert.deepEqual(
    (await world.problems()).filter((one) => one.accountId === accountId).map(({ code }) => code),
    ['sanctioned_sender'],
  )
  await world.read()
  const later = world.chain.tx([world.pay(address, 6n)])
  world.chain.mine([later])
  world.settle(2)
  const [endpoint] = world.endpoints
  if (endpoint !== undefined) endpoint.manner.finalizedBack = 4
  assert.equal(await fails(verify(later.hash, 6_000n)), 'deposits_halted')
  assert.equal(await world.available(accountId), 0n)
})

test('a payment to the house opens one account, for a signature of the wallet that paid over the exact message', async () => {
  const { world, chains } = await openWorld({ terms: { houseAddress: HOUSE_ADDRESS } })
  const [wallet, thief] = [privateKeyToAccount(`0x${'11'.repeat(32)}`), privateKeyToAccount(`0x${'22'.repeat(32)}`)]
  const tx = world.chain.tx([world.pay(HOUSE_ADDRESS, 20_000_000n, wallet.address), world.pay(HOUSE_ADDRESS, 1n, PAYER)])
  world.chain.mine([tx])
  world.settle(2)
  await world.read()
  const parts = { chains, doors: doors(), service: 'Example' }
  const claim = (signature: string) => claimAccount(parts, { txHash: tx.hash.toUpperCase(), signature })
  const message = claimMessage({ service: 'Example', txHash: tx.hash })
  const wrong = [
    '',
    await thief.signMessage({ message }),
    await wallet.signMessage({ message: claimMessage({ service: 'Other', txHash: tx.hash }) }),
    await wallet.signMessage({ message: tx.hash }),
    `0x${'00'.repeat(65)}`,
  ]
  for (const signature of wrong) assert.equal(await fails(claim(signature)), 'claim_signature_invalid')
  const good = await wallet.signMessage({ message })
  const answers = await Promise.allSettled([claim(good), claim(good), claim(good.toUpperCase().replace('0X', '0x'))])
  const given = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []))
  assert.equal(given.length, 1)
  assert.equal(await fails(claim(good)), 'already_claimed')
  assert.equal(await world.available(given[0]?.accountId ?? ''), 20_000_000_000n)
  assert.deepEqual((await world.states()).toSorted(), ['claimed', 'unclaimed'])
  // Claimed is seldom on the day it came: whoever compares a later day finds it on the chain by its name, and not while the chain cannot be asked.
  const [paid] = await store.database.query<{ external_key: string }>(sql`
    select external_key from payment where account_id = ${given[0]?.accountId ?? ''}::uuid`)
  const key = paid?.external_key ?? ''
  const find = () => usdcReport([world.parts]).find?.([key, 'unknown'])
  assert.deepEqual(await find(), [{ externalId: key, amount: 20_000_000_000n, currency: 'USD' }])
  const [endpoint] = world.endpoints
  if (endpoint !== undefined) endpoint.manner.isDown = true
  assert.deepEqual(await find(), [])
})

test('a claim that breaks off goes on with the same account', async () => {
  const { world, chains } = await openWorld({ terms: { houseAddress: HOUSE_ADDRESS } })
  const wallet = privateKeyToAccount(`0x${'11'.repeat(32)}`)
  const tx = world.chain.tx([world.pay(HOUSE_ADDRESS, 3_000_000n, wallet.address)])
  world.chain.mine([tx])
  world.settle(2)
  await world.read()
  const signature = await wallet.signMessage({ message: claimMessage({ service: 'Example', txHash: tx.hash }) })
  const good = doors()
  const opened: string[] = []
  const broken: ClaimDoors = {
    ...good,
    newKey: async (accountId) => {
      opened.push(accountId)
      throw new TypeError('died')
    },
  }
  await assert.rejects(claimAccount({ chains, doors: broken, service: 'Example' }, { txHash: tx.hash, signature }), TypeError)
  const claimed = await claimAccount({ chains, doors: good, service: 'Example' }, { txHash: tx.hash, signature })
  assert.deepEqual([opened, claimed.amount], [[claimed.accountId], 3_000_000_000n])
  assert.equal(await world.available(claimed.accountId), 3_000_000_000n)
})

test('the very same claim again, at once or later, gives the same key; one that is made of other bytes gives none', async () => {
  const { world, chains } = await openWorld({ terms: { houseAddress: HOUSE_ADDRESS } })
  const wallet = privateKeyToAccount(`0x${'33'.repeat(32)}`)
  const tx = world.chain.tx([world.pay(HOUSE_ADDRESS, 3_000_000n, wallet.address)])
  world.chain.mine([tx])
  world.settle(2)
  await world.read()
  const signature = await wallet.signMessage({ message: claimMessage({ service: 'Example', txHash: tx.hash }) })
  const parts = { chains, doors: doors(), service: 'Example' }
  const claim = (byte: number) => claimAccount(parts, { txHash: tx.hash, signature, random: Buffer.alloc(32, byte) })
  const given = [...(await Promise.all([claim(1), claim(1), claim(1)])), await claim(1)]
  assert.equal(new Set(given.map(({ accountId, keyId, secret }) => `${accountId} ${keyId} ${secret}`)).size, 1)
  assert.equal(await fails(claim(2)), 'already_claimed')
  assert.equal(await world.available(given[0]?.accountId ?? ''), 3_000_000_000n)
})

test('a smart wallet that says that a signature is its own claims, another contract does not', async () => {
  const { world, chains } = await openWorld({ terms: { houseAddress: HOUSE_ADDRESS } })
  const contract = '0x00000000000000000000000000000000000000dd'
  const magic = `0x1626ba7e${'0'.repeat(56)}`
  world.chain.contracts.set(contract, (data) => (data.includes('ab'.repeat(80)) ? magic : `0x${'f'.repeat(64)}`))
  const tx = world.chain.tx([world.pay(HOUSE_ADDRESS, 3_000_000n, contract)])
  world.chain.mine([tx])
  world.settle(2)
  await world.read()
  const parts = { chains, doors: doors(), service: 'Example' }
  assert.equal(await fails(claimAccount(parts, { txHash: tx.hash, signature: `0x${'cd'.repeat(80)}` })), 'claim_signature_invalid')
  const { amount } = await claimAccount(parts, { txHash: tx.hash, signature: `0x${'ab'.repeat(80)}` })
  assert.equal(amount, 3_000_000_000n)
})

/** Accounts without an e-mail, and keys that are only counted. */
function doors(): ClaimDoors {
  const made = new Map<string, { readonly keyId: string; readonly secret: string }>()
  return {
    newId: () => randomUUID(),
    openAccount: async (accountId) => {
      await store.money.subjects.create(accountId)
      await store.database.query(sql`insert into account (id, is_keyed) values (${accountId}::uuid, true) on conflict do nothing`)
      await store.money.ledger.openAccount(accountId)
    },
    newKey: async (_, __, random = Buffer.from(randomUUID())) => {
      const text = random.toString('hex')
      const key = made.get(text) ?? { keyId: randomUUID(), secret: randomUUID() }
      made.set(text, key)
      return key
    },
    findKey: async (_, random) => made.get(random.toString('hex')),
  }
}
