import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import { fail } from '../../failures.ts'
import { formatUsd, isUtcDay, parseUsd } from '../../lib/index.ts'
import { listManualDay, readDay, readDays, showDay } from '../../reconcile/index.ts'
import {
  dayParameter,
  errorBody,
  json,
  jsonBody,
  railDayInput,
  railDayShown,
  reconciledDayShown,
  reconciliationPage,
  reconciliationQuery,
} from '../contract/index.ts'
import type { ApiDependencies, ApiEnv } from '../dependencies.ts'

/** Reconciliations: what the books and others tell differently, day by day; and what came in by hand. */
export function reconciliationRoutes(
  app: OpenAPIHono<ApiEnv>,
  dependencies: Pick<ApiDependencies, 'appDatabase' | 'clock' | 'reconcile'>,
): void {
  const { appDatabase, clock, reconcile } = dependencies
  app.openapi(listRoute, async (c) => {
    const { before, limit } = c.req.valid('query')
    const days = await readDays(appDatabase, { before, limit })
    return c.json({ data: days.map(showDay), next: days.length < limit ? null : (days.at(-1)?.day ?? null) }, 200)
  })
  app.openapi(getRoute, async (c) => {
    const found = await readDay(appDatabase, dayOf(c.req.valid('param').day))
    return c.json(showDay(found ?? fail('reconciliation_unknown')), 200)
  })
  app.openapi(runRoute, async (c) => c.json(showDay(await reconcile(dayOf(c.req.valid('param').day))), 200))
  app.openapi(listRailRoute, async (c) => {
    const day = dayOf(c.req.valid('param').day)
    const entries = c.req.valid('json').entries.map(({ external_id: externalId, amount: text, currency }) => {
      const amount = parseUsd(text) ?? 0n
      return { externalId, currency, amount: amount > 0n ? amount : fail('amount_invalid', { field: 'entries.amount' }) }
    })
    if (new Set(entries.map(({ externalId }) => externalId)).size < entries.length)
      fail('invalid_field', { field: 'entries.external_id', expected: 'an id of its own for each entry' })
    await listManualDay(appDatabase, { day, entries, now: clock.now() })
    const sum = entries.reduce((total, { amount }) => total + amount, 0n)
    return c.json({ rail: 'manual', day, entries: entries.length, amount: formatUsd(sum) }, 200)
  })
}

function dayOf(text: string): string {
  return text.startsWith('20') && isUtcDay(text) ? text : fail('invalid_field', { field: 'day', expected: 'a day such as 2026-11-25' })
}

const failures = { default: json(errorBody, 'What went wrong') }
const path = '/operator/v1/reconciliations/{day}'

const listRoute = createRoute({
  method: 'get',
  path: '/operator/v1/reconciliations',
  summary: 'List reconciled days, newest first',
  request: { query: reconciliationQuery },
  responses: { 200: json(reconciliationPage, 'A page of days'), ...failures },
})

const getRoute = createRoute({
  method: 'get',
  path,
  summary: 'Show what was found when a day was reconciled',
  request: { params: dayParameter },
  responses: { 200: json(reconciledDayShown, 'What was found'), ...failures },
})

const runRoute = createRoute({
  method: 'post',
  path,
  summary: 'Reconcile a closed day now; may be repeated at any time',
  request: { params: dayParameter },
  responses: { 200: json(reconciledDayShown, 'What was found'), ...failures },
})

const listRailRoute = createRoute({
  method: 'put',
  path: '/operator/v1/rails/manual/days/{day}',
  summary: 'List all that came in by hand on a day, as the bank has it; replaces what was listed for that day',
  request: { params: dayParameter, body: jsonBody(railDayInput) },
  responses: { 200: json(railDayShown, 'What is listed now'), ...failures },
})
