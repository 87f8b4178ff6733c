import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import { isUuid } from '../lib/index.ts'
import { type ApiKey, KEY_COLUMNS, type KeyRow, keyOf, type NameSealing, namePurpose } from './key-record.ts'

/** A key by its id and whose it has to be. */
export type OwnKey = { readonly accountId: string; readonly id: string }

/** What to change of a key; absent members stay as they are, and a limit of null is taken away. `now` in milliseconds. */
export type KeyChange = {
  readonly name?: string | undefined
  /** A key that is not active is refused until it is again. */
  readonly isActive?: boolean | undefined
  readonly limits?:
    | {
        readonly requestsPerMinute?: number | null | undefined
        readonly tokensPerMinute?: number | null | undefined
        readonly concurrentCalls?: number | null | undefined
      }
    | undefined
  readonly now: number
}

/** A key of an account that was not ended; of somebody else's nobody is told that it is there. Fails with key_unknown. */
export async function findOwnKey(database: Database, sealing: NameSealing, { accountId, id }: OwnKey): Promise<ApiKey> {
  if (!isUuid(id)) fail('key_unknown')
  const [row] = await database.query<KeyRow>(sql`
    select ${KEY_COLUMNS} from api_key where id = ${id} and account_id = ${accountId} and revoked_at is null`)
  return row === undefined ? fail('key_unknown') : await keyOf(row, sealing)
}

/** Changes a key of an account without making it anew; gateways hear of it at commit. Fails with key_unknown. */
export async function changeKey(database: Database, sealing: NameSealing, change: OwnKey & KeyChange): Promise<ApiKey> {
  const { accountId, id, name, isActive, limits: { requestsPerMinute, tokensPerMinute, concurrentCalls } = {}, now } = change
  await findOwnKey(database, sealing, change)
  const nameSealed = name === undefined ? undefined : await sealing.seal(accountId, Buffer.from(name), namePurpose(id))
  const [row] = await database.query<KeyRow>(sql`
    update api_key set
      name_sealed = coalesce(${nameSealed ?? null}::bytea, name_sealed),
      paused_at = case when ${isActive !== undefined}::boolean
        then case when ${isActive ?? true}::boolean then null else coalesce(paused_at, ${new Date(now)}::timestamptz) end else paused_at end,
      paused_for = case when ${isActive !== undefined}::boolean
        then case when ${isActive ?? true}::boolean then null else coalesce(paused_for, 'owner') end else paused_for end,
      resumed_at = case when ${isActive === true}::boolean and paused_at is not null then ${new Date(now)}::timestamptz else resumed_at end,
      requests_per_minute =
        case when ${requestsPerMinute !== undefined}::boolean then ${requestsPerMinute ?? null}::integer else requests_per_minute end,
      tokens_per_minute = case when ${tokensPerMinute !== undefined}::boolean then ${tokensPerMinute ?? null}::integer else tokens_per_minute end,
      concurrent_calls = case when ${concurrentCalls !== undefined}::boolean then ${concurrentCalls ?? null}::integer else concurrent_calls end
    where id = ${id} and account_id = ${accountId} and revoked_at is null returning ${KEY_COLUMNS}`)
  return row === undefined ? fail('key_unknown') : await keyOf(row, sealing)
}
