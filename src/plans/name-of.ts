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

type Named = Pick<SubscriptionRow, 'plan_id' | 'pool_id' | 'block'>
