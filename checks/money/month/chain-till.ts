import { randomBytes, randomUUID } from 'node:crypto'
import type { EndpointManner, SimTx } from '../../../sim/index.ts'
import { connect } from '../../../src/db/index.ts'
import { HOUSE } from '../../../src/ledger/index.ts'
import type { NanoUsd } from '../../../src/lib/index.ts'
import { openPaymentDesk } from '../../../src/payments/index.ts'
import { openAddressTree, usdcReport } from '../../../src/payments/rails/usdc/index.ts'
import { keyringOf } from '../../../src/privacy/index.ts'
import { lieOf, makeXpub, openUsdcWorld, type UsdcWorld } from '../usdc/index.ts'
import { openDeck } from './deck.ts'
import type { Evidence, Rail } from './rails.ts'
import type { Till, TillParts } from './till.ts'

/** A block for every ten minutes, so that a month of them is a few thousand. */
const BLOCK_SECONDS = 600
const DAY_BLOCKS = 144
const DEPTH_MAX = 24
const EARLY = { limit: 50_000_000_000n, confirmations: 2 }
const EARLY_UNITS = 30_000_000

type Counter = { readonly world: UsdcWorld; readonly addresses: Map<string, string>; readonly loose: SimTx[]; final: number } & TillParts
type Deed = readonly [string, (counter: Counter) => unknown]
type Look = (counter: Counter) => void

/**
 * Opens a till that takes USDC, part of it before it is final: transactions vanish and come elsewhere in reorganisations, one endpoint of three
 * lags, loses receipts or lies, two are down at once, and the reader is killed. Each of these happens once in so many times as there are of them,
 * and by the end of the month in any case.
 */
export async function openChainTill(parts: TillParts): Promise<Till> {
  const { store, random, clock, ids } = parts
  const database = connect({ connection: store.connection, role: 'farebox_app', poolMax: 4 })
  const keyring = keyringOf(new Map([[1, randomBytes(32)]]))
  const shared = { database, keyring, subjects: store.subjects, ids: { uuid: () => randomUUID() }, clock, log: () => undefined }
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
  const nextDeed = openDeck(random, DEEDS)
  const nextFault = openDeck(random, FAULTS)
  const begin = async (accountId: string): Promise<void> => {
    mineUntilNow(counter)
    const address = counter.addresses.get(accountId) ?? (await world.parts.book.addressOf(accountId, clock.now()))
    counter.addresses.set(accountId, address)
    const logs = Array.from({ length: 1 + random.below(2) }, () => world.pay(address, BigInt(1 + random.below(EARLY_UNITS))))
    world.chain.mine([world.chain.tx(logs)])
    for (let block = random.below(5); block > 0; block -= 1) world.chain.mine()
    await world.read()
  }
  const goOn = async (): Promise<void> => {
    mineUntilNow(counter)
    const [name, happen] = nextDeed()
    await happen(counter)
    parts.count(`chain-${name}`)
    if (random.below(2) === 0) await lookWithFault(counter, nextFault())
    else await world.read()
  }
  await world.read()
  return {
    begin,
    goOn,
    finish: async (accountId) => {
      await begin(accountId)
      // What is credited early has a limit: all else is final first.
      world.settle(1)
      counter.final = world.chain.finalized
      await world.read()
      await takeBack(counter)
      await lookWithFault(counter, twoDown)
      await finish(counter)
    },
    rails: railsOf(counter),
    report: usdcReport([world.parts]),
    close: () => database.end(),
  }
}

/** As many blocks as the clock has room for. */
function mineUntilNow({ world: { chain }, clock }: Counter): void {
  while (((chain.block(chain.latest)?.seconds ?? 0) + BLOCK_SECONDS) * 1000 <= clock.now()) chain.mine()
}

const DEEDS: readonly [Deed, ...Deed[]] = [
  ['reorganised', reorganise],
  ['reorganised', reorganise],
  ['reorganised', reorganise],
  ['made-final', makeFinal],
  ['made-final', makeFinal],
  ['payment-lost', takeBack],
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

/** Somebody's payment is credited before it is final, and its blocks are taken away with it for good. */
async function takeBack({ world, random, addresses }: Counter): Promise<void> {
  const address = [...addresses.values()][random.below(Math.max(1, addresses.size))]
  if (address === undefined) return
  world.chain.mine([world.chain.tx([world.pay(address, BigInt(1 + random.below(EARLY_UNITS)))])])
  for (let block = 1; block < EARLY.confirmations; block += 1) world.chain.mine()
  await world.read()
  world.chain.drop(EARLY.confirmations)
  for (let block = 0; block < EARLY.confirmations; block += 1) world.chain.mine()
}

const one = ({ world, random }: Counter): EndpointManner => world.endpoints[random.below(world.endpoints.length)]?.manner ?? {}

/** Two of three that are down leave one, whose word is not enough. */
const twoDown: Look = ({ world }) => {
  for (const { manner } of world.endpoints.slice(1)) manner.isDown = true
}

const FAULTS: readonly [Look, ...Look[]] = [
  (counter) => Object.assign(one(counter), { lag: 1 + counter.random.below(12) }),
  (counter) => Object.assign(one(counter), { dropsReceipts: true }),
  (counter) => Object.assign(one(counter), { isDown: true }),
  (counter) => {
    const { random, addresses } = counter
    const liar = [...addresses.values()][random.below(Math.max(1, addresses.size))] ?? ''
    Object.assign(one(counter), { alter: lieOf(random, liar) })
  },
  twoDown,
]

/** One look while endpoints lag, lose, are down or lie. */
async function lookWithFault(counter: Counter, befall: Look): Promise<void> {
  const { world, count } = counter
  befall(counter)
  if ((await world.read()) !== undefined) count('chain-halted')
  for (const { manner } of world.endpoints) {
    Object.assign(manner, { lag: 0, dropsReceipts: false, isDown: false })
    delete manner.alter
  }
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
