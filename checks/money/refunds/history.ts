import fc from 'fast-check'
import { FAULTS, type Fault, faultyDatabase } from '../../../src/control/testing.ts'
import { DatabaseError, sql } from '../../../src/db/index.ts'
import { FailureError } from '../../../src/failures.ts'
import type { Ledger } from '../../../src/ledger/index.ts'
import type { RefundDesk } from '../../../src/payments/index.ts'
import { PAYER, TOKEN, type UsdcStore } from '../usdc/index.ts'
import { explainRefunds, openRefundWorld, type RefundWorld } from './world.ts'

/** Something that happens; numbers choose among what there is by then. `breaks`: what befalls the database of it, or the books, and when. */
export type RefundMove = {
  readonly kind: 'ask' | 'say' | 'pay' | 'send' | 'send-wrong' | 'enter' | 'cancel' | 'finish' | 'mine' | 'final' | 'reorganise' | 'spend'
  readonly which: number
  readonly units: number
  readonly breaks: { readonly on: 'database' | 'books'; readonly at: number; readonly fault: Fault } | undefined
}

const breaks = fc.record({
  on: fc.constantFrom('database' as const, 'books' as const),
  at: fc.nat({ max: 14 }),
  fault: fc.constantFrom(...FAULTS),
})

/** Any move. */
export const refundMove: fc.Arbitrary<RefundMove> = fc.record({
  kind: fc.constantFrom(
    ...(['ask', 'ask', 'say', 'say', 'send', 'send', 'send-wrong', 'enter', 'enter', 'enter', 'cancel'] as const),
    ...(['pay', 'pay', 'pay', 'finish', 'mine', 'final', 'final', 'reorganise', 'spend'] as const),
  ),
  which: fc.nat({ max: 100 }),
  units: fc.integer({ min: 1, max: 4 }),
  breaks: fc.option(breaks, { nil: undefined, freq: 2 }),
})

/** What a history came to: the promise that it broke, if any, and how many refunds were done. */
export type PlayedRefunds = { readonly problem: string | undefined; readonly done: number; readonly cancelled: number }

const PAID = 10_000_000n
const HOMES = ['0x00000000000000000000000000000000000000d1', '0x00000000000000000000000000000000000000d2'] as const

/** Plays a history on a chain of its own, mends what broke, and says whether all of it adds up. */
export async function playRefunds(store: UsdcStore, moves: readonly RefundMove[]): Promise<PlayedRefunds> {
  const world = await openRefundWorld(store)
  const { accountId, paymentId } = await world.newPayment(PAID)
  const sent: string[] = []
  let spent = 0n
  for (const [index, move] of moves.entries()) {
    const desk = brokenDesk(world, store, move)
    const ids = await idsOf(store, accountId)
    const one = ids[move.which % Math.max(ids.length, 1)] ?? ''
    if (move.kind === 'spend') spent += await spend(store, { accountId, index, units: BigInt(move.units) })
    else if (isChainMove(move)) moveChain(world, move, sent)
    else await tolerated(act({ world, desk, move, one, accountId, paymentId, sent }))
  }
  world.usdc.settle(3)
  // Twice, as what is found out the first time can leave something to do.
  for (let round = 0; round < 2; round += 1) await world.desk.finish()
  const states = await store.database.query<{ state: string }>(sql`select state from rail_refund where account_id = ${accountId}::uuid`)
  const count = (wanted: string): number => states.filter(({ state }) => state === wanted).length
  const problem = (await explainRefunds(store.database, accountId, spent)) ?? (await explainTransfers(world, store, accountId))
  return { problem, done: count('done'), cancelled: count('cancelled') }
}

const idsOf = async ({ database }: UsdcStore, accountId: string): Promise<readonly string[]> =>
  (await database.query<{ id: string }>(sql`select id from rail_refund where account_id = ${accountId}::uuid order by asked_at, id`)).map(
    ({ id }) => id,
  )

/** A process whose database or books break as the move says. */
function brokenDesk(world: RefundWorld, store: UsdcStore, { breaks: broken }: RefundMove): RefundDesk {
  if (broken === undefined) return world.desk
  if (broken.on === 'books') return world.deskOn({ ledger: brokenBooks(store.money.ledger, broken.fault) })
  const faulty = faultyDatabase(store.database)
  faulty.plan(broken.at, broken.fault)
  return world.deskOn({ database: faulty.database })
}

/** Books whose answer is lost: before they wrote, or after. */
function brokenBooks(ledger: Ledger, fault: Fault): Ledger {
  const lost = <Input, Answer>(work: (input: Input) => Promise<Answer>) => {
    return async (input: Input): Promise<Answer> => {
      if (fault === 'before') throw new DatabaseError('connection_lost')
      await work(input)
      throw new DatabaseError('connection_lost')
    }
  }
  return { ...ledger, refund: lost(ledger.refund), reverse: lost(ledger.reverse) }
}

