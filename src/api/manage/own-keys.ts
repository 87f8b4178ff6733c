import { createRoute, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { fail } from '../../failures.ts'
import { changeKey, changeKeyCap, createKey, findOwnKey, listLiveKeys, mintSecret, resumeKey, revokeKey } from '../../keys/index.ts'
import { answerOnce } from '../answer-once.ts'
import {
  creditKeyInput,
  idempotencyHeader,
  idParameter,
  json,
  jsonBody,
  managed,
  managedError,
  ownKeyChange,
  ownKeyEnded,
  ownKeyMinted,
  ownKeyRemembered,
  ownKeyResumed,
  ownKeyShown,
  readIpRanges,
  readRouting,
  readSpendCap,
  subscriptionKeyInput,
  tell,
} from '../contract/index.ts'
import type { CustomerEnv } from '../customer-guard.ts'
import { readLimits, readLimitsChange } from '../limits.ts'
import { mintingOf } from '../minting.ts'
import { accountOf, type ManageApp, type ManageDependencies, makerOf, repeatOf } from './manage-env.ts'
import { groupOfMaker, refuseCapped } from './member-cap.ts'
import { aboutKeys, showOwnKey } from './show-own-key.ts'

/** Keys of the caller's account that call models: list, make, change, end. */
export function ownKeyRoutes(app: ManageApp, dependencies: ManageDependencies): void {
  const { appDatabase, subjects, clock, manage } = dependencies
  app.openapi(listRoute, async (c) => {
    const accountId = accountOf(c)
    const live = await listLiveKeys(appDatabase, subjects, { accountId })
    const about = await aboutKeys(dependencies, { accountId, keyIds: live.map(({ id }) => id) })
    return c.json(tell(live.map((key) => showOwnKey(key, about))), 200)
  })
  app.openapi(creditRoute, async (c) => c.json(tell(await mintKey(c, dependencies, c.req.valid('json'))), 201))
  app.openapi(subscriptionRoute, async (c) => {
    if (manage.subscriptionKeys === undefined) fail('not_offered', { what: 'Subscriptions' })
    return c.json(tell(await mintKey(c, dependencies, c.req.valid('json'))), 201)
  })
  app.openapi(changeRoute, async (c) => {
    const which = { accountId: accountOf(c), id: c.req.valid('param').id }
    const { name, isActive, limits, spendCap, models, routing, ipRanges, expiresAt } = c.req.valid('json')
    const change = {
      ...{ name, isActive, models, limits: limits === undefined ? undefined : readLimitsChange(limits) },
      routing: routing === undefined ? undefined : (readRouting(routing ?? undefined) ?? null),
      ipRanges: ipRanges === undefined ? undefined : (readIpRanges(ipRanges) ?? null),
      expiresAt: typeof expiresAt === 'string' ? new Date(expiresAt) : expiresAt,
    }
    const key = await appDatabase.transaction(async (tx) => {
      const changed = await changeKey(tx, subjects, { ...which, ...change, now: clock.now() })
      if (spendCap !== undefined) await changeKeyCap(tx, { accountId: which.accountId, keyId: which.id, cap: readSpendCap(spendCap) })
      return changed
    })
    return c.json(tell({ id: key.id, name: key.name ?? null, isActive: key.pausedAt === undefined }), 200)
  })
  app.openapi(resumeRoute, async (c) => {
    const which = { accountId: accountOf(c), id: c.req.valid('param').id }
    const resumed = await answerOnce(appDatabase, await repeatOf(c), {
      status: 200,
      schema: ownKeyResumed,
      work: async (tx) => {
        const { id, resumedAt } = await resumeKey(tx, { ...which, now: clock.now() })
        return { id, isActive: true as const, resumedAt: resumedAt?.toISOString() ?? null }
      },
    })
    return c.json(tell(resumed), 200)
  })
  app.openapi(deleteRoute, async (c) => {
    const { id } = await findOwnKey(appDatabase, subjects, { accountId: accountOf(c), id: c.req.valid('param').id })
    const { revokedAt } = await revokeKey(appDatabase, id, clock.now())
    return c.json(tell({ id, revokedAt: revokedAt.toISOString() }), 200)
  })
}

type KeyInput = z.output<typeof creditKeyInput> & { readonly subscriptionId?: string; readonly endUserId?: string }

/** Mints a key of the caller's account; where it is asked for again, the same. */
export async function mintKey(c: Context<CustomerEnv>, dependencies: ManageDependencies, input: KeyInput) {
  const { appDatabase, subjects, ids, clock, manage, abuse } = dependencies
  const accountId = accountOf(c)
  if (input.endUserId !== undefined) await refuseCapped(appDatabase, c)
  const request = await repeatOf(c)
  const random = mintingOf(request, dependencies, 'key-mint')
  const { name, limits, models, expiresAt, subscriptionId, endUserId } = input
  const rules = { routing: readRouting(input.routing), ipRanges: readIpRanges(input.ipRanges) }
  const spendCap = readSpendCap(input.spendCap) ?? (subscriptionId === undefined ? abuse.newKeyCap : undefined)
  const made = await answerOnce(appDatabase, request, {
    status: 201,
    schema: ownKeyRemembered,
    work: async (tx) => {
      const id = ids.uuid()
      const expires = expiresAt === undefined ? undefined : new Date(expiresAt)
      const { key } = await createKey(tx, subjects, {
        ...{ id, accountId, name, limits: readLimits(limits), models, ...rules, spendCap, expiresAt: expires, random, now: clock.now() },
        ...{ madeBy: makerOf(c), groupId: endUserId === undefined ? await groupOfMaker(tx, c) : undefined },
      })
      if (subscriptionId !== undefined) await manage.subscriptionKeys?.attach(tx, { accountId, subscriptionId, keyId: key.id })
      if (endUserId !== undefined) await manage.endUsers?.assign(tx, { accountId, id: endUserId }, key.id)
      return { id: key.id, createdAt: key.createdAt.toISOString() }
    },
  })
  return { ...made, name, apiKey: mintSecret(random) }
}

const failures = { default: json(managedError, 'What went wrong') }

const listRoute = createRoute({
  method: 'get',
  path: '/api/keys',
  summary: 'List the keys that call models, newest first; none of them is shown',
  responses: { 200: json(managed(z.array(ownKeyShown)), 'The keys'), ...failures },
})

const creditRoute = createRoute({
  method: 'post',
  path: '/api/keys/credit',
  summary: 'Make a key that spends the balance; it is in this answer and nowhere else',
  request: { headers: idempotencyHeader, body: jsonBody(creditKeyInput) },
  responses: { 201: json(managed(ownKeyMinted), 'The key'), ...failures },
})

const subscriptionRoute = createRoute({
  method: 'post',
  path: '/api/keys/subscription',
  summary: 'Make a key of a subscription; it is in this answer and nowhere else',
  request: { headers: idempotencyHeader, body: jsonBody(subscriptionKeyInput) },
  responses: { 201: json(managed(ownKeyMinted), 'The key'), ...failures },
})

const changeRoute = createRoute({
  method: 'patch',
  path: '/api/keys/{id}',
  summary: 'Change the name, limits or rules of a key, or make it rest: it is refused at once until it is active again',
  request: { params: idParameter, body: jsonBody(ownKeyChange) },
  responses: {
    200: json(managed(z.object({ id: z.string(), name: z.string().nullable(), isActive: z.boolean() })), 'The key as it is now'),
    ...failures,
  },
})

const resumeRoute = createRoute({
  method: 'post',
  path: '/api/keys/{id}/resume',
  summary: 'Let a key call again that rests, unless the operator paused it',
  request: { params: idParameter, headers: idempotencyHeader },
  responses: { 200: json(managed(ownKeyResumed), 'The key calls again'), ...failures },
})

const deleteRoute = createRoute({
  method: 'delete',
  path: '/api/keys/{id}',
  summary: 'End a key at once, for good',
  request: { params: idParameter },
  responses: { 200: json(managed(ownKeyEnded), 'When it ended'), ...failures },
})
