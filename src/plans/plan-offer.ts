import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import type { NanoUsd } from '../lib/index.ts'

/** What a plan is sold as; `months` of a period is undefined where it never ends. */
export type PlanOffer = {
  readonly id: string
  readonly name: string | null
  readonly kind: 'free' | 'one_time' | 'monthly' | 'annual'
  readonly price: NanoUsd
  readonly months: number | undefined
  readonly budget_amount: NanoUsd | null
  readonly budget_window: string | null
  readonly is_public: boolean
  readonly is_closed: boolean
  readonly is_active: boolean
}

const MONTHS = { free: 1, one_time: undefined, monthly: 1, annual: 12 } as const

/** A plan, in use or not, kept as it is until the transaction ends. Fails with plan_unknown. */
export async function readAnyOffer(tx: Database, planId: string): Promise<PlanOffer> {
  const [row] = await tx.query<Omit<PlanOffer, 'months'>>(sql`
    select id, name, kind, price, budget_amount, budget_window, is_public, is_closed, is_active from plan where id = ${planId} for share`)
  return row === undefined ? fail('plan_unknown') : { ...row, months: MONTHS[row.kind] }
}

/** A plan in use. Fails with plan_unknown. */
export async function readOffer(tx: Database, planId: string): Promise<PlanOffer> {
  const offer = await readAnyOffer(tx, planId)
  return offer.is_active ? offer : fail('plan_unknown')
}

/** A plan that its customers may take themselves. Fails with plan_unknown, plan_closed. */
export async function readOpenOffer(tx: Database, planId: string): Promise<PlanOffer> {
  const offer = await readOffer(tx, planId)
  // Nobody is told that there is a hidden plan.
  if (!offer.is_public) fail('plan_unknown')
  if (offer.is_closed) fail('plan_closed')
  return offer
}

/** Whether one plan asks for less than another, month by month. */
export const isCheaper = (one: PlanOffer, other: { readonly price: NanoUsd; readonly months: number | null }): boolean =>
  one.price * BigInt(other.months ?? 1) < other.price * BigInt(one.months ?? 1)

/** What calls of a plan may spend instead of the balance, and in which window; nulls where it has no budget. */
export async function readBudget(tx: Database, planId: string | null): Promise<Budget> {
  const [row] = await tx.query<Budget>(sql`select budget_amount as amount, budget_window as window from plan where id = ${planId}`)
  return row ?? { amount: null, window: null }
}

type Budget = { readonly amount: NanoUsd | null; readonly window: string | null }
