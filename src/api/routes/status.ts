import { createRoute, type OpenAPIHono, type z } from '@hono/zod-openapi'
import type { Hono } from 'hono'
import { fail } from '../../failures.ts'
import {
  announceMaintenance,
  cancelMaintenance,
  listIncidents,
  listJudgedMonths,
  listMaintenance,
  type Maintenance,
  modelDowntimes,
  noteOutside,
  type Uptime,
  uptimeOf,
} from '../../status/index.ts'
import { answerOnce, repeatableOf } from '../answer-once.ts'
import {
  errorBody,
  idempotencyHeader,
  idParameter,
  json,
  jsonBody,
  maintenanceInput,
  maintenanceList,
  maintenanceShown,
  outsideCheckInput,
  outsideCheckTaken,
  type statusShown,
} from '../contract/index.ts'
import type { ApiDependencies, ApiEnv } from '../dependencies.ts'
import { showIncident } from '../show-incident.ts'

const WINDOW_DAYS = 30
const [MINUTE_MS, DAY_MS] = [60_000, 86_400_000]
/** Checks from outside are told within a month and a half, as later ones would change what was judged. */
const TOLD_MS_MAX = 45 * DAY_MS

/** How the service does, for everybody: without a key, without a cookie. */
export function statusRoutes(app: Hono<ApiEnv>, dependencies: Pick<ApiDependencies, 'appDatabase' | 'clock' | 'isReady'>): void {
  app.get('/status.json', async (c) => c.json(await statusNow(dependencies)))
}

type Dependencies = Pick<ApiDependencies, 'appDatabase' | 'ids' | 'clock'>

/** Announced maintenance, and what checks from outside found. */
export function operatorStatusRoutes(app: OpenAPIHono<ApiEnv>, { appDatabase, ids, clock }: Dependencies): void {
  app.openapi(announceRoute, async (c) => {
    const { title, starts_at: startsAt, ends_at: endsAt } = c.req.valid('json')
    const wanted = { title, startsAt: Date.parse(startsAt), endsAt: Date.parse(endsAt) }
    const shown = await answerOnce(appDatabase, await repeatableOf(c), {
      status: 201,
      schema: maintenanceShown,
      work: async (tx) => showMaintenance(await announceMaintenance(tx, { id: ids.uuid(), ...wanted }, clock.now())),
    })
    return c.json(shown, 201)
  })
  app.openapi(listRoute, async (c) => c.json({ data: (await listMaintenance(appDatabase, 0)).map(showMaintenance) }, 200))
  app.openapi(cancelRoute, async (c) => {
    return c.json(showMaintenance(await cancelMaintenance(appDatabase, c.req.valid('param').id, clock.now())), 200)
  })
  app.openapi(checkRoute, async (c) => {
    const { from: begin, to: end, up: isUp } = c.req.valid('json')
    const [from, to] = [Date.parse(begin), Date.parse(end)]
    if (from < clock.now() - TOLD_MS_MAX) fail('invalid_field', { field: 'from', expected: 'a time of the last 45 days' })
    if (to <= from || to > clock.now() + MINUTE_MS)
      fail('invalid_field', { field: 'to', expected: 'a time after from that is not to come' })
    await noteOutside(appDatabase, { from, to, isUp })
    return c.json({ minutes: Math.ceil(to / MINUTE_MS) - Math.floor(from / MINUTE_MS) }, 200)
  })
}

async function statusNow({
  appDatabase,
  clock,
  isReady,
}: Pick<ApiDependencies, 'appDatabase' | 'clock' | 'isReady'>): Promise<z.infer<typeof statusShown>> {
  const now = clock.now()
  const range = { from: now - WINDOW_DAYS * DAY_MS, to: now }
  const [uptime, downtimes, maintenance, incidents, months, isUp] = await Promise.all([
    uptimeOf(appDatabase, range),
    modelDowntimes(appDatabase, range),
    listMaintenance(appDatabase, now),
    listIncidents(appDatabase, range.from),
    listJudgedMonths(appDatabase),
    isReady(),
  ])
  const isWorkedOn = maintenance.some(
    ({ startsAt, endsAt, cancelledAt }) => cancelledAt === undefined && startsAt.getTime() <= now && endsAt.getTime() > now,
  )
  return {
    status: isUp ? 'up' : isWorkedOn ? 'maintenance' : 'down',
    checked_at: new Date(now).toISOString(),
    window_days: WINDOW_DAYS,
    uptime: partOf(uptime),
    minutes: { up: uptime.up, counted: uptime.counted, excluded: uptime.excluded },
    models: [...downtimes].map(([id, down]) => ({ id, uptime: partOf({ ...uptime, up: Math.max(0, uptime.up - down) }) })),
    maintenance: maintenance.map(showMaintenance),
    incidents: incidents.map(showIncident),
    months: months.map(({ month, up, counted, target, isMissed }) => ({
      month: month.slice(0, 7),
      uptime: partOf({ up, counted, excluded: 0 }),
      target: fractionOf(BigInt(target)),
      missed: isMissed,
      minutes_counted: counted,
    })),
  }
}

/** The part of the counted minutes in which the service was there, rounded down to a millionth. */
const partOf = ({ up, counted }: Uptime): string | null => (counted === 0 ? null : fractionOf((BigInt(up) * 1_000_000n) / BigInt(counted)))

const fractionOf = (millionths: bigint): string =>
  millionths >= 1_000_000n ? '1' : `0.${millionths.toString().padStart(6, '0')}`.replace(/0+$/, '').replace(/\.$/, '')

const showMaintenance = (maintenance: Maintenance) => ({
  id: maintenance.id,
  title: maintenance.title,
  starts_at: maintenance.startsAt.toISOString(),
  ends_at: maintenance.endsAt.toISOString(),
  announced_at: maintenance.announcedAt.toISOString(),
  cancelled_at: maintenance.cancelledAt?.toISOString() ?? null,
  is_excluded: maintenance.isExcluded,
})

const failures = { default: json(errorBody, 'What went wrong') }

const announceRoute = createRoute({
  method: 'post',
  path: '/operator/v1/status/maintenance',
  summary: 'Announce work on the service; a day ahead, its minutes do not count against it',
  request: { headers: idempotencyHeader, body: jsonBody(maintenanceInput) },
  responses: { 201: json(maintenanceShown, 'What was announced'), ...failures },
})

const listRoute = createRoute({
  method: 'get',
  path: '/operator/v1/status/maintenance',
  summary: 'List announced work, the first to begin first',
  responses: { 200: json(maintenanceList, 'All of it'), ...failures },
})

const cancelRoute = createRoute({
  method: 'delete',
  path: '/operator/v1/status/maintenance/{id}',
  summary: 'Call off announced work',
  request: { params: idParameter },
  responses: { 200: json(maintenanceShown, 'What was called off'), ...failures },
})

const checkRoute = createRoute({
  method: 'put',
  path: '/operator/v1/status/checks',
  summary: 'Tell what a check from outside found; it rules over what nodes say of themselves',
  request: { body: jsonBody(outsideCheckInput) },
  responses: { 200: json(outsideCheckTaken, 'How many minutes that is'), ...failures },
})
