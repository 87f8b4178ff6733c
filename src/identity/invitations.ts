import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import { isUuid } from '../lib/index.ts'
import { requireRuns } from './members.ts'
import { laterNow } from './moment.ts'
import type { IdentityOptions } from './options.ts'
import type { Role } from './roles.ts'
import { hashToken } from './secret-token.ts'

/** How long an invitation is open, and how many members and open invitations an account has at most. */
export const INVITATION_DAYS = 7
export const MEMBERS_MAX = 200

/** What codes of invitations begin with, so that none is taken for a key. */
const CODE_PREFIX = 'fbt_'
const DAY_MS = 86_400_000

/** An invitation that is open; `email` undefined: its code was handed over. */
export type Invitation = {
  readonly id: string
  readonly email: string | undefined
  readonly role: Role
  /** The person who invited, or made the management key that did; undefined: the operator made that, or they are gone. */
  readonly invitedBy: string | undefined
  readonly createdAt: Date
  readonly expiresAt: Date
}

/** Who is invited by whom into which account: `random` is 32 bytes that the code is made of, `now` in milliseconds. */
export type NewInvitation = {
  readonly id: string
  readonly accountId: string
  readonly email: string | undefined
  readonly role: Role
  readonly invitedBy: string | undefined
  readonly random: Buffer
  readonly now: number
}

type Sealing = Pick<IdentityOptions['subjects'], 'seal' | 'unseal'>

/** What the e-mail of an invitation is sealed for, so that it opens in its own row only. */
export const invitationPurpose = (id: string): string => `invitation-email:${id}`

/** The code that is told once, of the same bytes the same. */
export const invitationCode = (random: Buffer): string => CODE_PREFIX + random.toString('base64url')

const hashOf = (code: string): Buffer => hashToken('invitation', code)

/** Writes an invitation; of its code the hash alone is kept. Fails with members_full, account_unknown for who may not give that role any more. */
export async function makeInvitation(tx: Database, sealing: Sealing, input: NewInvitation): Promise<Invitation> {
  const { id, accountId, email, role, invitedBy, now } = input
  await requirePlace(tx, accountId, now)
  if (invitedBy !== undefined) await requireRuns(tx, { accountId, personId: invitedBy }, role === 'owner' ? ['owner'] : undefined)
  const sealed = email === undefined ? undefined : await sealing.seal(accountId, Buffer.from(email), invitationPurpose(id))
  const [createdAt, expiresAt] = [new Date(now), new Date(now + INVITATION_DAYS * DAY_MS)]
  await tx.query(sql`
    insert into account_invitation (id, account_id, token_hash, email_sealed, role, invited_by, created_at, expires_at)
    values (${id}::uuid, ${accountId}::uuid, ${hashOf(invitationCode(input.random))}, ${sealed ?? null}::bytea, ${role},
      ${invitedBy ?? null}::uuid, ${createdAt}, ${expiresAt})`)
  return { id, email, role, invitedBy, createdAt, expiresAt }
}

/** Of many who come at once no more get a place than there are. Fails with members_full. */
export async function requirePlace(tx: Database, accountId: string, now: number): Promise<void> {
  await tx.query(sql`select from account where id = ${accountId}::uuid for no key update`)
  const [row] = await tx.query<{ readonly taken: bigint }>(sql`
    select (select count(*) from account_member where account_id = ${accountId}::uuid)
      + (select count(*) from account_invitation where account_id = ${accountId}::uuid and expires_at > ${new Date(now)}) as taken`)
  if (row === undefined || row.taken >= BigInt(MEMBERS_MAX)) fail('members_full', { limit: MEMBERS_MAX })
}

type Row = {
  readonly id: string
  readonly email_sealed: Buffer | null
  readonly role: Role
  readonly invited_by: string | null
  readonly created_at: Date
  readonly expires_at: Date
}

/** The open invitations of an account, the newest first. */
export async function listInvitations(
  { database, subjects, clock }: Pick<IdentityOptions, 'database' | 'clock'> & { readonly subjects: Sealing },
  accountId: string,
): Promise<readonly Invitation[]> {
  const rows = await database.query<Row>(sql`
    select id, email_sealed, role, invited_by, created_at, expires_at from account_invitation
    where account_id = ${accountId}::uuid and expires_at > ${laterNow(clock)} order by created_at desc, id desc limit ${MEMBERS_MAX}`)
  return await Promise.all(rows.map((row) => invitationOf(subjects, accountId, row)))
}

