import { type Database, sql } from '../db/index.ts'
import type { NanoUsd } from '../lib/index.ts'
import { type PlanPricing, readPlanPricing } from './plan-pricing.ts'

/** A plan as anybody may see it; `price` in nano-USD for each period. */
export type OfferedPlan = {
  readonly slug: string
  readonly name: string
  readonly price: NanoUsd
  readonly period: 'month' | 'year' | 'once' | 'free'
  readonly models: readonly string[] | undefined
  readonly requestsPerMinute: number | undefined
  readonly tokensPerMinute: number | undefined
  readonly concurrentCalls: number | undefined
  readonly budget: { readonly amount: NanoUsd; readonly window: string } | undefined
  readonly pricing: PlanPricing | undefined
}

const PERIODS = { free: 'free', one_time: 'once', monthly: 'month', annual: 'year' } as const

type Row = {
  readonly id: string
  readonly name: string | null
  readonly kind: keyof typeof PERIODS
  readonly price: NanoUsd
  readonly models: readonly string[] | null
  readonly requests_per_minute: number | null
  readonly tokens_per_minute: number | null
  readonly concurrent_calls: number | null
  readonly budget_amount: NanoUsd | null
  readonly budget_window: string | null
}

/** Plans that everybody may take now, the cheapest first. */
export async function listOffers(database: Database): Promise<readonly OfferedPlan[]> {
  const rows = await database.query<Row>(sql`
    select id, name, kind, price, models, requests_per_minute, tokens_per_minute, concurrent_calls, budget_amount, budget_window
    from plan where is_active and is_public and not is_closed order by price, id collate "C"`)
  const pricing = await readPlanPricing(database)
  return rows.map((row) => ({
    ...{ slug: row.id, name: row.name ?? row.id, price: row.price, period: PERIODS[row.kind] },
    pricing: pricing.get(row.id),
    models: row.models ?? undefined,
    requestsPerMinute: row.requests_per_minute ?? undefined,
    tokensPerMinute: row.tokens_per_minute ?? undefined,
    concurrentCalls: row.concurrent_calls ?? undefined,
    budget: row.budget_amount === null || row.budget_window === null ? undefined : { amount: row.budget_amount, window: row.budget_window },
  }))
}
