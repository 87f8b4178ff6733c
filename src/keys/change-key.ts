import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import { isUuid, type Network } from '../lib/index.ts'
import type { RouteRules } from '../spec/index.ts'
import { sealIpRanges } from './ip-ranges.ts'
import { type ApiKey, KEY_COLUMNS, type KeyRow, keyOf, type NameSealing, namePurpose } from './key-record.ts'
import { refuseUnknownModels, refuseUnknownUpstreams, routingText } from './key-rules.ts'
import { refuseStopped } from './pause-key.ts'

/** A key by its id and whose it has to be. */
export type OwnKey = { readonly accountId: string; readonly id: string }

/** What to change of a key; absent members stay as they are, and what is null is taken away. `now` in milliseconds. */
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
  readonly models?: readonly string[] | null | undefined
  readonly routing?: RouteRules | null | undefined
  readonly ipRanges?: readonly Network[] | null | undefined
  readonly expiresAt?: Date | null | undefined
  readonly now: number
}

/** A key of an account that was not ended; of somebody else's nobody is told that it is there. Fails with key_unknown. */
export async function findOwnKey(database: Database, sealing: NameSealing, { accountId, id }: OwnKey): Promise<ApiKey> {
  if (!isUuid(id)) fail('key_unknown')
  const [row] = await database.query<KeyRow>(sql`
    select ${KEY_COLUMNS} from api_key where id = ${id} and account_id = ${accountId} and revoked_at is null`)
  return row === undefined ? fail('key_unknown') : await keyOf(row, sealing)
}

/**
 * Changes a key of an account without making it anew; gateways hear of it at commit. Fails with key_unknown, also for one that was made for some minutes, which
 * stays as it was made, invalid_field (models, routing,
 * expires_at), and key_stopped where one that an operator paused is to be active.
 */
export async function changeKey(database: Database, sealing: NameSealing, change: OwnKey & KeyChange): Promise<ApiKey> {
  const { accountId, id, name, isActive, limits: { requestsPerMinute, tokensPerMinute, concurrentCalls } = {}, now } = change
  if ((await findOwnKey(database, sealing, change)).isTemporary) fail('key_unknown')
  if (isActive === true) await refuseStopped(database, change)
  await changeRules(database, sealing, change)
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

/** Changes what calls of a key may ask for, where they may go and come from, and until when. */
async function changeRules(database: Database, sealing: NameSealing, change: OwnKey & KeyChange): Promise<void> {
  const { accountId, id, models, routing, ipRanges, expiresAt, now } = change
  if (expiresAt !== undefined && expiresAt !== null && expiresAt.getTime() <= now)
    fail('invalid_field', { field: 'expires_at', expected: 'a time that is still to come' })
  if ([models, routing, ipRanges, expiresAt].every((one) => one === undefined)) return
  await refuseUnknownModels(database, models ?? undefined)
  await refuseUnknownUpstreams(database, routing ?? undefined)
  const ranges = await sealIpRanges(sealing, { accountId, keyId: id, ranges: ipRanges ?? undefined })
  await database.query(sql`
    update api_key set
      models = case when ${models !== undefined}::boolean then ${models ?? null}::text[] else models end,
      routing = case when ${routing !== undefined}::boolean then ${routingText(routing ?? undefined)}::jsonb else routing end,
      ip_ranges_sealed = case when ${ipRanges !== undefined}::boolean then ${ranges}::bytea else ip_ranges_sealed end,
      expires_at = case when ${expiresAt !== undefined}::boolean then ${expiresAt ?? null}::timestamptz else expires_at end
    where id = ${id} and account_id = ${accountId} and revoked_at is null`)
}