const invitationOf = async (subjects: Sealing, accountId: string, row: Row): Promise<Invitation> => ({
  id: row.id,
  email:
    row.email_sealed === null ? undefined : (await subjects.unseal(accountId, row.email_sealed, invitationPurpose(row.id)))?.toString(),
  role: row.role,
  invitedBy: row.invited_by ?? undefined,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
})

/** Takes an open invitation back, in a role that may give its role. Fails with invitation_unknown. */
export async function withdrawInvitation(
  database: Database,
  { accountId, id, mayHandleOwners }: { readonly accountId: string; readonly id: string; readonly mayHandleOwners: boolean },
): Promise<void> {
  if (!isUuid(id)) fail('invitation_unknown')
  const gone = await database.query(sql`
    delete from account_invitation
    where id = ${id}::uuid and account_id = ${accountId}::uuid and (role <> 'owner' or ${mayHandleOwners}::boolean) returning 1`)
  if (gone.length === 0) fail('invitation_unknown')
}

/** What somebody is invited to who has this code, without using it up. Fails with invitation_invalid. */
export async function peekInvitation(
  { database, subjects, clock }: Pick<IdentityOptions, 'database' | 'clock'> & { readonly subjects: Sealing },
  code: string,
): Promise<Invitation & { readonly accountId: string }> {
  const [row] = await database.query<Row & { readonly account_id: string }>(sql`
    select account_invitation.id, account_invitation.account_id, account_invitation.email_sealed, role, invited_by, account_invitation.created_at,
      expires_at from account_invitation
      join account on account.id = account_invitation.account_id and account.status <> 'erased'
    where token_hash = ${hashOf(code)} and expires_at > ${laterNow(clock)}`)
  if (row === undefined) return fail('invitation_invalid', { days: INVITATION_DAYS })
  return { ...(await invitationOf(subjects, row.account_id, row)), accountId: row.account_id }
}

/** Takes an invitation back that nobody wants who has its code. Fails with invitation_invalid. */
export async function dropInvitation({ database, clock }: Pick<IdentityOptions, 'database' | 'clock'>, code: string): Promise<void> {
  const gone = await database.query(sql`
    delete from account_invitation where token_hash = ${hashOf(code)} and expires_at > ${laterNow(clock)} returning 1`)
  if (gone.length === 0) fail('invitation_invalid', { days: INVITATION_DAYS })
}

/** Whose invitations: those that a person made, or a key of theirs, and, since a moment in milliseconds, those of their account that nobody is known to have made. */
export type InvitationsOf = { readonly personId: string; readonly accountId: string; readonly since: number | undefined }

/** Takes the open invitations of a person back, into whichever account, as whoever was in their session may have made them. */
export async function dropInvitations(tx: Database, { personId, accountId, since }: InvitationsOf): Promise<void> {
  await tx.query(sql`
    delete from account_invitation where invited_by = ${personId}::uuid
      or (invited_by is null and account_id = ${accountId}::uuid and created_at >= ${since === undefined ? null : new Date(since)}::timestamptz) returning 1`)
}

/**
 * Makes a person a member by a code, once; of many who try at once one does. A member keeps their role, and the code. Fails with invitation_invalid,
 * member_exists.
 */
export async function takeInvitation(
  tx: Database,
  clock: IdentityOptions['clock'],
  { code, personId }: { readonly code: string; readonly personId: string },
): Promise<{ readonly accountId: string; readonly role: Role; readonly invitedBy: string | undefined }> {
  const [taken] = await tx.query<{ readonly account_id: string; readonly role: Role; readonly invited_by: string | null }>(sql`
    delete from account_invitation using account
    where account.id = account_invitation.account_id and account.status <> 'erased'
      and token_hash = ${hashOf(code)} and expires_at > ${laterNow(clock)}
    returning account_invitation.account_id, role, invited_by`)
  if (taken === undefined) return fail('invitation_invalid', { days: INVITATION_DAYS })
  const joined = await tx.query(sql`
    insert into account_member (account_id, person_id, role, created_at)
    values (${taken.account_id}::uuid, ${personId}::uuid, ${taken.role}, ${new Date(clock.now())}) on conflict do nothing returning 1`)
  // Who had left the team comes in by its issuer again.
  await tx.query(sql`delete from team_leaver where account_id = ${taken.account_id}::uuid and person_id = ${personId}::uuid returning 1`)
  await tx.query(sql`
    update outside_identity set left_at = null from team_issuer
    where team_issuer.id = issuer and team_issuer.account_id = ${taken.account_id}::uuid and person_id = ${personId}::uuid returning 1`)
  if (joined.length === 0) return fail('member_exists')
  return { accountId: taken.account_id, role: taken.role, invitedBy: taken.invited_by ?? undefined }
}
