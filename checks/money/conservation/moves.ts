import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { faultyDatabase } from '../../../src/control/testing.ts'
import { type Database, DatabaseError } from '../../../src/db/index.ts'
import { closeDays, type Ledger, makeLedger, type Transferred } from '../../../src/ledger/index.ts'
import { utcDayOf } from '../../../src/lib/index.ts'
import type { Breaks, Step } from './steps.ts'
import { at, type Play } from './world.ts'

type MoveStep = Extract<Step, { readonly kind: 'deposit' | 'refund' | 'dispute' | 'reverse' }>

const DAY_MS = 86_400_000
const DEAD_MS = 3
const REFUSALS = new Set(['balance_insufficient', 'transfer_reversed', 'transfer_not_reversible', 'transfer_unknown', 'amount_invalid'])
const ids = { uuid: () => randomUUID() }

/**
 * Moves money as an operator does, whose connection or process can break at any await: until there is an answer the same is asked again,
 * under the same key. What it was told is noted.
 */
export async function move(play: Play, step: MoveStep): Promise<void> {
  const customer = at(play.customers, step.customer)
  const { accountId } = customer
  const [amount, sourceKey, reason] = [BigInt(step.amount), randomUUID(), 'test']
  const original = play.moved.at(step.kind === 'reverse' ? step.transfer % Math.max(1, play.moved.length) : 0)
  const work = async (ledger: Ledger): Promise<Transferred> => {
    if (step.kind === 'deposit')
      return await ledger.credit({ accountId, amount, kind: step.isGift ? 'promotion' : 'manual', sourceKey, reason })
    if (step.kind === 'refund') return await ledger.refund({ accountId, amount, sourceKey, reason })
    if (step.kind === 'dispute') return await ledger.chargeBack({ accountId, amount, sourceKey, reason })
    const transferId = original?.transferId ?? randomUUID()
    return await ledger.reverse({ transferId, onLack: step.isDebt ? 'debt' : 'refuse', sourceKey, reason })
  }
  const asking = askUntilAnswered(play, step.breaks, (database) =>
    work(makeLedger(database, { ids, subjects: play.lane.store.subjects })),
  ).then((made) => {
    if (made === undefined) return
    const effect = step.kind === 'deposit' ? amount : step.kind === 'reverse' ? -(original?.effect ?? 0n) : -amount
    play.moved.push({
      customer: step.kind === 'reverse' ? (original?.customer ?? customer) : customer,
      transferId: made.transferId,
      effect,
    })
  })
  await track(play, asking, step.isAwaited)
}

/** A day goes by and is closed, at times by two at once, at times broken off and closed again. */
export async function closeDay(play: Play, step: Extract<Step, { readonly kind: 'close-day' }>): Promise<void> {
  const { clock } = play.lane
  clock.forward(DAY_MS)
  const before = utcDayOf(clock.now())
  const close = async (database: Database): Promise<void> => void (await closeDays(database, { ids, now: clock.now(), before }))
  const closing = [askUntilAnswered(play, step.breaks, close), ...(step.isTwice ? [askUntilAnswered(play, undefined, close)] : [])]
  await track(play, Promise.all(closing), true)
}

/** Asks, and asks again what had no answer; undefined when it was refused. */
async function askUntilAnswered<Answer>(
  { lane }: Play,
  breaks: Breaks,
  work: (database: Database) => Promise<Answer>,
): Promise<Answer | undefined> {
  for (let attempt = 0; ; attempt += 1) {
    const faulty = faultyDatabase(lane.store.database)
    if (breaks !== undefined && attempt === 0) faulty.plan(breaks.after, breaks.fault)
    const dead = breaks?.fault === 'silent' && attempt === 0 ? delay(DEAD_MS) : new Promise<never>(() => {})
    try {
      const told = await Promise.race([work(faulty.database).then((answer) => ({ answer })), dead])
      if (told !== undefined) return told.answer
      faulty.kill()
    } catch (thrown) {
      if (thrown instanceof DatabaseError && attempt < 20) continue
      if (thrown instanceof Error && REFUSALS.has(thrown.message)) return undefined
      throw thrown
    }
  }
}

async function track(play: Play, work: Promise<unknown>, isAwaited: boolean): Promise<void> {
  const tracked = work.then(() => undefined)
  play.moving.add(tracked)
  const done = tracked.finally(() => play.moving.delete(tracked))
  // One that fails is found by whoever waits for all of them.
  done.catch(() => play.moving.add(tracked))
  if (isAwaited) await done
}
