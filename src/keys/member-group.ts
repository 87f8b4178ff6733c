import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import { type CapColumns, capOf, type SpendCap } from './spend-cap.ts'

/** A member of an account: the person, and the account. */
export type MemberOf = { readonly accountId: string; readonly personId: string }

/**
 * The group of the keys that a member makes; undefined when no cap was ever set for them. Until the transaction ends the member stays one, and their cap
 * as it is, so that no key is made beside either. Fails with account_unknown for those who are no member any more.
 */
export async function findMemberGroup(tx: Database, { accountId, personId }: MemberOf): Promise<string | undefined> {
  const member = await tx.query(sql`
    select from account_member where account_id = ${accountId}::uuid and person_id = ${personId}::uuid for share`)
  if (member.length === 0) fail('account_unknown')
  const [row] = await tx.query<{ readonly id: string }>(sql`
    select id from key_group where account_id = ${accountId}::uuid and member_id = ${personId}::uuid`)
  return row?.id
}

/**
 * Sets what the keys of a member may spend together in each window; without `cap` they share none any more. Keys that the member made before count
 * too, but for those of end users, which have a cap of their own. `id` is for the group where there is none yet, `now` in milliseconds. Fails with
 * member_unknown.
 */
export async function setMemberCap(
  tx: Database,
  { accountId, personId, cap, id, now }: MemberOf & { readonly cap: SpendCap | undefined; readonly id: string; readonly now: number },
): Promise<void> {
  const [amount, window] = [cap?.amount ?? null, cap?.window ?? null]
  const member = await tx.query(sql`
    select from account_member where account_id = ${accountId}::uuid and person_id = ${personId}::uuid for update`)
  if (member.length === 0) fail('member_unknown')
  if (cap === undefined) {
    await tx.query(sql`
      update key_group set spend_cap = null, spend_window = null where account_id = ${accountId}::uuid and member_id = ${personId}::uuid`)
    return
  }
  const [group] = await tx.query<{ readonly id: string }>(sql`
    insert into key_group (id, account_id, is_member, member_id, spend_cap, spend_window, created_at)
    values (${id}::uuid, ${accountId}::uuid, true, ${personId}::uuid, ${amount}::bigint, ${window}::text, ${new Date(now)})
    on conflict (account_id, member_id) where member_id is not null
      do update set spend_cap = excluded.spend_cap, spend_window = excluded.spend_window
    returning id`)
  if (group === undefined) return
  await tx.query(sql`
    update api_key set group_id = ${group.id}::uuid
    where account_id = ${accountId}::uuid and made_by = ${personId}::uuid and group_id is null and revoked_at is null`)
}

/** A cap of a member, and the group that their keys spend under it in. */
export type MemberCap = SpendCap & { readonly groupId: string }

/** What the keys of each member of an account may spend together, by the person; those without a cap are absent. */
export async function listMemberCaps(database: Database, accountId: string): Promise<ReadonlyMap<string, MemberCap>> {
  const rows = await database.query<CapColumns & { readonly id: string; readonly member_id: string }>(sql`
    select id, member_id, spend_cap, spend_window from key_group where account_id = ${accountId}::uuid and member_id is not null`)
  return new Map(
    rows.flatMap((row) => {
      const cap = capOf(row)
      return cap === undefined ? [] : [[row.member_id, { ...cap, groupId: row.id }] as const]
    }),
  )
}

/** Revokes the keys that a person made for an account at `now`, in milliseconds; with `isTemporary` those alone that were made for some minutes. */
export async function revokeMemberKeys(
  tx: Database,
  { accountId, personId, isTemporary, now }: MemberOf & { readonly isTemporary: boolean; readonly now: number },
): Promise<number> {
  const revoked = await tx.query(sql`
    update api_key set revoked_at = ${new Date(now)}
    where account_id = ${accountId}::uuid and made_by = ${personId}::uuid and revoked_at is null and (is_temporary or not ${isTemporary}::boolean)
    returning id`)
  return revoked.length
}
