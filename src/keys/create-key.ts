import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import { isUuid, type Network } from '../lib/index.ts'
import { type CallLimits, hashKey, mintSecret, type RouteRules } from '../spec/index.ts'
import { sealIpRanges } from './ip-ranges.ts'
import { type ApiKey, hintOf, KEY_COLUMNS, type KeyRow, keyOf, type NameSealing, namePurpose } from './key-record.ts'
import { refuseUnknownModels, refuseUnknownUpstreams, routingText } from './key-rules.ts'
import type { SpendCap } from './spend-cap.ts'

/** What a new key is made of: `random` is 32 bytes, `now` in milliseconds, `models` undefined for every model. */
export type NewKey = {
  readonly id: string
  readonly accountId: string
  readonly name: string
  readonly limits: CallLimits
  readonly models: readonly string[] | undefined
  /** Where its calls may go; undefined: everywhere. */
  readonly routing?: RouteRules | undefined
  /** What it is attached to, which was reserved for it; undefined: it spends the balance. */
  readonly subscriptionId?: string | undefined
  /** What it may spend in each window; undefined: what the house sets for every key, if anything. */
  readonly spendCap?: SpendCap | undefined
  /** A group of the account whose cap its calls count against too. */
  readonly groupId?: string | undefined
  /** The person who makes it, as a member of the account. */
  readonly madeBy?: string | undefined
  /** For some minutes only; it ends with the session of a browser where one is named. */
  readonly temporary?: { readonly sessionId: string | undefined } | undefined
  /** Where its calls may come from; undefined: everywhere. */
  readonly ipRanges?: readonly Network[] | undefined
  readonly expiresAt: Date | undefined
  readonly random: Buffer
  readonly now: number
}

/**
 * Mints a key and writes its hash; the secret is returned here and never again. The same random bytes for the same account give the key
 * that is already there. Fails with account_unknown, key_group_unknown and invalid_field (expires_at, models, routing).
 */
export async function createKey(
  database: Database,
  sealing: NameSealing,
  input: NewKey,
): Promise<{ readonly key: ApiKey; readonly secret: string }> {
  if (!isUuid(input.accountId)) fail('account_unknown')
  if (input.expiresAt !== undefined && input.expiresAt.getTime() <= input.now)
    fail('invalid_field', { field: 'expires_at', expected: 'a time that is still to come' })
  await refuseUnknownModels(database, input.models)
  await refuseUnknownUpstreams(database, input.routing)
  await refuseUnknownGroup(database, input)
  const secret = mintSecret(input.random)
  if ((await database.query(sql`select from account where id = ${input.accountId} and status <> 'erased'`)).length === 0)
    fail('account_unknown')
  const nameSealed = await sealing.seal(input.accountId, Buffer.from(input.name), namePurpose(input.id))
  const rangesSealed = await sealIpRanges(sealing, { accountId: input.accountId, keyId: input.id, ranges: input.ipRanges })
  const row =
    (await insertKey(database, { ...input, nameSealed, rangesSealed }, secret)) ??
    (await findMinted(database, input.accountId, hashKey(secret)))
  return row === undefined ? fail('account_unknown') : { key: await keyOf(row, sealing), secret }
}

async function refuseUnknownGroup(database: Database, { accountId, groupId }: NewKey): Promise<void> {
  if (groupId === undefined) return
  if (!isUuid(groupId)) fail('key_group_unknown')
  const known = await database.query(sql`select from key_group where id = ${groupId} and account_id = ${accountId}`)
  if (known.length === 0) fail('key_group_unknown')
}

type Sealed = { readonly nameSealed: Buffer; readonly rangesSealed: Buffer | null }

async function insertKey(database: Database, input: NewKey & Sealed, secret: string): Promise<KeyRow | undefined> {
  const { limits } = input
  // Selecting from the account makes an unknown one an empty answer instead of an error that would end the transaction.
  const [row] = await database.query<KeyRow>(sql`
    insert into api_key (id, account_id, hash, name_sealed, hint, requests_per_minute, tokens_per_minute, concurrent_calls, models, routing,
      subscription_id, spend_cap, spend_window, group_id, made_by, is_temporary, session_id, ip_ranges_sealed, expires_at, created_at)
    select ${input.id}::uuid, account.id, ${hashKey(secret)}::bytea, ${input.nameSealed}::bytea, ${hintOf(secret)}::text,
      ${limits.requestsPerMinute ?? null}::integer, ${limits.tokensPerMinute ?? null}::integer, ${limits.concurrentCalls ?? null}::integer,
      ${input.models ?? null}::text[], ${routingText(input.routing)}::jsonb, ${input.subscriptionId ?? null}::uuid,
      ${input.spendCap?.amount ?? null}::bigint, ${input.spendCap?.window ?? null}::text, ${input.groupId ?? null}::uuid,
      ${input.madeBy ?? null}::uuid, ${input.temporary !== undefined}, ${input.temporary?.sessionId ?? null}::uuid,
      ${input.rangesSealed}::bytea, ${input.expiresAt ?? null}::timestamptz, ${new Date(input.now)}::timestamptz
    from account where account.id = ${input.accountId} and account.status <> 'erased'
    on conflict (hash) do nothing
    returning ${KEY_COLUMNS}`)
  return row
}

async function findMinted(database: Database, accountId: string, hash: Buffer): Promise<KeyRow | undefined> {
  const [row] = await database.query<KeyRow>(sql`
    select ${KEY_COLUMNS}
    from api_key where hash = ${hash} and account_id = ${accountId}`)
  return row
}
