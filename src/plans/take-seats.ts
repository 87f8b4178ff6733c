import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import type { NanoUsd } from '../lib/index.ts'
import { writeSubscription } from './open-subscription.ts'
import { nowOf, type PlanParts } from './parts.ts'
import { lockBlock, type SeatPlace, seatPrice, seatsTaken } from './pool-block.ts'
import { readLine } from './waiting-list.ts'

/** Seats that are wanted: so many in each of these blocks, for a month or a year at a time. */
export type WantedSeats = {
  readonly accountId: string
  readonly poolId: string
  readonly blocks: readonly string[]
  readonly quantity: number
  readonly months: 1 | 12
  readonly orderId?: string | undefined
  /** What came for it from outside, in nano-USD. */
  readonly paid?: NanoUsd | undefined
  /** What all of it was said to cost for a period, in nano-USD. */
  readonly seenPrice?: NanoUsd | undefined
}

/**
 * Takes seats, all that are wanted or none, each a subscription of its own whose first period is due; who is in line comes before those who are
 * not. The account is locked before, and blocks in the order of their names, so that nobody waits for each other. Returns the ids. Fails with seats_sold_out,
 * pool_unknown, pool_closed.
 */
export async function takeSeats(tx: Database, parts: PlanParts, wanted: WantedSeats): Promise<readonly string[]> {
  const ids: string[] = []
  for (const block of [...new Set(wanted.blocks)].sort()) ids.push(...(await takeBlock(tx, parts, { ...wanted, block })))
  return ids
}

async function takeBlock(tx: Database, parts: PlanParts, wanted: WantedSeats & SeatPlace): Promise<readonly string[]> {
  const { accountId, poolId, block, quantity, months, orderId } = wanted
  const place = { poolId, block }
  const offer = await lockBlock(tx, place)
  if (!offer.is_active) fail('pool_closed')
  const line = await readLine(tx, place, nowOf(parts))
  const own = line.findIndex((one) => one.account_id === accountId)
  // One's own place in line is one seat; further ones come after everybody who waits.
  const before = own >= 0 && quantity === 1 ? own : line.length - (own >= 0 ? 1 : 0)
  const free = offer.seats - (await seatsTaken(tx, place)) - before
  if (free < quantity) fail('seats_sold_out', { block })
  if (own >= 0)
    await tx.query(sql`
      update seat_wait set state = 'taken', held_until = null where id = ${line[own]?.id ?? null}::uuid`)
  const ids: string[] = []
  for (let seat = 0; seat < quantity; seat += 1)
    ids.push(await writeSubscription(tx, parts, { accountId, of: place, price: seatPrice(offer, months), months, orderId }))
  return ids
}
