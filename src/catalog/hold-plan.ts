import { type Database, sql } from '../db/index.ts'
import type { DesiredPlan, DesiredPlanChange } from './desired.ts'
import { holdBackRises } from './hold-back.ts'
import { planChangesOf } from './plan-changes.ts'
import type { EarlyRise } from './price-notice.ts'

/**
 * A plan as it is wanted, its changes whose time has come taken into its multiplier; the same with its early rises put off; the first of those, and
 * from when on each holds, in milliseconds.
 */
export type PlacedPlan = {
  readonly wanted: DesiredPlan
  readonly held: DesiredPlan
  readonly rise: EarlyRise | undefined
  readonly heldUntil: readonly number[]
}

/**
 * Where the changes of a plan's multiplier fall when members get so many days of notice of a rise; without members, or without days, where they are
 * wanted. Members keep a plan that is out of use. Its price is for members to pay from a renewal on, with a notice of its own.
 */
export async function placePlan(tx: Database, plan: DesiredPlan, days: number | undefined): Promise<PlacedPlan> {
  const [row] = await tx.query<{ now: Date; multiplier: number | null; has_members: boolean | null }>(sql`
    select statement_timestamp() as now, plan.price_multiplier as multiplier, exists (select from account where plan_id = plan.id)
      or exists (select from subscription s where s.plan_id = plan.id and s.state in ('starting', 'active', 'past_due')) as has_members
    from (select 1) as one left join plan on plan.id = ${plan.id}`)
  const now = row?.now.getTime() ?? 0
  const wanted = { ...plan, ...askedBy(plan, now) }
  if (days === undefined || row?.has_members !== true || row.multiplier === null)
    return { wanted, held: wanted, rise: undefined, heldUntil: [] }
  const placed = holdBackRises(
    { now: wanted.multiplier, later: wanted.changes.map(({ effectiveAt, multiplier }) => ({ effectiveAt, asked: multiplier })) },
    {
      ...{ now, days, holds: row.multiplier, isSame: (one, other) => one === other, isRise: (before, after) => after > before },
      coming: (await planChangesOf(tx, plan.id)).map(({ effectiveAt, multiplier }) => ({ effectiveAt, asked: multiplier })),
    },
  )
  const changes = placed.later.map(({ effectiveAt, asked }) => ({ effectiveAt, multiplier: asked }))
  const heldUntil = placed.held.map(({ effectiveAt }) => effectiveAt)
  const [first] = heldUntil.toSorted((a, b) => a - b)
  const rise = first === undefined ? undefined : ({ noun: 'plan', name: plan.id, holdsFrom: now, allowedFrom: first } as const)
  return { wanted, held: { ...plan, multiplier: placed.now ?? row.multiplier, changes }, rise, heldUntil }
}

type Asked = { readonly multiplier: number; readonly changes: readonly DesiredPlanChange[] }

/** Of the changes whose time has come, the last one is what a plan asks now. */
function askedBy({ multiplier, changes = [] }: DesiredPlan, now: number): Asked {
  const begun = changes.filter(({ effectiveAt }) => effectiveAt <= now).toSorted((a, b) => a.effectiveAt - b.effectiveAt)
  return { multiplier: begun.at(-1)?.multiplier ?? multiplier, changes: changes.filter(({ effectiveAt }) => effectiveAt > now) }
}
