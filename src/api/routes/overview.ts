import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import { houseStanding } from '../../ledger/index.ts'
import { formatUsd } from '../../lib/index.ts'
import { type HouseCalls, type HouseDay, houseCalls, houseDays } from '../../usage/index.ts'
import { listConcerns } from '../concerns.ts'
import { errorBody, json, overviewShown } from '../contract/index.ts'
import type { ApiDependencies, ApiEnv } from '../dependencies.ts'

const DAYS = 30
const WEEK = 7

type Dependencies = Pick<ApiDependencies, 'appDatabase' | 'clock' | 'audited' | 'upstreamHealth' | 'rights' | 'support'>

/** How the house does: calls, revenue and cost, money held and owed, and what needs a hand. */
export function overviewRoutes(app: OpenAPIHono<ApiEnv>, dependencies: Dependencies): void {
  const { appDatabase, clock, audited } = dependencies
  app.openapi(overviewRoute, async (c) => {
    const now = clock.now()
    const { lastHour, lastDay } = await houseCalls(appDatabase, now)
    const days = await houseDays(appDatabase, { now, days: DAYS })
    const standing = await houseStanding(appDatabase)
    const { isOk, at } = audited()
    const shown = {
      at: new Date(now).toISOString(),
      calls: { last_hour: showCalls(lastHour), last_day: showCalls(lastDay) },
      ...{ today: sumOf(days.slice(-1)), last_7_days: sumOf(days.slice(-WEEK)), last_30_days: sumOf(days) },
      days: days.map((day) => ({ day: day.day, ...sumOf([day]) })),
      standing: {
        ...{ paid_in: formatUsd(standing.paidIn), credit: formatUsd(standing.credit), owed: formatUsd(standing.owed) },
        accounts: standing.accounts,
      },
      books: { ok: isOk && standing.frozen === 0, audited_at: at === undefined ? null : new Date(at).toISOString() },
      concerns: [...(await listConcerns(dependencies, { now, isOk, frozen: standing.frozen }))],
    }
    return c.json(shown, 200)
  })
}

const overviewRoute = createRoute({
  method: 'get',
  path: '/operator/v1/overview',
  summary: 'Show how the house does: calls, revenue, cost and margin by day, money held and owed, and what needs a hand',
  responses: { 200: json(overviewShown, 'At a glance'), default: json(errorBody, 'What went wrong') },
})

const showCalls = ({ calls, failed, latencyMsMedian, latencyMsP95 }: HouseCalls) => ({
  ...{ calls, failed, latency_ms_median: latencyMsMedian ?? null, latency_ms_p95: latencyMsP95 ?? null },
})

function sumOf(days: readonly HouseDay[]) {
  const sum = (of: (day: HouseDay) => bigint): bigint => days.reduce((total, day) => total + of(day), 0n)
  const [charged, covered, upstreamCost] = [sum((day) => day.charged), sum((day) => day.covered), sum((day) => day.upstreamCost)]
  return {
    calls: days.reduce((total, day) => total + day.calls, 0),
    ...{ charged: formatUsd(charged), covered: formatUsd(covered), upstream_cost: formatUsd(upstreamCost) },
    ...{ shortfall: formatUsd(sum((day) => day.shortfall)), margin: formatUsd(charged + covered - upstreamCost) },
  }
}
