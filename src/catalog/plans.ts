import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import { formatUsd, type NanoUsd } from '../lib/index.ts'
import { type BudgetWindow, formatMultiplier, type PlanKind } from '../spec/index.ts'
import type { Change } from './change.ts'
import type { DesiredPlan, Source } from './desired.ts'
import { placePlan } from './hold-plan.ts'
import { listPlanChanges, type PlanChangeView, showPlanChange, writeBegunChange, writePlanChanges } from './plan-changes.ts'
import { ACTORS, requireNotice } from './price-notice.ts'

/**
 * A plan as the operator sees it: members pay the list price times the multiplier; amounts are decimal strings of USD. One that is out of use
 * takes no new members. `members` are accounts that have it for good and subscriptions that go on.
 */
export type PlanView = {
  readonly id: string
  readonly name: string | null
  readonly kind: PlanKind
  readonly price: string | null
  readonly price_multiplier: string
  /** What it will be, and from when on. */
  readonly price_changes: readonly PlanChangeView[]
  readonly models: readonly string[] | null
  readonly requests_per_minute: number | null
  readonly tokens_per_minute: number | null
  readonly concurrent_calls: number | null
  readonly budget: { readonly amount: string; readonly window: string } | null
  readonly public: boolean
  readonly closed: boolean
  readonly members: number
  readonly source: Source
  readonly is_active: boolean
}

type PlanRow = {
  readonly id: string
  readonly name: string | null
  readonly kind: PlanKind
  readonly price: NanoUsd
  readonly price_multiplier: number
  readonly models: readonly string[] | null
  readonly requests_per_minute: number | null
  readonly tokens_per_minute: number | null
  readonly concurrent_calls: number | null
  readonly budget_amount: NanoUsd | null
  readonly budget_window: BudgetWindow | null
  readonly is_public: boolean
  readonly is_closed: boolean
  readonly source: Source
  readonly is_active: boolean
}

const PLAN_COLUMNS = sql`
  id, name, kind, price, price_multiplier, models, requests_per_minute, tokens_per_minute, concurrent_calls, budget_amount, budget_window,
  is_public, is_closed, source, is_active`

/** Every plan that was ever there, by id. */
export async function listPlans(database: Database): Promise<readonly PlanView[]> {
  const rows = await database.query<PlanRow & { readonly members: number }>(sql`
    select ${PLAN_COLUMNS}, (select count(*)::integer from account where plan_id = plan.id)
        + (select count(*)::integer from subscription s where s.plan_id = plan.id and s.months is not null
          and s.state in ('starting', 'active', 'past_due')) as members
    from plan order by id collate "C"`)
  const coming = Map.groupBy(await listPlanChanges(database), ({ planId }) => planId)
  return rows.map((row) => ({ ...viewOf(row), price_changes: (coming.get(row.id) ?? []).map(showPlanChange) }))
}

const viewOf = ({
  price_multiplier,
  price,
  budget_amount,
  budget_window,
  is_public,
  is_closed,
  ...row
}: PlanRow & { members: number }) => ({
  ...row,
  price: price === 0n ? null : formatUsd(price),
  price_multiplier: formatMultiplier(price_multiplier),
  budget: budget_amount === null || budget_window === null ? null : { amount: formatUsd(budget_amount), window: budget_window },
  ...{ public: is_public, closed: is_closed },
})

/** Who writes plans, and how many days of notice their members have of a rise; undefined: none. */
export type PlanWriter = { readonly source: Source; readonly noticeDays?: number | undefined }

/** Makes the plans of one source those it wants; what it no longer wants is put out of use, and its members stay on its terms. */
export async function applyPlans(tx: Database, wanted: readonly DesiredPlan[] | undefined, writer: PlanWriter): Promise<readonly Change[]> {
  const { source } = writer
  if (wanted === undefined || (source !== 'file' && source !== 'operator')) return []
  const rows = await tx.query<PlanRow>(sql`select ${PLAN_COLUMNS} from plan order by id`)
  const byId = new Map(rows.map((row) => [row.id, row]))
  const changes: Change[] = []
  for (const plan of wanted) changes.push(...(await applyPlan(tx, { plan, row: byId.get(plan.id) }, writer)))
  const names = new Set(wanted.map((plan) => plan.id))
  const gone = rows.filter((row) => row.source === source && row.is_active && !names.has(row.id)).map((row) => row.id)
  if (gone.length > 0) await tx.query(sql`update plan set is_active = false where id = any(${gone})`)
  return [...changes, ...gone.map((id): Change => ({ noun: 'plan', id, action: 'removed' }))]
}

