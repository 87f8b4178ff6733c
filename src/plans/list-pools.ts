import { createHash } from 'node:crypto'
import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import { formatUsd, type NanoUsd } from '../lib/index.ts'
import { clockTime, TIME_BLOCKS, type TimeBlockName } from '../spec/index.ts'
import { nowOf, type PlanParts } from './parts.ts'

/** A pool as everybody sees it; amounts are decimal strings of USD, `annualDiscount` the part of the price that a year saves, such as "0.15". */
export type PoolView = {
  readonly id: string
  readonly slug: string
  readonly models: readonly string[]
  readonly description: string
  readonly status: 'active' | 'sold_out'
  readonly totalSlots: number
  readonly blocks: readonly PoolBlockView[]
  readonly annualDiscount: string
}

/** A block of it; `availableSeats` are those that nobody has and nobody in line is before. */
export type PoolBlockView = {
  readonly block: TimeBlockName
  readonly hoursUtc: string
  readonly pricePerMonth: string
  readonly availableSeats: number
  /** How many there are, for the operator. */
  readonly seats: number
  readonly status: 'available' | 'sold_out'
}

/** All pools in use, and a strong validator of exactly these bytes as JSON. Source: RFC 9110 §8.8.3 (2022-06). */
export type PoolList = { readonly pools: readonly PoolView[]; readonly etag: string }

type Row = {
  readonly id: string
  readonly slug: string
  readonly models: readonly string[]
  readonly description: string
  readonly annual_discount: number
  readonly block: TimeBlockName
  readonly from_minute: number
  readonly to_minute: number
  readonly seats: number
  readonly price: NanoUsd
  readonly taken: number
  readonly waiting: number
}

/** Every pool in use, by slug, its blocks in the order of the day. */
export async function listPools({ database, clock }: Pick<PlanParts, 'database' | 'clock'>): Promise<PoolList> {
  const rows = await readRows(database, nowOf({ clock }))
  const pools = [...Map.groupBy(rows, ({ id }) => id).values()].map(viewOf)
  return { pools, etag: etagOf(pools) }
}

/** One pool by its id or slug. Fails with pool_unknown. */
export async function getPool(
  parts: Pick<PlanParts, 'database' | 'clock'>,
  idOrSlug: string,
): Promise<PoolView & { readonly etag: string }> {
  const { pools } = await listPools(parts)
  const pool = pools.find(({ id, slug }) => id === idOrSlug || slug === idOrSlug) ?? fail('pool_unknown')
  return { ...pool, etag: etagOf(pool) }
}

const etagOf = (shown: unknown): string => `"${createHash('sha256').update(JSON.stringify(shown)).digest('base64url')}"`

const readRows = (database: Database, now: number): Promise<readonly Row[]> =>
  database.query<Row>(sql`
    select pool.id, pool.slug, pool.models, pool.description, pool.annual_discount, b.block, b.from_minute, b.to_minute, b.seats, b.price,
      (select count(*)::integer from subscription s where s.pool_id = b.pool_id and s.block = b.block
        and s.state in ('starting', 'active', 'past_due')) as taken,
      (select count(*)::integer from seat_wait w where w.pool_id = b.pool_id and w.block = b.block
        and (w.state = 'waiting' or (w.state = 'offered' and w.held_until > ${new Date(now)}))) as waiting
    from pool join pool_block b on b.pool_id = pool.id where pool.is_active order by pool.slug collate "C"`)

function viewOf(rows: readonly Row[]): PoolView {
  const [first] = rows
  if (first === undefined) throw new TypeError('a pool has blocks')
  const blocks = rows.toSorted((a, b) => TIME_BLOCKS.indexOf(a.block) - TIME_BLOCKS.indexOf(b.block)).map(blockOf)
  return {
    ...{ id: first.id, slug: first.slug, models: first.models, description: first.description },
    status: blocks.some(({ status }) => status === 'available') ? 'active' : 'sold_out',
    totalSlots: rows.reduce((sum, { seats }) => sum + seats, 0),
    blocks,
    annualDiscount: fractionOf(first.annual_discount),
  }
}

function blockOf({ block, from_minute: from, to_minute: to, seats, price, taken, waiting }: Row): PoolBlockView {
  const availableSeats = Math.max(0, seats - taken - waiting)
  return {
    ...{ block, hoursUtc: `${clockTime(from)}-${clockTime(to)}`, pricePerMonth: formatUsd(price), availableSeats, seats },
    status: availableSeats > 0 ? 'available' : 'sold_out',
  }
}

/** Hundredths of a per cent as a decimal: 1500 → "0.15". */
const fractionOf = (hundredths: number): string => {
  const digits = String(hundredths).padStart(4, '0').replace(/0+$/, '')
  return digits === '' ? '0' : `0.${digits}`
}
