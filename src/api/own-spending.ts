import type { z } from 'zod'
import { type Database, sql } from '../db/index.ts'
import type { FoundKey } from '../keys/index.ts'
import { readSpending, type SpentLimit } from '../ledger/index.ts'
import { formatUsd } from '../lib/index.ts'
import type { ownUsageShown } from './contract/index.ts'

type Shown = z.infer<typeof ownUsageShown>

/** A caller's limits of spending as it sees them: the one that pays or bounds it first as `budget`, all of them as `spending`. */
export async function showOwnSpending(
  appDatabase: Database,
  caller: Pick<FoundKey, 'spending'>,
  now: number,
): Promise<Pick<Shown, 'budget' | 'spending'>> {
  const limits = await readSpending(appDatabase, caller.spending ?? [], now)
  const first = limits.find(({ limit }) => limit.covers) ?? limits[0]
  return { budget: first === undefined ? null : showBudget(first), spending: limits.map(showLimit) }
}

const showBudget = ({ limit, spent, endsAt }: SpentLimit) => ({
  spent: formatUsd(spent),
  limit: limit.limit === undefined ? null : formatUsd(limit.limit),
  duration: limit.window,
  resets_at: endsAt === undefined ? null : new Date(endsAt).toISOString(),
})

const showLimit = (told: SpentLimit) => ({ of: told.limit.owner, pays: told.limit.covers, ...showBudget(told) })

/** The plan of a caller's account, if it has one. */
export async function showOwnPlan(appDatabase: Database, accountId: string): Promise<Shown['plan']> {
  const [row] = await appDatabase.query<{ plan_id: string | null }>(sql`select plan_id from account where id = ${accountId}::uuid`)
  return row === undefined || row.plan_id === null ? null : { slug: row.plan_id, status: 'active', expires_at: null }
}
