import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import { requireRuns } from '../identity/index.ts'
import { isUuid } from '../lib/index.ts'
import { hashKey, mintManagementSecret } from '../spec/index.ts'
import { type NameSealing, namePurpose } from './key-record.ts'

/** A key that manages an account and cannot call models; the key itself is nowhere. `name` undefined: its account was erased. */
export type ManagementKey = {
  readonly id: string
  readonly accountId: string
  readonly name: string | undefined
  readonly hint: string
  readonly createdAt: Date
  readonly revokedAt: Date | undefined
}

type Row = {
  readonly id: string
  readonly account_id: string
  readonly name_sealed: Buffer | null
  readonly hint: string
  readonly created_at: Date
  readonly revoked_at: Date | null
}

/** What a new management key is made of: `random` is 32 bytes, `now` in milliseconds. */
export type NewManagementKey = {
  readonly id: string
  readonly accountId: string
  readonly name: string
  /** The person who makes it, or made the management key that does; undefined where nobody who can be removed did. */
  readonly madeBy?: string | undefined
  readonly random: Buffer
  readonly now: number
}

const COLUMNS = sql`id, account_id, name_sealed, hint, created_at, revoked_at`
const HINT_LENGTH = 7

/** Mints a management key and writes its hash; the secret is returned here and never again. Fails with account_unknown, also where its maker is no owner or admin any more. */
export async function createManagementKey(
  database: Database,
  sealing: NameSealing,
  { id, accountId, name, madeBy, random, now }: NewManagementKey,
): Promise<{ readonly key: ManagementKey; readonly secret: string }> {
  if (!isUuid(accountId)) fail('account_unknown')
  const secret = mintManagementSecret(random)
  const hint = `${secret.slice(0, HINT_LENGTH)}…${secret.slice(-4)}`
  if ((await database.query(sql`select from account where id = ${accountId} and status <> 'erased'`)).length === 0) fail('account_unknown')
  if (madeBy !== undefined) await requireRuns(database, { accountId, personId: madeBy })
  const nameSealed = await sealing.seal(accountId, Buffer.from(name), namePurpose(id))
  const [row] = await database.query<Row>(sql`
    insert into management_key (id, account_id, hash, name_sealed, hint, made_by, created_at)
    select ${id}::uuid, account.id, ${hashKey(secret)}::bytea, ${nameSealed}::bytea, ${hint}::text, ${madeBy ?? null}::uuid,
      ${new Date(now)}::timestamptz
    from account where account.id = ${accountId} and account.status <> 'erased' returning ${COLUMNS}`)
  return { key: await managementKeyOf(row ?? fail('account_unknown'), sealing), secret }
}

/** Who comes with a management key: the account it manages, and the person who answers for it, where one does. */
export type KeyHolder = { readonly keyId: string; readonly accountId: string; readonly keyMadeBy: string | undefined }

/** Whose a management key is, by its hash; undefined when there is none, it is revoked, or its account may do nothing. */
export async function findManagementKey(database: Database, hash: Buffer): Promise<KeyHolder | undefined> {
  const [row] = await database.query<{ id: string; account_id: string; made_by: string | null }>(sql`
    select management_key.id, account_id, made_by from management_key join account on account.id = account_id
    where hash = ${hash} and revoked_at is null and account.status <> 'erased'`)
  return row && { keyId: row.id, accountId: row.account_id, keyMadeBy: row.made_by ?? undefined }
}

/** The management keys of an account, newest first. */
export async function listManagementKeys(database: Database, sealing: NameSealing, accountId: string): Promise<readonly ManagementKey[]> {
  const rows = await database.query<Row>(sql`
    select ${COLUMNS} from management_key where account_id = ${accountId}::uuid order by created_at desc, id limit 1000`)
  return await Promise.all(rows.map((row) => managementKeyOf(row, sealing)))
}

/** Ends a management key of an account at once. Fails with key_unknown. */
export async function revokeManagementKey(
  database: Database,
  { id, accountId, now }: { readonly id: string; readonly accountId: string; readonly now: number },
): Promise<void> {
  if (!isUuid(id)) fail('key_unknown')
  const rows = await database.query(sql`
    update management_key set revoked_at = coalesce(revoked_at, ${new Date(now)}::timestamptz)
    where id = ${id}::uuid and account_id = ${accountId}::uuid returning id`)
  if (rows.length === 0) fail('key_unknown')
}

const managementKeyOf = async (row: Row, sealing: NameSealing): Promise<ManagementKey> => ({
  id: row.id,
  accountId: row.account_id,
  name: row.name_sealed === null ? undefined : (await sealing.unseal(row.account_id, row.name_sealed, namePurpose(row.id)))?.toString(),
  hint: row.hint,
  createdAt: row.created_at,
  revokedAt: row.revoked_at ?? undefined,
})
