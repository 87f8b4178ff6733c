import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import { isoTime } from '../lib/index.ts'
import { noteLetter } from './letters.ts'
import { nowOf, type PlanParts } from './parts.ts'
import { lockBlock, type SeatPlace, seatsTaken } from './pool-block.ts'

/** Somebody in line for a seat of a block, first come first; an offer whose time is over is out of line. */
export type InLine = { readonly id: string; readonly account_id: string; readonly state: 'waiting' | 'offered' }

/** Who is in line for a seat of a locked block. */
export const readLine = (tx: Database, { poolId, block }: SeatPlace, now: number): Promise<readonly InLine[]> =>
  tx.query<InLine>(sql`
    select id, account_id, state from seat_wait
    where pool_id = ${poolId}::uuid and block = ${block} and (state = 'waiting' or (state = 'offered' and held_until > ${new Date(now)}))
    order by created_at, id`)

/** Tells those who are first in line that a seat is free and held for them, as many as there are free seats; offers whose time is over lapse. */
export async function offerFreeSeats(tx: Database, parts: Pick<PlanParts, 'ids' | 'clock' | 'settings'>, place: SeatPlace): Promise<void> {
  const now = nowOf(parts)
  const { seats, slug } = await lockBlock(tx, place)
  await tx.query(sql`
    update seat_wait set state = 'lapsed'
    where pool_id = ${place.poolId}::uuid and block = ${place.block} and state = 'offered' and held_until <= ${new Date(now)}`)
  const free = seats - (await seatsTaken(tx, place))
  const line = (await readLine(tx, place, now)).slice(0, Math.max(0, free))
  const until = now + parts.settings.seatHoldMinutes * 60_000
  for (const { id, account_id: accountId } of line.filter(({ state }) => state === 'waiting')) {
    await tx.query(sql`update seat_wait set state = 'offered', held_until = ${new Date(until)} where id = ${id}::uuid`)
    const fields = { pool: slug, block: place.block, until: isoTime(until) }
    await noteLetter(tx, parts, { accountId, template: 'seat-free', fields })
  }
}

/** Offers seats of every block that somebody waits for; also those that lapsed offers free. */
export async function offerAllSeats(parts: PlanParts): Promise<void> {
  const places = await parts.database.query<SeatPlace>(sql`
    select distinct pool_id as "poolId", block from seat_wait where state in ('waiting', 'offered') order by 1, 2`)
  for (const place of places) await parts.database.transaction((tx) => offerFreeSeats(tx, parts, place))
}

/** A place in line, counted from 1. */
export type Waiting = { readonly position: number; readonly heldUntil: Date | undefined }

/** Puts an account in line for a seat of a block; who is in line keeps their place. Fails with pool_unknown, seats_free. */
export async function joinLine(parts: PlanParts, { accountId, ...place }: SeatPlace & { readonly accountId: string }): Promise<Waiting> {
  const { database, ids } = parts
  return await database.transaction(async (tx) => {
    const now = nowOf(parts)
    const { seats } = await lockBlock(tx, place)
    const before = await readLine(tx, place, now)
    if (!before.some((one) => one.account_id === accountId)) {
      if (seats - (await seatsTaken(tx, place)) > before.length) fail('seats_free')
      // An offer of theirs that lapsed and was not looked after yet would count as a place in line.
      await tx.query(sql`
        update seat_wait set state = 'lapsed' where pool_id = ${place.poolId}::uuid and block = ${place.block}
          and account_id = ${accountId}::uuid and state = 'offered'`)
      await tx.query(sql`
        insert into seat_wait (id, account_id, pool_id, block, state, created_at)
        values (${ids.uuid()}, ${accountId}::uuid, ${place.poolId}::uuid, ${place.block}, 'waiting', ${new Date(now)})`)
    }
    const line = await readLine(tx, place, now)
    const [held] = await tx.query<{ held_until: Date | null }>(sql`
      select held_until from seat_wait where pool_id = ${place.poolId}::uuid and block = ${place.block}
        and account_id = ${accountId}::uuid and state in ('waiting', 'offered')`)
    return { position: line.findIndex((one) => one.account_id === accountId) + 1, heldUntil: held?.held_until ?? undefined }
  })
}

/** Takes an account out of line; a seat that was held for it is offered to the next. Does nothing when it is not in line. */
export async function leaveLine(parts: PlanParts, { accountId, ...place }: SeatPlace & { readonly accountId: string }): Promise<void> {
  await parts.database.transaction(async (tx) => {
    await lockBlock(tx, place)
    await tx.query(sql`
      update seat_wait set state = 'left', held_until = null where pool_id = ${place.poolId}::uuid and block = ${place.block}
        and account_id = ${accountId}::uuid and state in ('waiting', 'offered')`)
    await offerFreeSeats(tx, parts, place)
  })
}
