import { type SeededRandom, type SimTx, seededRandom } from '../../../sim/index.ts'
import { stopTestServer } from '../../../src/db/testing.ts'
import type { NanoUsd } from '../../../src/lib/index.ts'
import type { CheckContext, Measured } from '../../harness/index.ts'
import { openUsdcStore, type UsdcStore } from './store.ts'
import { openUsdcWorld, type UsdcWorld, type WorldOptions } from './world.ts'

const STEPS = 24
const DEPTH_MAX = 64
const CONFIRMATIONS = 40
const EARLY_LIMIT: NanoUsd = 50_000_000_000n

type History = {
  readonly context: CheckContext
  readonly store: UsdcStore
  readonly world: UsdcWorld
  readonly random: SeededRandom
  readonly name: string
  readonly accounts: readonly { readonly accountId: string; readonly address: string }[]
  /** Transactions that a reorganisation took out and that may come again. */
  readonly loose: SimTx[]
  readonly paysEarly: boolean
  readonly saysFinal: boolean
  /** The last block that was final, ever. */
  final: number
  reorgs: number
}

/**
 * MON-16: histories of chains with reorganisations of 1 to 64 blocks in which transactions vanish, move or are replaced, before and after they
 * are seen, with nodes that lag, lose receipts, or call less final than before, and readers that are killed. Nothing is credited that is not
 * final but what may be early; nothing twice; and at the first looks after all is well, everything final is credited to the nano-dollar.
 */
export async function reorgHistories(context: CheckContext): Promise<Measured> {
  const store = await openUsdcStore()
  const counted = { reorgs: 0, looks: 0, taken_back: 0, halts: 0 }
  try {
    for (let index = 0; index < context.n; index += 1) {
      await store.forget()
      const history = await openHistory({ context, store }, context.seed + index)
      await live(history, counted)
      counted.reorgs += history.reorgs
      counted.taken_back += history.world.logged.filter(({ event }) => event === 'usdc-taken-back').length
      counted.halts += history.world.logged.filter(({ event }) => event === 'usdc-halted').length
    }
    context.expect((await store.money.ledger.verify()).ok, 'the books do not agree')
  } finally {
    await store.close()
    await stopTestServer()
  }
  return { n: context.n, measured: counted }
}

async function openHistory({ context, store }: Pick<History, 'context' | 'store'>, seed: number): Promise<History> {
  const random = seededRandom(seed)
  const [paysEarly, saysFinal] = [random.below(2) === 0, random.below(3) > 0]
  const early = paysEarly ? { early: { limit: EARLY_LIMIT, confirmations: 1 + random.below(4) } } : {}
  const confirmations = saysFinal ? {} : { confirmations: CONFIRMATIONS }
  const manners = Array.from({ length: random.below(2) === 0 ? 1 : 3 }, () => ({ lacksFinalized: !saysFinal }))
  const options: WorldOptions = { manners, chain: { ...early, ...confirmations } }
  const world = openUsdcWorld(store, options)
  const accounts = [await world.newAccount(), await world.newAccount()]
  await world.read()
  const name = `history ${seed} (${manners.length} endpoints, ${saysFinal ? 'says final' : 'confirmations'}, ${paysEarly ? 'early' : 'not early'})`
  return { context, store, world, random, name, accounts, paysEarly, saysFinal, loose: [], final: 0, reorgs: 0 }
}

async function live(history: History, counted: { looks: number }): Promise<void> {
  const { world, random } = history
  for (let step = 0; step < STEPS; step += 1) {
    DEEDS[random.below(DEEDS.length)]?.(history)
    noteFinal(history)
    if (random.below(2) === 0) {
      await world.read()
      counted.looks += 1
      await expectNoneTooMuch(history)
    }
  }
  for (const { manner } of world.endpoints) Object.assign(manner, { lag: 0, finalizedBack: 0, dropsReceipts: false, isDown: false })
  // What is loose either comes again or never does.
  if (random.below(2) === 0) world.chain.mine(history.loose.splice(0))
  world.chain.waiting.clear()
  for (let block = 0; block < DEPTH_MAX + CONFIRMATIONS; block += 1) world.chain.mine()
  world.chain.finalized = world.chain.latest
  noteFinal(history)
  world.restart()
  await world.read()
  await world.read()
  await expectExact(history)
}

