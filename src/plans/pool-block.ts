import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import type { NanoUsd } from '../lib/index.ts'

/** A block of a pool. */
export type SeatPlace = { readonly poolId: string; readonly block: string }

/** What a block is sold as; `price` per month and seat, `annual_discount` in hundredths of a per cent. */
export type SeatOffer = {
  readonly slug: string
  readonly seats: number
  readonly price: NanoUsd
  readonly annual_discount: number
  readonly is_active: boolean
}

/** Keeps everybody else from selling seats of a block until the transaction ends. Fails with pool_unknown. */
export async function lockBlock(tx: Database, { poolId, block }: SeatPlace): Promise<SeatOffer> {
  const [row] = await tx.query<SeatOffer>(sql`
    select pool.slug, b.seats, b.price, pool.annual_discount, pool.is_active
    from pool_block b join pool on pool.id = b.pool_id where b.pool_id = ${poolId}::uuid and b.block = ${block} for update of b`)
  return row ?? fail('pool_unknown')
}

/** Seats of a block that somebody has, or is paying for now. */
export async function seatsTaken(tx: Database, { poolId, block }: SeatPlace): Promise<number> {
  const [row] = await tx.query<{ taken: number }>(sql`
    select count(*)::integer as taken from subscription
    where pool_id = ${poolId}::uuid and block = ${block} and state in ('starting', 'active', 'past_due')`)
  return row?.taken ?? 0
}

/** What a seat costs for so many months: a year has the pool's discount, rounded up once to a whole nano-USD. */
export function seatPrice({ price, annual_discount: discount }: Pick<SeatOffer, 'price' | 'annual_discount'>, months: 1 | 12): NanoUsd {
  if (months === 1) return price
  return (price * 12n * BigInt(10_000 - discount) + 9_999n) / 10_000n
}