/** Writes a plan; a rise that comes too soon for its members waits, or has a reason, which is kept. */
async function applyPlan(
  tx: Database,
  { plan, row }: { readonly plan: DesiredPlan; readonly row: PlanRow | undefined },
  { source, noticeDays: days }: PlanWriter,
): Promise<readonly Change[]> {
  const { wanted, held, rise, heldUntil } = await placePlan(tx, plan, days)
  const { shorterNoticeReason: reason } = plan
  const placed = reason === undefined ? held : wanted
  const isSame = row?.is_active === true && row.source === source && isSamePlan(placed, row)
  if (!isSame) await writePlan(tx, placed, source)
  const changed = await writePlanChanges(tx, plan.id, placed.changes ?? [])
  if (reason !== undefined && days !== undefined) await requireNotice(tx, rise, { rule: { days, actor: ACTORS[source] }, reason })
  const own: readonly Change[] =
    isSame && changed === 0 ? [] : [{ noun: 'plan', id: plan.id, action: row === undefined ? 'added' : 'changed' }]
  if (reason !== undefined) return own
  return [
    ...own,
    ...heldUntil.map((until): Change => ({ noun: 'plan', id: plan.id, action: 'held', until: new Date(until).toISOString() })),
  ]
}

const isSamePlan = (plan: DesiredPlan, row: PlanRow): boolean => {
  const { source: _, is_active: __, ...terms } = row
  const wanted = termsOf(plan)
  return Object.entries(terms).every(([name, value]) => isSame(value, wanted[name as keyof typeof wanted]))
}

const isSame = (one: unknown, other: unknown): boolean =>
  Array.isArray(one) && Array.isArray(other)
    ? one.length === other.length && one.every((part, index) => part === other[index])
    : one === other

/** The columns of a plan as it should be. */
const termsOf = ({ id, multiplier, name, kind, price, models, limits, budget, isPublic, isClosed }: DesiredPlan) => ({
  id,
  name: name ?? null,
  kind: kind ?? 'free',
  price: price ?? 0n,
  price_multiplier: multiplier,
  models: models ?? null,
  requests_per_minute: limits?.requestsPerMinute ?? null,
  tokens_per_minute: limits?.tokensPerMinute ?? null,
  concurrent_calls: limits?.concurrentCalls ?? null,
  budget_amount: budget?.amount ?? null,
  budget_window: budget?.window ?? null,
  is_public: isPublic ?? false,
  is_closed: isClosed ?? false,
})

/**
 * Writes a plan's row, whatever was there; a price that is another makes a version with the time from which it holds, and a multiplier that is another a
 * change that has begun, of which its members are told.
 */
export async function writePlan(tx: Database, plan: DesiredPlan, source: Source): Promise<void> {
  const terms = termsOf(plan)
  const models = terms.models === null ? null : [...terms.models]
  const [before] = await tx.query<{ price: NanoUsd; multiplier: number }>(sql`
    select price, price_multiplier as multiplier from plan where id = ${plan.id} for update`)
  await tx.query(sql`
    insert into plan (${PLAN_COLUMNS})
    values (${terms.id}, ${terms.name}, ${terms.kind}, ${terms.price}, ${terms.price_multiplier}, ${models}::text[], ${terms.requests_per_minute},
      ${terms.tokens_per_minute}, ${terms.concurrent_calls}, ${terms.budget_amount}, ${terms.budget_window}, ${terms.is_public},
      ${terms.is_closed}, ${source}, true)
    on conflict (id) do update set name = excluded.name, kind = excluded.kind, price = excluded.price,
      price_multiplier = excluded.price_multiplier, models = excluded.models, requests_per_minute = excluded.requests_per_minute,
      tokens_per_minute = excluded.tokens_per_minute, concurrent_calls = excluded.concurrent_calls, budget_amount = excluded.budget_amount,
      budget_window = excluded.budget_window, is_public = excluded.is_public, is_closed = excluded.is_closed, source = excluded.source,
      is_active = true`)
  if (before !== undefined && before.multiplier !== terms.price_multiplier)
    await writeBegunChange(tx, { planId: plan.id, before: before.multiplier, after: terms.price_multiplier })
  if (before?.price === terms.price) return
  await tx.query(sql`insert into plan_price (plan_id, price, created_at) values (${plan.id}, ${terms.price}, clock_timestamp())`)
}

/** Fails with invalid_field when a plan names models that are not in the catalogue. */
export async function refuseUnknownModels(tx: Database, { models }: DesiredPlan): Promise<void> {
  if (models === undefined) return
  const known = await tx.query(sql`select from model where id = any(${[...models]}::text[])`)
  if (known.length < new Set(models).size) fail('invalid_field', { field: 'models', expected: 'ids of models that are in the catalogue' })
}

/** Puts a plan out of use. Failures: plan_unknown, plan_in_use, catalog_from_file. */
export async function deletePlan(database: Database, id: string): Promise<void> {
  await database.transaction(async (tx) => {
    // The lock keeps an account from becoming a member meanwhile.
    const [row] = await tx.query<PlanRow>(sql`select ${PLAN_COLUMNS} from plan where id = ${id} for update`)
    if (row?.is_active !== true) fail('plan_unknown')
    if (row.source === 'file') fail('catalog_from_file')
    const members = await tx.query(sql`
      select 1 from account where plan_id = ${id}
      union all select 1 from subscription where (plan_id = ${id} or next_plan_id = ${id}) and state in ('starting', 'active', 'past_due') limit 1`)
    if (members.length > 0) fail('plan_in_use')
    await tx.query(sql`update plan set is_active = false where id = ${id}`)
  })
}
