import type { z } from 'zod'
import { type Database, sql } from '../db/index.ts'
import type { FoundKey } from '../keys/index.ts'
import { readSpending, type SpentLimit } from '../ledger/index.ts'
import { formatUsd } from '../lib/index.ts'
import { findAttachedTo } from '../plans/index.ts'
import { clockTime } from '../spec/index.ts'
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

/** The terms that a caller is on: of the subscription that its key is attached to, else of the plan of its account, if it has one. */
export async function showOwnPlan(
  appDatabase: Database,
  { accountId, subscription }: Pick<FoundKey, 'accountId' | 'subscription'>,
  now: number,
): Promise<Shown['plan']> {
  if (subscription !== undefined) return await showAttached(appDatabase, subscription, now)
  const [row] = await appDatabase.query<{ plan_id: string | null }>(sql`select plan_id from account where id = ${accountId}::uuid`)
  return row === undefined || row.plan_id === null ? null : { slug: row.plan_id, status: 'active', expires_at: null, seat: null }
}

/** A subscription whose keys work no more is over, whether or not a job has written that down. */
async function showAttached(
  appDatabase: Database,
  { id, endsAt, block }: NonNullable<FoundKey['subscription']>,
  now: number,
): Promise<Shown['plan']> {
  const attached = await findAttachedTo(appDatabase, id)
  if (attached === undefined) return null
  const { of, status, paidUntil } = attached
  const common = {
    status: endsAt !== undefined && endsAt <= now ? ('canceled' as const) : status,
    expires_at: paidUntil?.toISOString() ?? null,
  }
  if ('planSlug' in of) return { slug: of.planSlug, ...common, seat: null }
  const hours = block === undefined ? null : `${clockTime(block.fromMinute)}-${clockTime(block.toMinute)}`
  return { slug: `${of.poolSlug}:${of.block}`, ...common, seat: { pool: of.poolSlug, block: of.block, hours_utc: hours } }
}
