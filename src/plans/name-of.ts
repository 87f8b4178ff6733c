import { type Database, sql } from '../db/index.ts'
import type { SubscriptionRow } from './subscription-record.ts'

/** What people call a subscription: the name of its plan, or its pool and block. */
export async function nameOf(database: Database, { plan_id, pool_id, block }: Named): Promise<string> {
  const [row] = await database.query<{ name: string }>(
    plan_id === null
      ? sql`select slug as name from pool where id = ${pool_id}::uuid`
      : sql`select coalesce(name, id) as name from plan where id = ${plan_id}`,
  )
  return [row?.name ?? '', ...(block === null ? [] : [block])].join(', ')
}

/** What people call what a subscription is renewed as: the plan that it goes over to, where one was chosen; undefined for one that is unknown. */
export async function nameOfRenewal(database: Database, id: string): Promise<string | undefined> {
  const [row] = await database.query<Named>(sql`
    select coalesce(next_plan_id, plan_id) as plan_id, pool_id, block from subscription where id = ${id}::uuid`)
  return row && (await nameOf(database, row))
}

type Named = Pick<SubscriptionRow, 'plan_id' | 'pool_id' | 'block'>