function noteFinal(history: History): void {
  const { chain } = history.world
  history.final = Math.max(history.final, history.saysFinal ? chain.finalized : Math.max(0, chain.latest - CONFIRMATIONS + 1))
}

const DEEDS: readonly ((history: History) => void)[] = [
  pay,
  pay,
  ({ world, random }) => {
    for (let block = random.below(20); block >= 0; block -= 1) world.chain.mine()
  },
  reorganise,
  reorganise,
  ({ world, random }) => {
    world.chain.finalized = Math.max(world.chain.finalized, world.chain.latest - random.below(DEPTH_MAX))
  },
  ({ world }) => world.restart(),
  ({ world, random }) => misbehave(world, random, { lag: random.below(12) }),
  ({ world, random }) => misbehave(world, random, { finalizedBack: random.below(30) }),
  ({ world, random }) => misbehave(world, random, { dropsReceipts: random.below(2) === 0 }),
  ({ world, random }) => misbehave(world, random, { isDown: random.below(3) === 0 }),
]

function pay({ world, random, accounts }: History): void {
  const logs = Array.from({ length: 1 + random.below(3) }, () => {
    const { address } = accounts[random.below(accounts.length)] ?? { address: '' }
    return world.pay(address, BigInt(1 + random.below(30_000_000)))
  })
  world.chain.mine([world.chain.tx(logs)])
  // Often enough blocks follow that some of it may be credited early.
  for (let block = random.below(6); block > 0; block -= 1) world.chain.mine()
}

/** Takes blocks away that are not final; what was in them vanishes, comes again elsewhere, or later. */
function reorganise(history: History): void {
  const { world, random, loose } = history
  const depth = Math.min(1 + random.below(DEPTH_MAX), world.chain.latest - history.final)
  if (depth <= 0) return
  history.reorgs += 1
  // A third of it is gone for good.
  loose.push(...world.chain.drop(depth).filter(() => random.below(3) > 0))
  const blocks = depth + random.below(3)
  for (let block = 0; block < blocks; block += 1) {
    const again = loose.filter(() => random.below(4) === 0)
    for (const tx of again) loose.splice(loose.indexOf(tx), 1)
    // Other transactions before them give their logs other numbers.
    const before = random.below(2) === 0 ? [world.chain.tx([world.pay(world.chain.tx([]).hash.slice(0, 42), 1n)])] : []
    world.chain.mine([...before, ...again])
  }
  for (const tx of loose.filter(() => random.below(3) === 0)) world.chain.waiting.set(tx.hash, tx)
}

function misbehave(world: UsdcWorld, random: SeededRandom, manner: object): void {
  Object.assign(world.endpoints[random.below(world.endpoints.length)]?.manner ?? {}, manner)
}

/** What the chain truly paid to an address in final blocks. */
function paidFinally({ world, final }: History, address: string): NanoUsd {
  const topic = `0x${address.slice(2).toLowerCase().padStart(64, '0')}`
  let sum = 0n
  for (let number = 0; number <= final; number += 1) {
    const logs = world.chain.block(number)?.txs.flatMap((tx) => tx.logs) ?? []
    for (const { topics, data } of logs) if (topics[2] === topic) sum += BigInt(data) * 1000n
  }
  return sum
}

const haveOf = async ({ store, world }: History, accountId: string): Promise<NanoUsd> =>
  (await world.available(accountId)) - (await store.money.ledger.standingOf(accountId)).debt

async function expectNoneTooMuch(history: History): Promise<void> {
  for (const { accountId, address } of history.accounts) {
    const most = paidFinally(history, address) + (history.paysEarly ? EARLY_LIMIT : 0n)
    const have = await haveOf(history, accountId)
    history.context.expect(have <= most, `${history.name}: ${have} was credited, at most ${most} may be`)
  }
}

async function expectExact(history: History): Promise<void> {
  for (const { accountId, address } of history.accounts) {
    const [right, have] = [paidFinally(history, address), await haveOf(history, accountId)]
    history.context.expect(right === have, `${history.name}: ${have} was credited, ${right} is final`)
  }
  const states = await history.world.states()
  const odd = states.filter((state) => state !== 'settled' && state !== 'withdrawn')
  history.context.expect(odd.length === 0, `${history.name}: deposits are left ${odd.join(', ')}`)
}