async function spend(
  store: UsdcStore,
  bought: { readonly accountId: string; readonly index: number; readonly units: bigint },
): Promise<bigint> {
  const { accountId, index, units } = bought
  const amount = units * 1_000_000_000n
  const buying = store.money.ledger.purchase({ accountId, amount, sourceKey: `spent ${accountId} ${index}`, reason: 'a plan' })
  return await buying.then(
    () => amount,
    (thrown: unknown) => (thrown instanceof FailureError ? 0n : Promise.reject(thrown)),
  )
}

const isChainMove = ({ kind }: RefundMove): boolean => ['send', 'send-wrong', 'mine', 'final', 'reorganise'].includes(kind)

function moveChain({ usdc }: RefundWorld, { kind, which, units }: RefundMove, sent: string[]): void {
  const { chain } = usdc
  if (kind === 'send' || kind === 'send-wrong') {
    const [home = '', other = ''] = which % 2 === 0 ? HOMES : HOMES.toReversed()
    const amount = BigInt(units) * 1_000_000n
    const right = usdc.pay(home, amount)
    const wrongs = [usdc.pay(home, amount + 1n), usdc.pay(PAYER, amount), { ...right, address: other }, usdc.pay(home, amount, home)]
    const logs = kind === 'send' ? [right, ...(which % 3 === 0 ? [right] : [])] : [wrongs[which % wrongs.length] ?? right]
    const tx = chain.tx(logs, kind === 'send' || which % 5 !== 0)
    sent.push(tx.hash)
    chain.mine([tx])
  } else if (kind === 'mine') chain.mine()
  else if (kind === 'final') chain.finalized = chain.latest
  else {
    // What is not final is taken back; half of it comes again.
    const dropped = chain.drop(Math.min(2, chain.latest - chain.finalized))
    chain.mine(dropped.filter((_, index) => (index + which) % 2 === 0))
  }
}

type Acting = {
  readonly world: RefundWorld
  readonly desk: RefundDesk
  readonly move: RefundMove
  readonly one: string
  readonly accountId: string
  readonly paymentId: string
  readonly sent: readonly string[]
}

async function act({ world, desk, move: { kind, which, units }, one, accountId, paymentId, sent }: Acting): Promise<void> {
  if (kind === 'ask') return void (await world.ask(paymentId, BigInt(units) * 1_000_000_000n, desk))
  if (kind === 'finish') return await desk.finish()
  if (kind === 'cancel') return await desk.cancel(one)
  if (kind === 'enter') return await desk.enterTransaction(one, sent[which % Math.max(sent.length, 1)] ?? '')
  if (kind === 'pay') return await pay(world, desk, one)
  const address = HOMES[which % 2] ?? ''
  await desk.sayAddress({ accountId, refundId: one, address, signature: undefined, isFresh: true })
}

/** Sends exactly what is asked for and says so, as a careful operator does. */
async function pay({ usdc, desk: whole, send }: RefundWorld, desk: RefundDesk, id: string): Promise<void> {
  const { toSend } = await whole.show(id)
  if (toSend?.address === undefined) return
  const tx = send(toSend.address.toLowerCase(), toSend.units)
  usdc.settle(1)
  await desk.enterTransaction(id, tx.hash)
}

/** Refusals are answers; a lost connection is what the history has in it. */
async function tolerated(work: Promise<unknown>): Promise<void> {
  await work.catch((thrown: unknown) => {
    if (thrown instanceof FailureError || (thrown instanceof DatabaseError && thrown.code === 'connection_lost')) return
    throw thrown
  })
}

/** Each refund that is done has a transfer of exactly its amount to its address in a final block, and no two have the same. */
async function explainTransfers({ usdc, desk }: RefundWorld, store: UsdcStore, accountId: string): Promise<string | undefined> {
  const left = new Map<string, number>()
  for (let number = 0; number <= usdc.chain.finalized; number += 1) {
    const logs = (usdc.chain.block(number)?.txs ?? []).flatMap((tx) => tx.logs)
    for (const { address, topics, data } of logs) {
      const key = `${topics[2]?.slice(-40)} ${BigInt(data)}`
      if (address === TOKEN && topics[1] !== topics[2]) left.set(key, (left.get(key) ?? 0) + 1)
    }
  }
  for (const id of await idsOf(store, accountId)) {
    const { refund, toSend } = await desk.show(id)
    if (refund.state !== 'done') continue
    const key = `${toSend?.address?.slice(2).toLowerCase()} ${toSend?.units}`
    const many = left.get(key) ?? 0
    if (many === 0) return `a refund is done that no transfer of its own is on the chain for: ${key}`
    left.set(key, many - 1)
  }
  return undefined
}
