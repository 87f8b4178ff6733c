import { createRoute } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { fail } from '../../failures.ts'
import { findOwnKey, keyMakers, listLiveKeys } from '../../keys/index.ts'
import { formatUsd, isoDate, utcDayOf } from '../../lib/index.ts'
import { usageByDay, usageByKey } from '../../usage/index.ts'
import {
  accountUsageShown,
  daysUsedQuery,
  daysUsedShown,
  idParameter,
  json,
  keyUsageShown,
  managed,
  managedError,
  ownUsageQuery,
  tell,
} from '../contract/index.ts'
import type { CustomerEnv } from '../customer-guard.ts'
import { accountOf, type ManageApp, type ManageDependencies } from './manage-env.ts'
import { sumUsage } from './sum-usage.ts'
import { countRead } from './usage-reads.ts'

const DAYS = 90

/** What keys used: counts and costs of them in four periods, none of what was said. */
export function ownUsageRoutes(app: ManageApp, { appDatabase, subjects, clock, manage, paymentSettings }: ManageDependencies): void {
  /** Programs may ask so often; people look as often as they like. */
  const count = async (c: Context<CustomerEnv>) => {
    if ('keyId' in c.get('customer'))
      await countRead(appDatabase, accountOf(c), { now: clock.now(), limit: paymentSettings.rules.usageReadsPer12Hours })
  }
  const rangeOf = (asked: Asked) => readRange(asked, clock.now())
  const subscriptionsOf = async (accountId: string) => (await manage.subscriptionKeys?.of(accountId)) ?? new Map<string, string>()
  app.openapi(allRoute, async (c) => {
    const [accountId, range] = [accountOf(c), rangeOf(c.req.valid('query'))]
    await count(c)
    const [usage, of] = await Promise.all([usageByKey(appDatabase, { accountId, ...range, now: clock.now() }), subscriptionsOf(accountId)])
    // Ended and temporary keys are shown as long as their calls are, so that what is shown adds up to all that was used.
    const shown = await listLiveKeys(appDatabase, subjects, { accountId, andIds: usage.keys() })
    const told = shown.map((key) => ({
      keyId: key.id,
      name: key.name ?? null,
      ...sumUsage([usage.get(key.id)]),
      subscriptionId: of.get(key.id) ?? null,
    }))
    return c.json(tell({ startDate: range.from, endDate: range.to, keys: told }), 200)
  })
  app.openapi(daysRoute, async (c) => {
    const [accountId, range] = [accountOf(c), rangeOf(c.req.valid('query'))]
    await count(c)
    const { keyId } = c.req.valid('query')
    const [days, makers] = await Promise.all([usageByDay(appDatabase, { accountId, ...range, keyId }), keyMakers(appDatabase, accountId)])
    const told = days.map((one) => ({
      ...one,
      memberId: makers.get(one.keyId) ?? null,
      cost: formatUsd(one.cost),
      covered: formatUsd(one.covered),
    }))
    return c.json(tell({ startDate: range.from, endDate: range.to, days: told }), 200)
  })
  app.openapi(oneRoute, async (c) => {
    const [accountId, range] = [accountOf(c), rangeOf(c.req.valid('query'))]
    const key = await findOwnKey(appDatabase, subjects, { accountId, id: c.req.valid('param').id })
    await count(c)
    const usage = await usageByKey(appDatabase, { accountId, ...range, now: clock.now() })
    const subscriptionId = (await subscriptionsOf(accountId)).get(key.id) ?? null
    return c.json(tell({ keyId: key.id, name: key.name ?? null, ...sumUsage([usage.get(key.id)]), subscriptionId }), 200)
  })
}

type Asked = { readonly startDate?: string | undefined; readonly endDate?: string | undefined }

/** The days that are asked for. Fails with invalid_field (startDate). */
function readRange({ startDate, endDate }: Asked, now: number): { readonly from: string; readonly to: string } {
  const to = endDate ?? isoDate(utcDayOf(now))
  const from = startDate ?? isoDate(utcDayOf(Date.parse(to)) - DAYS + 1)
  if (from > to) fail('invalid_field', { field: 'startDate', expected: 'a day that is not after endDate' })
  return { from, to }
}

const failures = { default: json(managedError, 'What went wrong') }

const allRoute = createRoute({
  method: 'get',
  path: '/api/usage',
  summary: 'Show what each key used: today, in 7 days, in 30 days, and in the days asked for',
  request: { query: ownUsageQuery },
  responses: { 200: json(managed(accountUsageShown), 'The usage of all keys'), ...failures },
})

const daysRoute = createRoute({
  method: 'get',
  path: '/api/usage/by-day',
  summary: 'Show what was used on each day, by model and key; of one key where that is said',
  request: { query: daysUsedQuery },
  responses: { 200: json(managed(daysUsedShown), 'The days with calls'), ...failures },
})

const oneRoute = createRoute({
  method: 'get',
  path: '/api/usage/{id}',
  summary: 'Show what one key used',
  request: { params: idParameter, query: ownUsageQuery },
  responses: { 200: json(managed(keyUsageShown), 'The usage of the key'), ...failures },
})
