import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import { isUuid, type NanoUsd } from '../lib/index.ts'
import { TIME_BLOCKS, type TimeBlockName } from '../spec/index.ts'
import { nowOf, type PlanParts } from './parts.ts'
import { offerFreeSeats } from './waiting-list.ts'

/** A pool as it should be; `annualDiscount` in hundredths of a per cent, prices per month and seat. */
export type WantedPool = {
  readonly slug: string
  readonly description: string
  readonly models: readonly string[]
  readonly annualDiscount: number
  readonly blocks: readonly WantedBlock[]
}

/** A block of it; minutes since midnight UTC. */
export type WantedBlock = {
  readonly block: TimeBlockName
  readonly fromMinute: number
  readonly toMinute: number
  readonly seats: number
  readonly price: NanoUsd
}

/**
 * Adds or replaces a pool. Who has a seat keeps it and its price, but serves in the block's new hours; fewer seats than are taken only means
 * that none is sold. Returns its id. Fails with invalid_field (models, blocks), pool_in_use.
 */
export async function putPool(parts: PlanParts, wanted: WantedPool): Promise<string> {
  const { database, ids } = parts
  return await database.transaction(async (tx) => {
    await refuseUnknownModels(tx, wanted.models)
    const [row] = await tx.query<{ id: string }>(sql`
      insert into pool (id, slug, description, models, annual_discount, created_at)
      values (${ids.uuid()}, ${wanted.slug}, ${wanted.description}, ${[...wanted.models]}::text[], ${wanted.annualDiscount}, ${new Date(nowOf(parts))})
      on conflict (slug) do update set description = excluded.description, models = excluded.models,
        annual_discount = excluded.annual_discount, is_active = true
      returning id`)
    const poolId = row?.id ?? fail('internal')
    await dropBlocks(
      tx,
      poolId,
      wanted.blocks.map(({ block }) => block),
    )
    for (const one of wanted.blocks.toSorted((a, b) => (a.block < b.block ? -1 : 1))) {
      await writeBlock(tx, poolId, one)
      await offerFreeSeats(tx, parts, { poolId, block: one.block })
    }
    return poolId
  })
}

async function refuseUnknownModels(tx: Database, models: readonly string[]): Promise<void> {
  const known = await tx.query(sql`select from model where id = any(${[...models]}::text[]) and is_active`)
  if (known.length < new Set(models).size) fail('invalid_field', { field: 'models', expected: 'ids of models that are in the catalogue' })
}

const writeBlock = (tx: Database, poolId: string, { block, fromMinute, toMinute, seats, price }: WantedBlock): Promise<unknown> =>
  tx.query(sql`
    insert into pool_block (pool_id, block, from_minute, to_minute, seats, price)
    values (${poolId}::uuid, ${block}, ${fromMinute}, ${toMinute}, ${seats}, ${price})
    on conflict (pool_id, block) do update set from_minute = excluded.from_minute, to_minute = excluded.to_minute, seats = excluded.seats,
      price = excluded.price`)

/** A block that was never sold is gone; one that was is kept for those that have it, and sells no more. */
async function dropBlocks(tx: Database, poolId: string, kept: readonly string[]): Promise<void> {
  const gone = TIME_BLOCKS.filter((block) => !kept.includes(block))
  await tx.query(sql`update pool_block set seats = 0 where pool_id = ${poolId}::uuid and block = any(${gone}::text[])`)
  await tx.query(sql`
    delete from pool_block b where pool_id = ${poolId}::uuid and block = any(${gone}::text[])
      and not exists (select from subscription s where s.pool_id = b.pool_id and s.block = b.block)
      and not exists (select from seat_wait w where w.pool_id = b.pool_id and w.block = b.block)`)
}

/** Puts a pool out of use: no seat of it is sold any more. Fails with pool_unknown, pool_in_use. */
export async function deletePool(parts: PlanParts, idOrSlug: string): Promise<void> {
  await parts.database.transaction(async (tx) => {
    const poolId = await findPoolId(tx, idOrSlug)
    // The lock keeps seats from being sold meanwhile.
    await tx.query(sql`select from pool_block where pool_id = ${poolId}::uuid order by block for update`)
    const taken = await tx.query(sql`
      select from subscription where pool_id = ${poolId}::uuid and state in ('starting', 'active', 'past_due') limit 1`)
    if (taken.length > 0) fail('pool_in_use')
    await tx.query(sql`update pool set is_active = false where id = ${poolId}::uuid`)
    await tx.query(sql`
      update seat_wait set state = 'lapsed' where pool_id = ${poolId}::uuid and state in ('waiting', 'offered')`)
  })
}

/** The id of a pool in use that is named by its id or slug. Fails with pool_unknown. */
export async function findPoolId(database: Database, idOrSlug: string): Promise<string> {
  const [row] = await database.query<{ id: string }>(
    isUuid(idOrSlug)
      ? sql`select id from pool where id = ${idOrSlug}::uuid and is_active`
      : sql`select id from pool where slug = ${idOrSlug} and is_active`,
  )
  return row?.id ?? fail('pool_unknown')
}
