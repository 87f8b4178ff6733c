import { createRoute, type OpenAPIHono, type z } from '@hono/zod-openapi'
import { recordAccess } from '../../audit/index.ts'
import { type ImportResult, importPrices, listScheduled, type PriceChange, type ScheduledChange } from '../../catalog/index.ts'
import { answerOnce, repeatableOf } from '../answer-once.ts'
import { errorBody, json, jsonBody, priceImportInput, priceImportShown, scheduledList } from '../contract/index.ts'
import type { ApiDependencies, ApiEnv } from '../dependencies.ts'

const DAY_MS = 86_400_000

type Dependencies = Pick<ApiDependencies, 'appDatabase' | 'clock' | 'paymentSettings'>

/** Prices of lists that others publish or the operator writes, shown against ours before they are written; and all that is scheduled. */
export function priceImportRoutes(app: OpenAPIHono<ApiEnv>, { appDatabase, clock, paymentSettings }: Dependencies): void {
  app.openapi(scheduledRoute, async (c) => c.json({ data: (await listScheduled(appDatabase)).map(showScheduled) }, 200))
  app.openapi(importRoute, async (c) => {
    const { text, format, multiplier, only, apply, effective_at: from, shorter_notice_reason: reason } = c.req.valid('json')
    const notice = { days: paymentSettings.rules.priceNoticeDays, actor: c.get('operator') }
    const effectiveAt = from === undefined ? undefined : Date.parse(from)
    const how = { text, format, multiplier, only, effectiveAt, notice, shorterNoticeReason: reason, isApplied: apply }
    if (!apply) return c.json(shown(await importPrices(appDatabase, how), notice.days), 200)
    const answer = await answerOnce(appDatabase, await repeatableOf(c), {
      status: 200,
      schema: priceImportShown,
      work: async (tx) => {
        const result = await importPrices(tx, how)
        if (reason !== undefined && result.changes.some(({ isRise }) => isRise === true))
          await recordAccess(tx, { actor: notice.actor, action: 'prices.import.short-notice', accountId: undefined, now: clock.now() })
        return shown(result, notice.days)
      },
    })
    return c.json(answer, 200)
  })
}

const failures = { default: json(errorBody, 'What went wrong') }

const importRoute = createRoute({
  method: 'post',
  path: '/operator/v1/prices/import',
  summary: 'Compare a price list, or what upstreams ask times a multiplier, with the catalogue; with "apply" write it, all or none',
  request: { body: jsonBody(priceImportInput) },
  responses: { 200: json(priceImportShown, 'What changes'), ...failures },
})

const scheduledRoute = createRoute({
  method: 'get',
  path: '/operator/v1/prices/scheduled',
  summary: 'List what is scheduled of prices of models and multipliers of plans, by its time',
  responses: { 200: json(scheduledList, 'All changes to come'), ...failures },
})

const shown = ({ format, changes, isApplied }: ImportResult, days: number): z.output<typeof priceImportShown> => ({
  ...{ format, applied: isApplied, notice_days: days },
  changes: changes.map(showChange),
})

const showChange = ({ id, listed, action, old, new: price, reason, isRise, holdsFrom }: PriceChange) => ({
  ...{ model: id, listed, action, old: old ?? null, new: price ?? null, reason: reason ?? null },
  ...{ is_rise: isRise ?? false, holds_from: holdsFrom ?? null },
})

function showScheduled(change: ScheduledChange): z.output<typeof scheduledList>['data'][number] {
  const { id, name, source, isRise, noticeMs, effectiveAt, createdAt } = change
  const common = {
    ...{ id, name, source, is_rise: isRise, notice_days: Math.floor(noticeMs / DAY_MS) },
    ...{ effective_at: effectiveAt.toISOString(), created_at: createdAt.toISOString() },
  }
  return change.noun === 'plan'
    ? { noun: 'plan', ...common, before: change.before, after: change.after }
    : { noun: 'model', ...common, before: change.before ?? null, after: change.after }
}
