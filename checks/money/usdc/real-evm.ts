import { seededRandom } from '../../../sim/index.ts'
import { stopTestServer } from '../../../src/db/testing.ts'
import { FailureError } from '../../../src/failures.ts'
import { type ChainParts, makeChainReader, rpcOverHttp, usdcReport, verifyTopup } from '../../../src/payments/rails/usdc/index.ts'
import type { CheckContext, Measured } from '../../harness/index.ts'
import { type Evm, startEvm } from './evm.ts'
import { openUsdcStore } from './store.ts'
import { openUsdcWorld, PAYER, type UsdcWorld } from './world.ts'

/** More blocks than this EVM leaves open behind what it calls final. */
const FINAL_BLOCKS = 100

type Stage = {
  readonly context: CheckContext
  readonly evm: Evm
  readonly world: UsdcWorld
  readonly parts: ChainParts
  readonly read: () => Promise<unknown>
  readonly token: string
  readonly accountId: string
  readonly address: string
}

/**
 * MON-15e: the same rail on a real EVM with a real token: payments, five in one transaction of a contract, a token of the same symbol, one that
 * fails; then a payment that is credited early and taken out of the chain.
 */
export async function realEvm(context: CheckContext): Promise<Measured> {
  const evm = await startEvm()
  const store = await openUsdcStore()
  try {
    const token = (await evm.deploy('Dollar')).toLowerCase()
    const world = openUsdcWorld(store)
    const chain = { ...world.parts.chain, token, early: { limit: 1_000_000_000n, confirmations: 3 } }
    const parts = { ...world.parts, chain, endpoints: [rpcOverHttp(evm.url)] }
    const { accountId, address } = await world.newAccount()
    const reader = makeChainReader(parts, 'evm')
    await evm.ask('anvil_mine', '0x1')
    const stage = { context, evm, world, parts, token, accountId, address, read: () => reader.read() }
    await stage.read()
    const paid = await payInManyWays(stage)
    await takeOut(stage, paid)
    context.expect((await store.money.ledger.verify()).ok, 'the books do not agree')
    return { n: context.n, measured: { credited_nano: Number(paid) } }
  } finally {
    await evm.stop()
    await store.close()
    await stopTestServer()
  }
}

/** Resolves with what has to be credited, in nano-USD. */
async function payInManyWays({ context, evm, world, parts, read, token, accountId, address }: Stage): Promise<bigint> {
  const random = seededRandom(context.seed)
  const fake = await evm.deploy('Dollar')
  const splitter = await evm.deploy('Splitter')
  const transfer = (to: string, of: string, units: bigint) => evm.send({ contract: 'Dollar', to: of, name: 'transfer', args: [to, units] })
  await transfer(splitter, token, 10n ** 12n)
  let due = 0n
  const good: { readonly hash: string; readonly amount: bigint }[] = []
  for (let index = 0; index < context.n; index += 1) {
    const units = BigInt(2_000_000 + random.below(100_000_000))
    good.push({ hash: await transfer(address, token, units), amount: units * 1000n })
    const five = await evm.send({ contract: 'Splitter', to: splitter, name: 'pay', args: [token, address, units, 5n] })
    good.push({ hash: five, amount: units * 5000n })
    due += units * 6000n
  }
  const wrong = {
    wrong_token: await transfer(address, fake, 5n),
    tx_failed: await transfer(address, token, 10n ** 30n),
    wrong_recipient: await transfer(PAYER, token, 5n),
  }
  await transfer(address, token, 0n)
  await read()
  context.expect((await world.available(accountId)) === 0n, 'something was credited that is not final')
  await evm.ask('anvil_mine', `0x${FINAL_BLOCKS.toString(16)}`)
  const chains = { taken: [parts], others: [] }
  for (const [code, hash] of Object.entries(wrong)) {
    const told = await verifyTopup(chains, { accountId, txHash: hash, amount: 5_000n }).then(
      () => 'an answer',
      (thrown: unknown) => (thrown instanceof FailureError ? thrown.failure.code : String(thrown)),
    )
    context.expect(told === code, `${code} was expected, and there was ${told}`)
  }
  for (const { hash, amount } of good.slice(0, 4)) await verifyTopup(chains, { accountId, txHash: hash.toUpperCase(), amount })
  await read()
  await read()
  const available = await world.available(accountId)
  context.expect(available === due, `${available} was credited, ${due} was paid`)
  return due
}

/** A payment is credited early, and the chain takes it back. */
async function takeOut({ context, evm, world, parts, read, token, accountId, address }: Stage, before: bigint): Promise<void> {
  await evm.send({ contract: 'Dollar', to: token, name: 'transfer', args: [address, 700_001n] })
  await evm.ask('anvil_mine', '0x3')
  await read()
  const early = await world.available(accountId)
  context.expect(early === before + 700_001_000n, `${early - before} was credited early`)
  await evm.ask('anvil_reorg', 5, [])
  await evm.ask('anvil_mine', `0x${FINAL_BLOCKS.toString(16)}`)
  await read()
  await read()
  const after = await world.available(accountId)
  context.expect(after === before, `${after - before} of a payment that is gone is left`)
  const today = new Date().toISOString().slice(0, 10)
  context.expect((await usdcReport([parts]).read(today)) === undefined, 'a day that is not over was reported')
}
