import { type Database, sql } from '../db/index.ts'
import { isoDate, utcDayOf } from '../lib/index.ts'
import { countLiveNodes } from './live-nodes.ts'
import type { SharingWatch, UsedKey } from './sharing-watch.ts'

/** A key that was used from so many addresses today, at least. */
export type SharedKey = { readonly keyId: string; readonly accountId: string; readonly addresses: number }

/** What keys in many hands are found with; `placeTag` hashes a place under the key of a time's day, 32 bytes. */
export type FindSharedParts = {
  readonly database: Database
  readonly watch: SharingWatch
  readonly most: number
  readonly clock: { readonly now: () => number }
  readonly placeTag: (place: number, now: number) => Promise<Buffer>
}

/**
 * Keys that were used from more than `most` addresses today, over all nodes together. A key that is was used from its share of them on one node at
 * least: such a node writes the tags of its addresses down, which has the others write theirs of that key. Of other keys nothing is written, and
 * with the day all of it goes. A node that is alone writes nothing.
 */
export async function findShared(parts: FindSharedParts): Promise<readonly SharedKey[]> {
  const { database, watch, most } = parts
  const nodes = await countLiveNodes(database)
  const here = watch.atLeast(most + 1).map(({ keyId, accountId, places }) => ({ keyId, accountId, addresses: places.length }))
  return nodes === 1n ? here : [...here, ...(await findElsewhere(parts, { nodes: Number(nodes), known: here.map(({ keyId }) => keyId) }))]
}

type Elsewhere = { readonly nodes: number; readonly known: readonly string[] }

async function findElsewhere(parts: FindSharedParts, { nodes, known }: Elsewhere): Promise<readonly SharedKey[]> {
  const { database, watch, most, clock } = parts
  const day = isoDate(utcDayOf(clock.now()))
  await database.query(sql`delete from key_address where day < ${day}::date`)
  const asked = await database.query<{ key_id: string }>(sql`select distinct key_id from key_address where day = ${day}::date`)
  const own = new Map(
    [...watch.atLeast(Math.floor(most / nodes) + 1), ...watch.among(asked.map((row) => row.key_id))].map((key) => [key.keyId, key]),
  )
  for (const keyId of known) own.delete(keyId)
  for (const key of own.values()) await writeDown(parts, day, key)
  const rows = await database.query<{ key_id: string; addresses: number }>(sql`
    select key_id, count(*)::integer as addresses from key_address
    where day = ${day}::date and key_id = any(${[...own.keys()]}::uuid[]) group by key_id having count(*) > ${most}`)
  return rows.map(({ key_id: keyId, addresses }) => ({ keyId, accountId: own.get(keyId)?.accountId ?? '', addresses }))
}

async function writeDown(
  { database, clock, placeTag }: FindSharedParts,
  day: string,
  { keyId, accountId, places }: UsedKey,
): Promise<void> {
  const tags = await Promise.all(places.map((place) => placeTag(place, clock.now())))
  await database.query(sql`
    insert into key_address (day, key_id, account_id, tag)
    select ${day}::date, ${keyId}::uuid, ${accountId}::uuid, tag from unnest(${tags}::bytea[]) as tag on conflict do nothing`)
}
