import { createHash } from 'node:crypto'
import { type Database, sql } from '../../db/index.ts'
import { fail } from '../../failures.ts'
import type { RightsOptions } from './options.ts'

/** What a mailed link lets its reader do, once. */
export const LINK_PURPOSES = ['access', 'correct', 'confirm-email', 'erase', 'export', 'object'] as const
export type LinkPurpose = (typeof LINK_PURPOSES)[number]

/** What links begin with, so that none is taken for a key. */
export const LINK_PREFIX = 'fbl_'
/** How long a link can be used. */
export const LINK_HOURS = 24
const HOUR_MS = 3_600_000

/** Who a link was mailed to and what for. */
export type OpenedLink = { readonly accountId: string; readonly requestId: string }

/** Makes the token of a link; its hash alone is kept. `note` is bound into the hash and has to come back with the token. */
export async function makeLink(
  { database, clock, random }: Pick<RightsOptions, 'database' | 'clock' | 'random'>,
  link: OpenedLink & { readonly purpose: LinkPurpose; readonly note?: string },
): Promise<string> {
  const token = LINK_PREFIX + random(32).toString('base64url')
  await database.query(sql`
    insert into privacy_link (token_hash, request_id, account_id, purpose, expires_at)
    values (${hashOf(token, link.note)}, ${link.requestId}::uuid, ${link.accountId}::uuid, ${link.purpose},
      ${new Date(clock.now() + LINK_HOURS * HOUR_MS)})`)
  return token
}

/** Who a link belongs to, without using it up. Fails with link_invalid for one that is unknown, used, too old, or for something else. */
export async function peekLink(
  { database, clock }: Pick<RightsOptions, 'database' | 'clock'>,
  asked: { readonly token: string; readonly purpose: LinkPurpose },
): Promise<OpenedLink> {
  const [row] = await database.query<{ account_id: string; request_id: string }>(sql`
    select account_id, request_id from privacy_link
    where token_hash = ${hashOf(asked.token)} and purpose = ${asked.purpose}
      and expires_at > greatest(${new Date(clock.now())}::timestamptz, clock_timestamp())`)
  return row === undefined ? fail('link_invalid') : { accountId: row.account_id, requestId: row.request_id }
}

/**
 * Uses a link up and tells who it belongs to; of many who try at once one does. It is too old as soon as our clock or the database's says so,
 * so that a clock that was set back makes none live longer. Fails with link_invalid.
 */
export async function takeLink(
  { database, clock }: Pick<RightsOptions, 'database' | 'clock'>,
  asked: { readonly token: string; readonly purpose: LinkPurpose; readonly note?: string },
): Promise<OpenedLink> {
  const [row] = await database.query<{ account_id: string; request_id: string }>(sql`
    delete from privacy_link where token_hash = ${hashOf(asked.token, asked.note)} and purpose = ${asked.purpose}
      and expires_at > greatest(${new Date(clock.now())}::timestamptz, clock_timestamp())
    returning account_id, request_id`)
  return row === undefined ? fail('link_invalid') : { accountId: row.account_id, requestId: row.request_id }
}

/** Forgets links that are too old. */
export async function forgetLinks(database: Database, now: number): Promise<void> {
  await database.query(sql`delete from privacy_link where expires_at < ${new Date(now)} returning 1`)
}

const hashOf = (token: string, note = ''): Buffer => createHash('sha256').update(`${token}\n${note}`).digest()
