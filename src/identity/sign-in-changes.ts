import { type Database, sql } from '../db/index.ts'
import type { IdentityOptions } from './options.ts'

/** What changes of how somebody signs in, or of who does to an account of theirs, as letters are called; who has no e-mail reads it on the page of security alone. */
export const SIGN_IN_CHANGES = [
  'new-sign-in',
  'password-changed',
  'sign-in-linked',
  'sign-in-unlinked',
  'passkey-added',
  'passkey-removed',
  'authenticator-added',
  'authenticator-removed',
  'recovery-codes-renewed',
  'second-factors-revoked',
  'member-joined',
] as const
export type SignInChange = (typeof SIGN_IN_CHANGES)[number]

/** What changed, and when; nothing of which passkey, link or browser. */
export type NotedChange = { readonly what: SignInChange; readonly at: Date }

const KIND = 'access.changed'
const SHOWN_MAX = 50

/** Notes a change for who signs in to an account; webhooks are not told of it, and letters are sent where it happens. */
export async function noteSignInChange(
  { database, ids, clock }: Pick<IdentityOptions, 'database' | 'ids' | 'clock'>,
  accountId: string,
  what: SignInChange,
): Promise<void> {
  const at = new Date(clock.now())
  await database.query(sql`
    insert into account_event (id, account_id, kind, data, created_at, hooked_at, told_at)
    values (${ids.uuid()}::uuid, ${accountId}::uuid, ${KIND}, ${JSON.stringify({ what })}::jsonb, ${at}, ${at}, ${at}) returning 1`)
}

/** The last fifty changes of how somebody signs in to an account, newest first; they are kept for seven days. */
export async function listSignInChanges(database: Database, accountId: string): Promise<readonly NotedChange[]> {
  return await database.query<NotedChange>(sql`
    select data ->> 'what' as what, created_at as at from account_event
    where account_id = ${accountId}::uuid and kind = ${KIND} order by created_at desc, id desc limit ${SHOWN_MAX}`)
}
