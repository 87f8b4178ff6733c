import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import { formatMultiplier } from '../spec/index.ts'
import type { Change } from './change.ts'
import type { DesiredPlan, Source } from './desired.ts'

/** A plan as the operator sees it: members pay the list price times the multiplier. One that is out of use takes no new members. */
export type PlanView = {
  readonly id: string
  readonly price_multiplier: string
  readonly members: number
  readonly source: Source
  readonly is_active: boolean
}

type PlanRow = { readonly id: string; readonly price_multiplier: number; readonly source: Source; readonly is_active: boolean }

/** Every plan that was ever there, by id. */
export async function listPlans(database: Database): Promise<readonly PlanView[]> {
  const rows = await database.query<PlanRow & { readonly members: number }>(sql`
    select id, price_multiplier, source, is_active, (select count(*)::integer from account where plan_id = plan.id) as members
    from plan order by id collate "C"`)
  return rows.map((row) => ({ ...row, price_multiplier: formatMultiplier(row.price_multiplier) }))
}

/** Makes the plans of one source those it wants; what it no longer wants is put out of use, and its members stay on its terms. */
export async function applyPlans(tx: Database, wanted: readonly DesiredPlan[] | undefined, source: Source): Promise<readonly Change[]> {
  if (wanted === undefined || (source !== 'file' && source !== 'operator')) return []
  const rows = await tx.query<PlanRow>(sql`select id, price_multiplier, source, is_active from plan order by id`)
  const byId = new Map(rows.map((row) => [row.id, row]))
  const changes: Change[] = []
  for (const plan of wanted) {
    const row = byId.get(plan.id)
    if (row?.is_active === true && row.source === source && row.price_multiplier === plan.multiplier) continue
    await writePlan(tx, plan, source)
    changes.push({ noun: 'plan', id: plan.id, action: row === undefined ? 'added' : 'changed' })
  }
  const names = new Set(wanted.map((plan) => plan.id))
  const gone = rows.filter((row) => row.source === source && row.is_active && !names.has(row.id)).map((row) => row.id)
  if (gone.length > 0) await tx.query(sql`update plan set is_active = false where id = any(${gone})`)
  return [...changes, ...gone.map((id): Change => ({ noun: 'plan', id, action: 'removed' }))]
}

/** Writes a plan's row, whatever was there. */
export async function writePlan(tx: Database, plan: DesiredPlan, source: Source): Promise<void> {
  await tx.query(sql`
    insert into plan (id, price_multiplier, source, is_active) values (${plan.id}, ${plan.multiplier}, ${source}, true)
    on conflict (id) do update set price_multiplier = excluded.price_multiplier, source = excluded.source, is_active = true`)
}

/** Puts a plan out of use. Failures: plan_unknown, plan_in_use, catalog_from_file. */
export async function deletePlan(database: Database, id: string): Promise<void> {
  await database.transaction(async (tx) => {
    // The lock keeps an account from becoming a member meanwhile.
    const [row] = await tx.query<PlanRow>(sql`select id, price_multiplier, source, is_active from plan where id = ${id} for update`)
    if (row?.is_active !== true) fail('plan_unknown')
    if (row.source === 'file') fail('catalog_from_file')
    const members = await tx.query(sql`select 1 from account where plan_id = ${id} limit 1`)
    if (members.length > 0) fail('plan_in_use')
    await tx.query(sql`update plan set is_active = false where id = ${id}`)
  })
}
