import { createRoute, z } from '@hono/zod-openapi'
import { fail } from '../../failures.ts'
import { formatUsd, isoDate, utcDayOf } from '../../lib/index.ts'
import { usageByKey } from '../../usage/index.ts'
import { readAmount } from '../amount.ts'
import { answerOnce } from '../answer-once.ts'
import {
  creditKeyInput,
  endUserChange,
  endUserInput,
  endUserRemembered,
  endUserShown,
  idempotencyHeader,
  idParameter,
  json,
  jsonBody,
  keyUsageShown,
  managed,
  managedError,
  ownKeyMinted,
  tell,
} from '../contract/index.ts'
import type { EndUser, EndUserBook } from '../ports/index.ts'
import { accountOf, type ManageApp, type ManageDependencies, repeatOf } from './manage-env.ts'
import { mintKey } from './own-keys.ts'
import { sumUsage } from './sum-usage.ts'

/** End users of a customer's own: keys for them, within a budget inside the account's, their usage apart from others'. */
export function endUserRoutes(app: ManageApp, dependencies: ManageDependencies): void {
  const { appDatabase, ids, clock, manage } = dependencies
  const book = (): EndUserBook => manage.endUsers ?? fail('not_offered', { what: 'Keys for end users' })
  const capOf = (budget: z.output<typeof endUserInput>['budget']) =>
    budget === undefined ? undefined : { amount: readAmount(budget.amount, undefined), window: budget.window }
  app.openapi(listRoute, async (c) => c.json(tell((await book().list(accountOf(c))).map(show)), 200))
  app.openapi(createUserRoute, async (c) => {
    const [users, accountId, { name, budget }] = [book(), accountOf(c), c.req.valid('json')]
    const made = await answerOnce(appDatabase, await repeatOf(c), {
      status: 201,
      schema: endUserRemembered,
      work: async (tx) => remembered(await users.create(tx, { id: ids.uuid(), accountId, name, cap: capOf(budget), now: clock.now() })),
    })
    return c.json(tell({ ...made, name }), 201)
  })
  app.openapi(changeRoute, async (c) => {
    const which = { accountId: accountOf(c), id: c.req.valid('param').id }
    const { budget } = c.req.valid('json')
    return c.json(tell(show(await book().change(which, budget === null ? undefined : capOf(budget)))), 200)
  })
  app.openapi(deleteRoute, async (c) => {
    const which = { accountId: accountOf(c), id: c.req.valid('param').id }
    await book().remove(which, clock.now())
    return c.json(tell({ id: which.id }), 200)
  })
  app.openapi(keyRoute, async (c) => {
    const [users, endUserId] = [book(), c.req.valid('param').id]
    // Whether there is such an end user is known before a key is.
    await users.keysOf({ accountId: accountOf(c), id: endUserId })
    return c.json(tell(await mintKey(c, dependencies, { ...c.req.valid('json'), endUserId })), 201)
  })
  app.openapi(usageRoute, async (c) => {
    const [accountId, id] = [accountOf(c), c.req.valid('param').id]
    const keyIds = await book().keysOf({ accountId, id })
    const today = utcDayOf(clock.now())
    const usage = await usageByKey(appDatabase, { accountId, from: isoDate(today - 89), to: isoDate(today), now: clock.now() })
    return c.json(tell({ endUserId: id, ...sumUsage(keyIds.map((keyId) => usage.get(keyId))) }), 200)
  })
}

const remembered = ({ id, cap, createdAt }: EndUser) => ({
  id,
  budget: cap === undefined ? null : { amount: formatUsd(cap.amount), window: cap.window },
  createdAt: createdAt.toISOString(),
})

const show = (user: EndUser) => ({ ...remembered(user), name: user.name ?? null })

const failures = { default: json(managedError, 'What went wrong') }
const path = '/api/end-users/{id}'

const listRoute = createRoute({
  method: 'get',
  path: '/api/end-users',
  summary: 'List the end users of the account',
  responses: { 200: json(managed(z.array(endUserShown)), 'The end users'), ...failures },
})

const createUserRoute = createRoute({
  method: 'post',
  path: '/api/end-users',
  summary: 'Add an end user, with a budget inside the balance of the account',
  request: { headers: idempotencyHeader, body: jsonBody(endUserInput) },
  responses: { 201: json(managed(endUserShown), 'The end user'), ...failures },
})

const changeRoute = createRoute({
  method: 'patch',
  path,
  summary: "Change an end user's budget; it holds for calls that begin after",
  request: { params: idParameter, body: jsonBody(endUserChange) },
  responses: { 200: json(managed(endUserShown), 'The end user as it is now'), ...failures },
})

const deleteRoute = createRoute({
  method: 'delete',
  path,
  summary: 'Take an end user away and end their keys at once',
  request: { params: idParameter },
  responses: { 200: json(managed(z.object({ id: z.string() })), 'It is gone'), ...failures },
})

const keyRoute = createRoute({
  method: 'post',
  path: `${path}/keys`,
  summary: 'Make a key for an end user; it is in this answer and nowhere else',
  request: { params: idParameter, headers: idempotencyHeader, body: jsonBody(creditKeyInput) },
  responses: { 201: json(managed(ownKeyMinted), 'The key'), ...failures },
})

const usageRoute = createRoute({
  method: 'get',
  path: `${path}/usage`,
  summary: 'Show what the keys of an end user used: counts and costs, none of what was said',
  request: { params: idParameter },
  responses: {
    200: json(
      managed(keyUsageShown.pick({ today: true, last7Days: true, last30Days: true, range: true }).extend({ endUserId: z.string() })),
      'The usage',
    ),
    ...failures,
  },
})
