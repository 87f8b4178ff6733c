import { type Database, sql } from '../db/index.ts'
import type { IdentityOptions, KeysLeft } from './options.ts'
import { findPersonOfAccount } from './person.ts'

const NONE: KeysLeft = { managing: { count: 0, newest: [] }, calling: { count: 0, newest: [] } }

/** What acts for the person who opened an account when none of their sessions is open. */
export async function listKeysOf(
  { keys, clock }: Pick<IdentityOptions, 'keys' | 'clock'>,
  database: Database,
  accountId: string,
): Promise<KeysLeft> {
  if (keys === undefined) return NONE
  const personId = (await findPersonOfAccount(database, accountId))?.id
  return await keys.left(database, { accountId, personId }, clock.now())
}

/** How many ways into an account there are besides its password; an authenticator app is a second step of it. */
export type WaysIn = { readonly passkeys: number; readonly apps: number; readonly links: number }

/** Counts the ways into an account of the person who opened it; none where nobody has. */
export async function countWaysIn(database: Database, accountId: string): Promise<WaysIn> {
  const [row] = await database.query<{ readonly passkeys: bigint; readonly apps: bigint; readonly links: bigint }>(sql`
    select (select count(*) from passkey where person_id = person.id) as passkeys,
      (case when totp_confirmed_at is null then 0 else 1 end)::bigint as apps,
      (select count(*) from outside_identity where person_id = person.id) as links
    from person where account_id = ${accountId}::uuid`)
  return { passkeys: Number(row?.passkeys ?? 0n), apps: Number(row?.apps ?? 0n), links: Number(row?.links ?? 0n) }
}
