import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import { isUuid, type NanoUsd } from '../lib/index.ts'
import { nowOf, type PlanParts } from './parts.ts'
import { periodAt } from './period.ts'

/** What a new subscription is of, with its terms as they are copied. */
export type NewSubscription = {
  readonly accountId: string
  readonly of: { readonly planId: string } | { readonly poolId: string; readonly block: string }
  readonly price: NanoUsd
  /** Undefined: it never ends. */
  readonly months: number | undefined
  readonly budget?: { readonly amount: NanoUsd; readonly window: string } | undefined
  readonly isGift?: boolean
  readonly reasonSealed?: Buffer
  readonly orderId?: string | undefined
  readonly id?: string
}

/** Writes a subscription that is to begin now, with its first period due; it begins when that is paid. Returns its id. */
export async function writeSubscription(tx: Database, parts: Pick<PlanParts, 'ids' | 'clock'>, made: NewSubscription): Promise<string> {
  const { accountId, of, price, months, budget, isGift = false, reasonSealed, orderId } = made
  await refuseClosedAccount(tx, accountId)
  const [id, now] = [made.id ?? parts.ids.uuid(), nowOf(parts)]
  const [planId, poolId, block] = 'planId' in of ? [of.planId, null, null] : [null, of.poolId, of.block]
  const end = months === undefined ? null : new Date(periodAt({ anchor: now, months }, 0).end)
  const begin = new Date(now)
  await tx.query(sql`
    insert into subscription (id, account_id, plan_id, pool_id, block, state, price, months, anchor, period_start, period_end, budget_amount,
      budget_window, is_gift, reason_sealed, order_id, created_at)
    values (${id}::uuid, ${accountId}::uuid, ${planId}, ${poolId}::uuid, ${block}, 'starting', ${price}, ${months ?? null}::smallint, ${begin},
      ${begin}, ${end}, ${budget?.amount ?? null}::bigint, ${budget?.window ?? null}, ${isGift}, ${reasonSealed ?? null}::bytea,
      ${orderId ?? null}::uuid, ${begin})`)
  await tx.query(sql`
    insert into subscription_period (subscription_id, account_id, period_start, period_end, anchor, period_index, months, plan_id, price, state, created_at)
    values (${id}::uuid, ${accountId}::uuid, ${begin}, ${end}, ${begin}, 0, ${months ?? null}::smallint, ${planId}, ${price}, 'due', ${begin})`)
  return id
}

/** Locks an account that may buy, so that what it has is counted one purchase after the other. Fails with account_unknown, account_suspended. */
export async function refuseClosedAccount(tx: Database, accountId: string): Promise<void> {
  if (!isUuid(accountId)) fail('account_unknown')
  const [row] = await tx.query<{ status: string }>(sql`select status from account where id = ${accountId}::uuid for no key update`)
  if (row === undefined || row.status === 'erased') fail('account_unknown')
  if (row.status !== 'active') fail('account_suspended')
}
