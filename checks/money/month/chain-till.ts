import { randomBytes, randomUUID } from 'node:crypto'
import type { EndpointManner, SimTx } from '../../../sim/index.ts'
import { connect } from '../../../src/db/index.ts'
import { HOUSE } from '../../../src/ledger/index.ts'
import type { NanoUsd } from '../../../src/lib/index.ts'
import { openPaymentDesk } from '../../../src/payments/index.ts'
import { openAddressTree, usdcReport } from '../../../src/payments/rails/usdc/index.ts'
import { keyringOf } from '../../../src/privacy/index.ts'
import { lieOf, makeXpub, openUsdcWorld, type UsdcWorld } from '../usdc/index.ts'
import type { Evidence, Rail } from './rails.ts'
import type { Till, TillParts } from './till.ts'

/** A block for every ten minutes, so that a month of them is a few thousand. */
const BLOCK_SECONDS = 600
const DAY_BLOCKS = 144
const DEPTH_MAX = 24
const EARLY = { limit: 50_000_000_000n, confirmations: 2 }

type Counter = { readonly world: UsdcWorld; readonly addresses: Map<string, string>; readonly loose: SimTx[]; final: number } & TillParts

/**
 * Opens a till that takes USDC, part of it before it is final: transactions vanish and come elsewhere in reorganisations, one endpoint of three
 * lags, loses receipts or lies, and the reader is killed.
 */
export async function openChainTill(parts: TillParts): Promise<Till> {
  const { store, random, clock, ids } = parts
  const database = connect({ connection: store.connection, role: 'farebox_app', poolMax: 4 })
  const keyring = keyringOf(new Map([[1, randomBytes(32)]]))
  const shared = { database, keyring, ids: { uuid: () => randomUUID() }, clock, log: () => undefined }
  const desk = openPaymentDesk({ ...shared, ledger: store.ledger, onPaid: [], fulfillers: {} })
  const moving = { at: 0, now: () => clock.now(), monotonic: () => clock.now() }
  const tree = await openAddressTree(makeXpub())
  const world = openUsdcWorld(
    { money: store, database, keyring, desk, tree, clock: moving },
    {
      manners: [{}, {}, {}],
      chain: { early: EARLY },
      salt: ids.uuid(),
      times: { startSeconds: Math.floor(clock.now() / 1000), blockSeconds: BLOCK_SECONDS },
    },
  )
  const counter: Counter = { ...parts, world, addresses: new Map(), loose: [], final: 0 }
  await world.read()
  return {
    begin: async (accountId) => {
      mineUntilNow(counter)
      const address = counter.addresses.get(accountId) ?? (await world.parts.book.addressOf(accountId, clock.now()))
      counter.addresses.set(accountId, address)
      const logs = Array.from({ length: 1 + random.below(2) }, () => world.pay(address, BigInt(1 + random.below(30_000_000))))
      world.chain.mine([world.chain.tx(logs)])
      for (let block = random.below(5); block > 0; block -= 1) world.chain.mine()
      await world.read()
    },
    goOn: async () => {
      mineUntilNow(counter)
      const [name, happen] = random.pick(DEEDS)
      happen(counter)
      parts.count(`chain-${name}`)
      if (random.below(2) === 0) await lookWithFault(counter)
      else await world.read()
    },
    finish: () => finish(counter),
    rails: railsOf(counter),
    report: usdcReport([world.parts]),
    close: () => database.end(),
  }
}

/** As many blocks as the clock has room for. */
function mineUntilNow({ world: { chain }, clock }: Counter): void {
  while (((chain.block(chain.latest)?.seconds ?? 0) + BLOCK_SECONDS) * 1000 <= clock.now()) chain.mine()
}

type Deed = readonly [string, (counter: Counter) => void]

const DEEDS: readonly [Deed, ...Deed[]] = [
  ['reorganised', reorganise],
  ['reorganised', reorganise],
  ['made-final', makeFinal],
  ['reader-killed', ({ world }) => world.restart()],
]

function makeFinal(counter: Counter): void {
  const { chain } = counter.world
  chain.finalized = Math.max(chain.finalized, chain.latest - counter.random.below(DEPTH_MAX))
  counter.final = chain.finalized
}

/** Takes blocks away that are not final; of what was in them a third is gone for good, the rest comes again elsewhere, or later. */
function reorganise(counter: Counter): void {
  const { world, random, loose } = counter
  const depth = Math.min(1 + random.below(DEPTH_MAX), world.chain.latest - counter.final)
  if (depth <= 0) return
  loose.push(...world.chain.drop(depth).filter(() => random.below(3) > 0))
  for (let block = 0; block < depth; block += 1) {
    const again = loose.filter(() => random.below(4) === 0)
    for (const tx of again) loose.splice(loose.indexOf(tx), 1)
    world.chain.mine(again)
  }
  for (const tx of loose.filter(() => random.below(3) === 0)) world.chain.waiting.set(tx.hash, tx)
}

/** One look while one endpoint lags, loses, is down or lies. */
async function lookWithFault({ world, random, addresses, count }: Counter): Promise<void> {
  const manner = world.endpoints[random.below(world.endpoints.length)]?.manner ?? {}
  const liar = [...addresses.values()][random.below(Math.max(1, addresses.size))] ?? ''
  const faults: readonly [EndpointManner, ...EndpointManner[]] = [
    { lag: 1 + random.below(12) },
    { dropsReceipts: true },
    { isDown: true },
    { alter: lieOf(random, liar) },
  ]
  Object.assign(manner, random.pick(faults))
  if ((await world.read()) !== undefined) count('chain-halted')
  Object.assign(manner, { lag: 0, dropsReceipts: false, isDown: false })
  delete manner.alter
}

/** What is loose comes again or never does; then all is final, past the end of the day. */
async function finish(counter: Counter): Promise<void> {
  const { world, random, loose } = counter
  mineUntilNow(counter)
  if (random.below(2) === 0) world.chain.mine(loose.splice(0))
  world.chain.waiting.clear()
  world.settle(2 * DAY_BLOCKS)
  counter.final = world.chain.finalized
  world.restart()
  for (let look = 0; look < 3; look += 1) await world.read()
  for (const { event } of world.logged) if (event === 'usdc-taken-back') counter.count('chain-taken-back')
}

/** What the chain truly paid to each account in final blocks. */
function railsOf(counter: Counter): readonly Rail[] {
  const evidence = (): readonly Evidence[] => {
    const owners = new Map([...counter.addresses].map(([id, address]) => [`0x${address.slice(2).toLowerCase().padStart(64, '0')}`, id]))
    const found: Evidence[] = []
    for (let number = 0; number <= counter.final; number += 1) {
      const logs = counter.world.chain.block(number)?.txs.flatMap((tx) => tx.logs) ?? []
      for (const { topics, data } of logs) {
        const accountId = owners.get(topics[2] ?? '')
        if (accountId !== undefined) found.push({ sourceKey: 'usdc', accountId, amount: nanoOf(data) })
      }
    }
    return found
  }
  const clearing = [HOUSE.deposits, HOUSE.chargebacks]
  return [{ name: 'deposits in USDC', kinds: ['deposit', 'chargeback', 'reversal'], prefix: 'usdc', clearing, isSummed: true, evidence }]
}

const nanoOf = (data: string): NanoUsd => BigInt(data) * 1000n
