import { type Database, sql } from '../db/index.ts'

/** What share of the list price calls of a plan cost, and will from some times on; multipliers in millionths, the next change first. */
export type PlanPricing = {
  readonly multiplier: number
  readonly changes: readonly { readonly effectiveAt: Date; readonly multiplier: number }[]
}

type Row = {
  readonly id: string
  readonly price_multiplier: number
  readonly times: readonly Date[]
  readonly multipliers: readonly number[]
}

/** The pricing of every plan, by its id. */
export async function readPlanPricing(database: Database): Promise<ReadonlyMap<string, PlanPricing>> {
  const rows = await database.query<Row>(sql`
    select plan.id, plan.price_multiplier,
      coalesce(array_agg(change.effective_at order by change.effective_at, change.id) filter (where change.id is not null), '{}') as times,
      coalesce(array_agg(change.price_multiplier order by change.effective_at, change.id) filter (where change.id is not null), '{}') as multipliers
    from plan left join plan_change change on change.plan_id = plan.id and change.begun_at is null and change.cancelled_at is null
    group by plan.id`)
  return new Map(rows.map((row) => [row.id, pricingOf(row)]))
}

const pricingOf = ({ price_multiplier: multiplier, times, multipliers }: Row): PlanPricing => ({
  multiplier,
  changes: times.map((effectiveAt, index) => ({ effectiveAt, multiplier: multipliers[index] ?? multiplier })),
})
