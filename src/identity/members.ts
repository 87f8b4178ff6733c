import { getAccount } from '../accounts/index.ts'
import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import { isUuid } from '../lib/index.ts'
import type { IdentityOptions } from './options.ts'
import { mayMore, type Role } from './roles.ts'

/** Who belongs to an account, and what they may do. */
export type Member = {
  readonly personId: string
  /** Undefined for who came by an account number. */
  readonly email: string | undefined
  readonly role: Role
  /** Whether they opened the account, and so stay its owner. */
  readonly isOpener: boolean
  readonly joinedAt: Date
}

/** Who changes whom in which account: `by` is the person who does, undefined for a management key; an owner alone has to do with owners. */
export type MemberChange = { readonly accountId: string; readonly personId: string; readonly by: string | undefined }

type Row = {
  readonly person_id: string
  readonly home_account_id: string
  readonly role: Role
  readonly is_opener: boolean
  readonly created_at: Date
}

const COLUMNS = sql`account_member.person_id, person.account_id as home_account_id, role, person.account_id = account_member.account_id as is_opener,
  account_member.created_at`

/** Who runs an account. */
const RUNNING: readonly Role[] = ['owner', 'admin']

/** The members of an account, the first first; what is known of them besides is theirs. */
export async function listMembers(
  { database, subjects }: Pick<IdentityOptions, 'database' | 'subjects'>,
  accountId: string,
): Promise<readonly Member[]> {
  const rows = await database.query<Row>(sql`
    select ${COLUMNS} from account_member
      join person on person.id = account_member.person_id
      join account on account.id = person.account_id and account.status <> 'erased'
    where account_member.account_id = ${accountId}::uuid order by account_member.created_at, account_member.person_id`)
  return await Promise.all(
    rows.map(async (row) => ({
      personId: row.person_id,
      email: (await getAccount(database, subjects, row.home_account_id)).email,
      role: row.role,
      isOpener: row.is_opener,
      joinedAt: row.created_at,
    })),
  )
}

/** The role that a member gets; `mayRaise` where who gives it has shown lately who they are, or is a program. */
export type RoleChange = MemberChange & { readonly role: Role; readonly mayRaise: boolean }

/**
 * Gives a member another role, which holds from their next request on. Fails with member_unknown, member_role, owner_stays, account_unknown for who runs the
 * account no more, and with not_fresh where the role may more than theirs.
 */
export async function changeMemberRole(tx: Database, { role, mayRaise, ...change }: RoleChange): Promise<void> {
  const member = await lockMember(tx, change)
  const isByOwner = await isOwnersAct(tx, change)
  if (!isByOwner && (role === 'owner' || member.role === 'owner')) fail('member_role', { roles: 'owner', role: 'admin' })
  if (!mayRaise && mayMore(role, member.role)) fail('not_fresh')
  if (role !== 'owner') await requireAnotherOwner(tx, change, member)
  await tx.query(sql`
    update account_member set role = ${role} where account_id = ${change.accountId}::uuid and person_id = ${change.personId}::uuid`)
}

/** Takes somebody out of an account at `now` (milliseconds), from their next request on; everybody may leave. Fails with member_unknown, member_role, owner_stays, account_unknown. */
export async function removeMember(tx: Database, change: MemberChange & { readonly now: number }): Promise<void> {
  const member = await lockMember(tx, change)
  const mayRemove = change.by === change.personId || (await isOwnersAct(tx, change)) || member.role !== 'owner'
  if (!mayRemove) fail('member_role', { roles: 'owner', role: 'admin' })
  await requireAnotherOwner(tx, change, member)
  const { accountId, personId } = change
  await tx.query(sql`delete from account_member where account_id = ${accountId}::uuid and person_id = ${personId}::uuid`)
  await leaveIssuer(tx, change)
}

/** How many others joined the accounts that a person runs since a moment, in milliseconds. */
export async function countJoined(tx: Database, personId: string, since: number): Promise<number> {
  const [row] = await tx.query<{ readonly joined: bigint }>(sql`
    select count(*) as joined from account_member as own
      join account_member as other on other.account_id = own.account_id and other.person_id <> own.person_id
    where own.person_id = ${personId}::uuid and own.role in ('owner', 'admin') and other.created_at >= ${new Date(since)}`)
  return Number(row?.joined ?? 0n)
}

/**
 * Lets who runs an account pass, as its owners and admins do; they stay that until the transaction ends, so that nothing they make outlives their removal;
 * with `roles` those alone. Fails with account_unknown.
 */
export async function requireRuns(
  tx: Database,
  { accountId, personId }: Pick<MemberChange, 'accountId' | 'personId'>,
  roles: readonly Role[] = RUNNING,
): Promise<void> {
  const found = await tx.query(sql`
    select from account_member
    where account_id = ${accountId}::uuid and person_id = ${personId}::uuid and role = any(${[...roles]}::text[]) for share`)
  if (found.length === 0) fail('account_unknown')
}

/** Whom the issuer of the team signed in is signed out, and does not join again by signing in, but by an invitation, whatever becomes of their link. */
async function leaveIssuer(tx: Database, { accountId, personId, now }: MemberChange & { readonly now: number }): Promise<void> {
  const at = new Date(now)
  await tx.query(sql`
    insert into team_leaver (account_id, person_id, left_at) values (${accountId}::uuid, ${personId}::uuid, ${at})
    on conflict (account_id, person_id) do update set left_at = excluded.left_at`)
  await tx.query(sql`
    update outside_identity set left_at = ${at} from team_issuer
    where team_issuer.id = issuer and team_issuer.account_id = ${accountId}::uuid and person_id = ${personId}::uuid returning 1`)
  await tx.query(sql`
    update sign_in_session set token_hash = null, ended_at = ${at}
    where person_id = ${personId}::uuid and (vouched_by = ${accountId}::uuid or confined_to = ${accountId}::uuid) and ended_at is null returning 1`)
}

/** Who changes members of one account does so one after the other, so that of two owners who leave at once one stays. */
async function lockMember(tx: Database, { accountId, personId }: MemberChange): Promise<Row> {
  if (!isUuid(personId)) fail('member_unknown')
  await tx.query(sql`select from account where id = ${accountId}::uuid for no key update`)
  const [row] = await tx.query<Row>(sql`
    select ${COLUMNS} from account_member join person on person.id = account_member.person_id
    where account_member.account_id = ${accountId}::uuid and account_member.person_id = ${personId}::uuid for update of account_member`)
  return row ?? fail('member_unknown')
}

/** Whether an owner makes a change, by the role that they have now that nobody else changes one. Fails with account_unknown for who runs the account no more. */
async function isOwnersAct(tx: Database, { accountId, by }: MemberChange): Promise<boolean> {
  // A management key is as much as an admin.
  if (by === undefined) return false
  const [row] = await tx.query<{ readonly role: Role }>(sql`
    select role from account_member where account_id = ${accountId}::uuid and person_id = ${by}::uuid and role = any(${[...RUNNING]}::text[])`)
  return (row ?? fail('account_unknown')).role === 'owner'
}

async function requireAnotherOwner(tx: Database, { accountId, personId }: MemberChange, member: Row): Promise<void> {
  if (member.is_opener) fail('owner_stays')
  if (member.role !== 'owner') return
  const others = await tx.query(sql`
    select from account_member where account_id = ${accountId}::uuid and role = 'owner' and person_id <> ${personId}::uuid limit 1`)
  if (others.length === 0) fail('owner_stays')
}
