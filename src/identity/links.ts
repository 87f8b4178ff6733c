import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import { laterNow } from './moment.ts'
import type { IdentityOptions } from './options.ts'
import { hashToken, makeToken } from './secret-token.ts'

/** What a mailed link is for, and how many hours it can be used. */
export const LINK_HOURS = { 'sign-up': 24, reset: 1 } as const
export type LinkPurpose = keyof typeof LINK_HOURS

/** What links begin with, so that none is taken for a key. */
const LINK_PREFIX = 'fbi_'
const HOUR_MS = 3_600_000

/** Whose link it is: an account's, or, for one that opens an account, nobody's yet, and then it is bound to an e-mail that is kept nowhere. */
export type LinkOwner = { readonly accountId: string } | { readonly email: string }

/** A link as somebody shows it; an e-mail has to come with one that is bound to it. */
export type ShownLink = { readonly purpose: LinkPurpose; readonly token: string; readonly email?: string }

type Parts = Pick<IdentityOptions, 'clock' | 'random'>

/** A link that is to be made. */
export type NewLink = { readonly purpose: LinkPurpose; readonly owner: LinkOwner }

/** Makes the token of a link; its hash alone is kept. */
export async function makeLink(database: Database, { clock, random }: Parts, { purpose, owner }: NewLink): Promise<string> {
  const token = LINK_PREFIX + makeToken(random)
  const bound = 'email' in owner ? owner.email : undefined
  await database.query(sql`
    insert into sign_in_link (token_hash, purpose, account_id, expires_at)
    values (${hashOf({ purpose, token, ...(bound === undefined ? {} : { email: bound }) })}, ${purpose},
      ${'accountId' in owner ? owner.accountId : null}::uuid, ${new Date(clock.now() + LINK_HOURS[purpose] * HOUR_MS)})`)
  return token
}

/** Whose link it is, without using it up; the account is undefined for one that opens one. Fails with sign_in_link_invalid. */
export async function peekLink(
  database: Database,
  { clock }: Pick<Parts, 'clock'>,
  link: ShownLink,
): Promise<{ readonly accountId: string | undefined }> {
  const [row] = await database.query<{ readonly account_id: string | null }>(sql`
    select account_id from sign_in_link where token_hash = ${hashOf(link)} and purpose = ${link.purpose} and expires_at > ${laterNow(clock)}`)
  return row === undefined ? fail('sign_in_link_invalid') : { accountId: row.account_id ?? undefined }
}

/** Uses a link up; of many who try at once one does. Fails with sign_in_link_invalid. */
export async function takeLink(database: Database, { clock }: Pick<Parts, 'clock'>, link: ShownLink): Promise<void> {
  const taken = await database.query(sql`
    delete from sign_in_link where token_hash = ${hashOf(link)} and purpose = ${link.purpose} and expires_at > ${laterNow(clock)} returning 1`)
  if (taken.length === 0) fail('sign_in_link_invalid')
}

/** Takes away all links of a purpose that an account still has. */
export async function dropLinks(database: Database, purpose: LinkPurpose, accountId: string): Promise<void> {
  await database.query(sql`delete from sign_in_link where account_id = ${accountId}::uuid and purpose = ${purpose} returning 1`)
}

const hashOf = ({ purpose, token, email }: ShownLink): Buffer => hashToken(purpose, token, email?.toLowerCase())
