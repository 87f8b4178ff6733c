import { type Database, sql } from '../db/index.ts'
import { formatMultiplier, type Price, showPrice, type WrittenPrice } from '../spec/index.ts'
import type { Source } from './desired.ts'
import { listPlanChanges } from './plan-changes.ts'
import { isRise } from './price-notice.ts'
import { PRICE_COLUMNS, PRICE_NOW, type PriceRow, priceOfRow } from './price-rows.ts'

/**
 * A change of what customers pay that is to come: of the price of a model, or of the multiplier of a plan, with what is asked before and by it. `id`
 * is what it is withdrawn by; `noticeMs` the time from when it was written until it holds.
 */
export type ScheduledChange = {
  readonly id: number
  readonly name: string
  readonly effectiveAt: Date
  readonly createdAt: Date
  readonly noticeMs: number
  readonly isRise: boolean
  readonly source: Source
} & (
  | { readonly noun: 'model'; readonly before: WrittenPrice | undefined; readonly after: WrittenPrice }
  | { readonly noun: 'plan'; readonly before: string; readonly after: string }
)

/** Everything that is scheduled, by its time. */
export async function listScheduled(database: Database): Promise<readonly ScheduledChange[]> {
  const all = [...(await scheduledPrices(database)), ...(await scheduledPlans(database))]
  return all.toSorted((a, b) => a.effectiveAt.getTime() - b.effectiveAt.getTime() || (a.name < b.name ? -1 : 1))
}

type VersionRow = PriceRow & {
  readonly id: number
  readonly model: string
  readonly source: Source
  readonly effective_at: Date
  readonly created_at: Date
}

async function scheduledPrices(database: Database): Promise<readonly ScheduledChange[]> {
  const rows = await database.query<VersionRow>(sql`
    select p.id, m.id as model, m.source, p.effective_at, p.created_at, ${PRICE_COLUMNS} from price_version p join model m on m.serial = p.model_serial
    where p.cancelled_at is null and p.effective_at > statement_timestamp() and m.is_active order by m.id, p.effective_at, p.id`)
  const held = await database.query<PriceRow & { readonly model: string }>(sql`
    select m.id as model, ${PRICE_COLUMNS} from model m join ${PRICE_NOW} on true where m.id = any(${[...new Set(rows.map(({ model }) => model))]}::text[])`)
  const before = new Map<string, Price>(held.map((row) => [row.model, priceOfRow(row)]))
  return rows.map((row) => {
    const [old, price] = [before.get(row.model), priceOfRow(row)]
    before.set(row.model, price)
    return {
      ...timesOf(row.effective_at, row.created_at),
      ...{ id: row.id, name: row.model, source: row.source, noun: 'model', isRise: old !== undefined && isRise(old, price) },
      ...{ before: old && showPrice(old), after: showPrice(price) },
    }
  })
}

async function scheduledPlans(database: Database): Promise<readonly ScheduledChange[]> {
  const plans = await database.query<{ id: string; source: Source; price_multiplier: number }>(sql`
    select id, source, price_multiplier from plan`)
  const asked = new Map(plans.map((plan) => [plan.id, plan.price_multiplier]))
  const sources = new Map(plans.map(({ id, source }) => [id, source]))
  return (await listPlanChanges(database)).map(({ id, planId, multiplier, effectiveAt, createdAt }) => {
    const old = asked.get(planId) ?? multiplier
    asked.set(planId, multiplier)
    return {
      ...timesOf(new Date(effectiveAt), new Date(createdAt)),
      ...{ id, name: planId, source: sources.get(planId) ?? 'operator', noun: 'plan', isRise: multiplier > old },
      ...{ before: formatMultiplier(old), after: formatMultiplier(multiplier) },
    }
  })
}

const timesOf = (effectiveAt: Date, createdAt: Date) => ({ effectiveAt, createdAt, noticeMs: effectiveAt.getTime() - createdAt.getTime() })
