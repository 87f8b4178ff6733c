import { createRoute } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { changeAccount, getAccount } from '../../accounts/index.ts'
import { noteShorterRetention } from '../../events/index.ts'
import { fail } from '../../failures.ts'
import { formatUsd, isoDate, utcDayOf } from '../../lib/index.ts'
import { USAGE_RETENTION_DAYS_MAX } from '../../spec/index.ts'
import { callsUntil } from '../../usage/index.ts'
import { json, jsonBody, managed, managedError, ownRetentionInput, ownRetentionQuery, ownRetentionShown, tell } from '../contract/index.ts'
import type { CustomerEnv } from '../customer-guard.ts'
import { requireFreshActing } from '../require-session.ts'
import { accountOf, type ManageApp, type ManageDependencies } from './manage-env.ts'

/** How long notes of the account's calls are kept, which its owner shortens. */
export function ownRetentionRoutes(app: ManageApp, dependencies: ManageDependencies): void {
  const { appDatabase, subjects, identity, clock } = dependencies
  const daysOf = async (accountId: string) => (await getAccount(appDatabase, subjects, accountId)).usageRetentionDays
  app.openapi(showRoute, async (c) => {
    const [accountId, { days: wanted }] = [accountOf(c), c.req.valid('query')]
    const days = await daysOf(accountId)
    const lost = wanted === undefined ? null : await lostBy(dependencies, { accountId, day: isoDate(utcDayOf(clock.now()) - wanted) })
    return c.json(tell({ days, maximum: USAGE_RETENTION_DAYS_MAX, lost }), 200)
  })
  app.openapi(changeRoute, async (c) => {
    const [accountId, { days }] = [accountOf(c), c.req.valid('json')]
    requireOwner(c, dependencies)
    const isShorter = days < (await daysOf(accountId))
    // What goes does not come back.
    if (isShorter) await requireFreshActing(c, identity)
    await appDatabase.transaction(async (tx) => {
      await changeAccount(tx, accountId, { usageRetentionDays: days })
      if (isShorter) await noteShorterRetention(tx, accountId, days)
    })
    return c.json(tell({ days, maximum: USAGE_RETENTION_DAYS_MAX, lost: null }), 200)
  })
}

/** Lets owners pass. Fails with person_needed, member_role. */
function requireOwner(c: Context<CustomerEnv>, { publicUrl }: Pick<ManageDependencies, 'publicUrl'>): void {
  const customer = c.get('customer')
  if (!('role' in customer)) fail('person_needed', { page: `${publicUrl}/dashboard/privacy` })
  else if (customer.role !== 'owner') fail('member_role', { role: customer.role, roles: 'owner' })
}

type Asked = Parameters<typeof callsUntil>[1]

async function lostBy({ appDatabase }: Pick<ManageDependencies, 'appDatabase'>, asked: Asked) {
  const { calls, cost } = await callsUntil(appDatabase, asked)
  return { until: asked.day, calls: Number(calls), cost: formatUsd(cost) }
}

const failures = { default: json(managedError, 'What went wrong') }
const shown = json(managed(ownRetentionShown), 'How long they are kept')

const showRoute = createRoute({
  method: 'get',
  path: '/api/account/retention',
  summary: 'Show how many days notes of calls are kept, and with `days` what would go if they were kept for so many',
  request: { query: ownRetentionQuery },
  responses: { 200: shown, ...failures },
})

const changeRoute = createRoute({
  method: 'put',
  path: '/api/account/retention',
  summary:
    'Have notes of calls kept for so many days: signed in as the owner, for less with a new proof that it is you; what is gone does not come back',
  request: { body: jsonBody(ownRetentionInput) },
  responses: { 200: shown, ...failures },
})
