import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import { isUuid } from '../lib/index.ts'
import { type NameSealing, namePurpose } from './key-record.ts'
import { type CapColumns, capOf, type SpendCap } from './spend-cap.ts'

/** Keys that share a cap, such as those of one end user of the customer; those of a member are none of these. `name` undefined: its account was erased. */
export type KeyGroup = {
  readonly id: string
  readonly accountId: string
  readonly name: string | undefined
  readonly cap: SpendCap | undefined
  readonly createdAt: Date
}

/** What a new group is made of; `now` in milliseconds. */
export type NewKeyGroup = {
  readonly id: string
  readonly accountId: string
  readonly name: string
  readonly cap: SpendCap | undefined
  readonly now: number
}

type GroupRow = CapColumns & {
  readonly id: string
  readonly account_id: string
  readonly name_sealed: Buffer | null
  readonly created_at: Date
}

const COLUMNS = sql`id, account_id, name_sealed, spend_cap, spend_window, created_at`

/** Makes a group without keys. Fails with account_unknown. */
export async function createKeyGroup(database: Database, sealing: NameSealing, input: NewKeyGroup): Promise<KeyGroup> {
  const { id, accountId, name, cap, now } = input
  if (!isUuid(accountId)) fail('account_unknown')
  const sealed = await sealing.seal(accountId, Buffer.from(name), namePurpose(id))
  const [row] = await database.query<GroupRow>(sql`
    insert into key_group (id, account_id, name_sealed, spend_cap, spend_window, created_at)
    select ${id}::uuid, account.id, ${sealed}::bytea, ${cap?.amount ?? null}::bigint, ${cap?.window ?? null}::text, ${new Date(now)}::timestamptz
    from account where account.id = ${accountId} and account.status <> 'erased'
    returning ${COLUMNS}`)
  return row === undefined ? fail('account_unknown') : groupOf(row, sealing)
}

/** The groups of an account, newest first, at most 1,000. */
export async function listKeyGroups(database: Database, sealing: NameSealing, accountId: string): Promise<readonly KeyGroup[]> {
  if (!isUuid(accountId)) fail('account_unknown')
  const rows = await database.query<GroupRow>(sql`
    select ${COLUMNS} from key_group where account_id = ${accountId} and not is_member order by id desc limit 1000`)
  return await Promise.all(rows.map((row) => groupOf(row, sealing)))
}

/** Which group of which account; without `cap` its keys share none any more. */
export type GroupCapChange = { readonly groupId: string; readonly accountId: string; readonly cap: SpendCap | undefined }

/** Changes the cap of a group, which holds from the next call of its keys on. Fails with key_group_unknown. */
export async function changeGroupCap(database: Database, { groupId, accountId, cap }: GroupCapChange): Promise<void> {
  if (!isUuid(groupId) || !isUuid(accountId)) fail('key_group_unknown')
  const changed = await database.query(sql`
    update key_group set spend_cap = ${cap?.amount ?? null}::bigint, spend_window = ${cap?.window ?? null}::text
    where id = ${groupId} and account_id = ${accountId} and not is_member returning id`)
  if (changed.length === 0) fail('key_group_unknown')
}

async function groupOf(row: GroupRow, sealing: NameSealing): Promise<KeyGroup> {
  const name = row.name_sealed && (await sealing.unseal(row.account_id, row.name_sealed, namePurpose(row.id)))
  return { id: row.id, accountId: row.account_id, name: name?.toString(), cap: capOf(row), createdAt: row.created_at }
}

/** Which group of which account. */
export type GroupOf = { readonly groupId: string; readonly accountId: string }

/** The ids of the keys of a group, revoked ones too, the oldest first. Fails with key_group_unknown. */
export async function listGroupKeys(database: Database, group: GroupOf): Promise<readonly string[]> {
  await requireGroup(database, group)
  const rows = await database.query<{ readonly id: string }>(
    sql`select id from api_key where group_id = ${group.groupId} order by created_at, id`,
  )
  return rows.map(({ id }) => id)
}

/** Whether a key is one of a group, and so somebody else's than the account's: an end user's of it. */
export async function isOfEndUser(database: Database, keyId: string): Promise<boolean> {
  const found = await database.query(sql`
    select from api_key join key_group on key_group.id = api_key.group_id where api_key.id = ${keyId}::uuid and not is_member`)
  return found.length > 0
}

/** The ids of all keys of the end user whose key this is, revoked ones too; undefined where it is no end user's. */
export async function keysOfEndUser(database: Database, keyId: string): Promise<readonly string[] | undefined> {
  const rows = await database.query<{ readonly id: string }>(sql`
    select theirs.id from api_key own join key_group on key_group.id = own.group_id and not is_member
      join api_key theirs on theirs.group_id = key_group.id and theirs.account_id = own.account_id
    where own.id = ${keyId}::uuid`)
  return rows.length === 0 ? undefined : rows.map(({ id }) => id)
}

/** Puts a key of the account into a group of it; what the key calls from then on counts against the group's cap. Fails with key_group_unknown, key_unknown. */
export async function putToGroup(tx: Database, { keyId, ...group }: GroupOf & { readonly keyId: string }): Promise<void> {
  await requireGroup(tx, group)
  const put = await tx.query(sql`
    update api_key set group_id = ${group.groupId} where id = ${keyId}::uuid and account_id = ${group.accountId} returning id`)
  if (put.length === 0) fail('key_unknown')
}

/** Takes a group away and revokes its keys at `now`, in milliseconds. Fails with key_group_unknown. */
export async function removeKeyGroup(database: Database, { now, ...group }: GroupOf & { readonly now: number }): Promise<void> {
  await database.transaction(async (tx) => {
    await requireGroup(tx, group)
    await tx.query(sql`update api_key set revoked_at = coalesce(revoked_at, ${new Date(now)}) where group_id = ${group.groupId}`)
    await tx.query(sql`delete from key_group where id = ${group.groupId}`)
  })
}

async function requireGroup(database: Database, { groupId, accountId }: GroupOf): Promise<void> {
  if (!isUuid(groupId) || !isUuid(accountId)) fail('key_group_unknown')
  const found = await database.query(sql`select from key_group where id = ${groupId} and account_id = ${accountId} and not is_member`)
  if (found.length === 0) fail('key_group_unknown')
}
