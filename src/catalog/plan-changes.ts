import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import { formatMultiplier } from '../spec/index.ts'
import type { DesiredPlanChange } from './desired.ts'
import { lockCatalog } from './lock.ts'

/** A change of a plan that is to come. */
export type PlanChangeView = { readonly change: number; readonly price_multiplier: string; readonly effective_at: string }

/** The same with what it was written for. */
export type ComingPlanChange = DesiredPlanChange & { readonly id: number; readonly planId: string; readonly createdAt: number }

type Row = {
  readonly id: number
  readonly plan_id: string
  readonly price_multiplier: number
  readonly effective_at: Date
  readonly created_at: Date
}

const COMING = sql`
  select id, plan_id, price_multiplier, effective_at, created_at from plan_change where begun_at is null and cancelled_at is null`

const toChange = (row: Row): ComingPlanChange => ({
  ...{ id: row.id, planId: row.plan_id, multiplier: row.price_multiplier },
  ...{ effectiveAt: row.effective_at.getTime(), createdAt: row.created_at.getTime() },
})

/** Changes of plans that are to come, by their time. */
export const listPlanChanges = async (database: Database): Promise<readonly ComingPlanChange[]> =>
  (await database.query<Row>(sql`${COMING} order by effective_at, id`)).map(toChange)

/** The same of one plan. */
export const planChangesOf = async (database: Database, planId: string): Promise<readonly ComingPlanChange[]> =>
  (await database.query<Row>(sql`${COMING} and plan_id = ${planId} order by effective_at, id`)).map(toChange)

/** A change as the operator sees it. */
export const showPlanChange = ({ id, multiplier, effectiveAt }: ComingPlanChange): PlanChangeView => ({
  ...{ change: id, price_multiplier: formatMultiplier(multiplier), effective_at: new Date(effectiveAt).toISOString() },
})

/** Makes the changes of a plan that are to come those it wants; others are cancelled. Returns how many were written or cancelled. */
export async function writePlanChanges(tx: Database, planId: string, wanted: readonly DesiredPlanChange[]): Promise<number> {
  const coming = await planChangesOf(tx, planId)
  const isSame = (one: DesiredPlanChange, other: DesiredPlanChange) =>
    one.effectiveAt === other.effectiveAt && one.multiplier === other.multiplier
  const gone = coming.filter((change) => !wanted.some((one) => isSame(one, change))).map(({ id }) => id)
  const added = wanted.filter((change) => !coming.some((one) => isSame(one, change)))
  if (gone.length > 0) await tx.query(sql`update plan_change set cancelled_at = clock_timestamp() where id = any(${gone}::integer[])`)
  for (const { effectiveAt, multiplier } of added)
    await tx.query(sql`
      insert into plan_change (plan_id, price_multiplier, effective_at) values (${planId}, ${multiplier}, ${new Date(effectiveAt)})`)
  return gone.length + added.length
}

/** Makes changes whose time has come, by the database's clock, what their plans ask. Returns how many began. */
export async function beginPlanChanges(database: Database): Promise<number> {
  const due = sql`begun_at is null and cancelled_at is null and effective_at <= clock_timestamp()`
  if ((await database.query(sql`select from plan_change where ${due} limit 1`)).length === 0) return 0
  return await database.transaction(async (tx) => {
    await lockCatalog(tx)
    const rows = await tx.query<Pick<Row, 'id' | 'plan_id' | 'price_multiplier'>>(sql`
      select id, plan_id, price_multiplier from plan_change where ${due} order by effective_at, id`)
    for (const { id, plan_id: planId, price_multiplier: multiplier } of rows) {
      await tx.query(sql`
        update plan_change set begun_at = clock_timestamp(), multiplier_before = plan.price_multiplier
        from plan where plan_change.id = ${id} and plan.id = ${planId}`)
      await tx.query(sql`update plan set price_multiplier = ${multiplier} where id = ${planId}`)
    }
    return rows.length
  })
}

/** What a plan's calls cost, before and from now on, in millionths of the list price. */
export type BegunPlanChange = { readonly planId: string; readonly before: number; readonly after: number }

/** Writes down a change that holds at once, so that members are told what it was and is. */
export async function writeBegunChange(tx: Database, { planId, before, after }: BegunPlanChange): Promise<void> {
  await tx.query(sql`
    insert into plan_change (plan_id, price_multiplier, effective_at, begun_at, multiplier_before)
    select ${planId}, ${after}, now, now, ${before} from clock_timestamp() as now`)
}

/** Cancels a change that has not begun. Failures: price_unknown, price_begun, catalog_from_file. */
export async function cancelPlanChange(
  database: Database,
  { planId, change }: { readonly planId: string; readonly change: number },
): Promise<void> {
  await database.transaction(async (tx) => {
    await lockCatalog(tx)
    const [row] = await tx.query<{ source: string; is_active: boolean; is_coming: boolean }>(sql`
      select plan.source, plan.is_active, c.begun_at is null and c.cancelled_at is null and c.effective_at > clock_timestamp() as is_coming
      from plan_change c join plan on plan.id = c.plan_id where c.id = ${change} and c.plan_id = ${planId}`)
    if (row === undefined) return fail('price_unknown')
    if (row.source === 'file' && row.is_active) fail('catalog_from_file')
    if (!row.is_coming) fail('price_begun')
    await tx.query(sql`update plan_change set cancelled_at = clock_timestamp() where id = ${change}`)
  })
}
