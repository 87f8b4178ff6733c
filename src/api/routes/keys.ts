import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import { getAccount } from '../../accounts/index.ts'
import {
  type ApiKey,
  changeIpRanges,
  changeKeyCap,
  createKey,
  findStops,
  getKey,
  type KeyStop,
  listKeys,
  mintSecret,
  type RevokedKey,
  revokeKey,
} from '../../keys/index.ts'
import { reserveKey } from '../../plans/index.ts'
import { answerOnce, type Repeatable, repeatableOf } from '../answer-once.ts'
import {
  errorBody,
  idempotencyHeader,
  idParameter,
  json,
  jsonBody,
  keyChange,
  keyInput,
  keyMinted,
  keyPage,
  keyRemembered,
  keyRevoked,
  keyShown,
  pageQuery,
  readIpRanges,
  readRouting,
  readSpendCap,
  showIpRanges,
  showRouting,
  showSpendCap,
} from '../contract/index.ts'
import type { ApiDependencies, ApiEnv } from '../dependencies.ts'
import { readLimits, showLimits } from '../limits.ts'
import { showStop } from '../show-stop.ts'

type Dependencies = Pick<ApiDependencies, 'appDatabase' | 'keyring' | 'subjects' | 'ids' | 'clock' | 'randomBytes' | 'abuse'>

/** Keys: mint, list, change, revoke. */
export function keyRoutes(app: OpenAPIHono<ApiEnv>, dependencies: Dependencies): void {
  const { appDatabase, subjects, ids, clock, abuse } = dependencies
  app.openapi(createKeyRoute, async (c) => {
    const accountId = c.req.valid('param').id
    const { name, limits, models, routing, subscription_id: subscriptionId, expires_at: expiresAt, ...rest } = c.req.valid('json')
    const request = await repeatableOf(c)
    const random = randomOf(request, dependencies)
    const expires = expiresAt === undefined ? undefined : new Date(expiresAt)
    const usualCap = subscriptionId === undefined ? abuse.newKeyCap : undefined
    const spending = { spendCap: readSpendCap(rest.spend_cap) ?? usualCap, groupId: rest.group_id, subscriptionId }
    const bound = { limits: readLimits(limits), models, routing: readRouting(routing), ipRanges: readIpRanges(rest.ip_ranges), ...spending }
    const input = { accountId, name, ...bound, expiresAt: expires, random }
    const made = await answerOnce(appDatabase, request, {
      status: 201,
      schema: keyRemembered,
      work: async (tx) => {
        if (subscriptionId !== undefined) await reserveKey(tx, { accountId, subscriptionId })
        return remembered((await createKey(tx, subjects, { ...input, id: ids.uuid(), now: clock.now() })).key)
      },
    })
    const shown = { name, paused_for: null, ip_ranges: showIpRanges(bound.ipRanges), old_secret_until: null, stop: null }
    return c.json({ ...made, ...shown, secret: mintSecret(random) }, 201)
  })
  app.openapi(listKeysRoute, async (c) => {
    const account = await getAccount(appDatabase, subjects, c.req.valid('param').id)
    const { keys, next } = await listKeys(appDatabase, subjects, { accountId: account.id, ...pageOfQuery(c.req.valid('query')) })
    const stops = await findStops(
      appDatabase,
      subjects,
      keys.map(({ id }) => id),
    )
    return c.json({ data: keys.map((key) => showKey(key, stops)), next: next ?? null }, 200)
  })
  app.openapi(changeKeyRoute, async (c) => {
    const { id } = c.req.valid('param')
    const { spend_cap: cap, ip_ranges: ranges } = c.req.valid('json')
    const { accountId } = await getKey(appDatabase, subjects, id)
    await appDatabase.transaction(async (tx) => {
      if (cap !== undefined) await changeKeyCap(tx, { keyId: id, cap: readSpendCap(cap) })
      if (ranges !== undefined) await changeIpRanges(tx, subjects, { accountId, keyId: id, ranges: readIpRanges(ranges) })
    })
    const [key, stops] = [await getKey(appDatabase, subjects, id), await findStops(appDatabase, subjects, [id])]
    return c.json(showKey(key, stops), 200)
  })
  app.openapi(deleteKeyRoute, async (c) => c.json(revoked(await revokeKey(appDatabase, c.req.valid('param').id, clock.now())), 200))
}

const failures = { default: json(errorBody, 'What went wrong') }

const createKeyRoute = createRoute({
  method: 'post',
  path: '/operator/v1/accounts/{id}/keys',
  summary: 'Mint a key; its secret is in this answer and nowhere else',
  request: { params: idParameter, headers: idempotencyHeader, body: jsonBody(keyInput) },
  responses: { 201: json(keyMinted, 'The key with its secret'), ...failures },
})

const listKeysRoute = createRoute({
  method: 'get',
  path: '/operator/v1/accounts/{id}/keys',
  summary: "List an account's keys, newest first, revoked ones too",
  request: { params: idParameter, query: pageQuery },
  responses: { 200: json(keyPage, 'A page of keys'), ...failures },
})

const changeKeyRoute = createRoute({
  method: 'patch',
  path: '/operator/v1/keys/{id}',
  summary:
    'Change what a key may spend and where it may be used from, from its next call on; null takes its cap away, or lets it be used from everywhere',
  request: { params: idParameter, body: jsonBody(keyChange) },
  responses: { 200: json(keyShown, 'The key as it is now'), ...failures },
})

const deleteKeyRoute = createRoute({
  method: 'delete',
  path: '/operator/v1/keys/{id}',
  summary: 'Revoke a key for good',
  request: { params: idParameter },
  responses: { 200: json(keyRevoked, 'When it was revoked'), ...failures },
})

/** Bytes for a key. A POST that may be repeated derives them from itself, so that the secret can be told again without being stored. */
const randomOf = (request: Repeatable | undefined, { keyring, randomBytes }: Pick<Dependencies, 'keyring' | 'randomBytes'>): Buffer =>
  request === undefined ? randomBytes(32) : keyring.derive('key-mint', Buffer.concat([request.keyHash, request.inputHash]))

const pageOfQuery = ({ cursor, limit }: { readonly cursor?: string | undefined; readonly limit: number }) => ({ cursor, limit })

const remembered = (key: ApiKey) => ({
  id: key.id,
  account_id: key.accountId,
  hint: key.hint,
  limits: showLimits(key.limits),
  models: key.models === undefined ? null : [...key.models],
  routing: showRouting(key.routing),
  subscription_id: key.subscriptionId ?? null,
  spend_cap: showSpendCap(key.spendCap),
  group_id: key.groupId ?? null,
  expires_at: key.expiresAt?.toISOString() ?? null,
  revoked_at: key.revokedAt?.toISOString() ?? null,
  created_at: key.createdAt.toISOString(),
})

const showKey = (key: ApiKey, stops: ReadonlyMap<string, KeyStop>) => ({
  ...remembered(key),
  name: key.name ?? null,
  paused_for: key.pausedFor ?? null,
  ip_ranges: showIpRanges(key.ipRanges),
  old_secret_until: key.oldSecretUntil?.toISOString() ?? null,
  stop: showStop(stops.get(key.id)),
})

const revoked = (key: RevokedKey) => ({ id: key.id, revoked_at: key.revokedAt.toISOString() })
