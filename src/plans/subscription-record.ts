import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import { isUuid, type NanoUsd } from '../lib/index.ts'

/** How a subscription does: not yet paid, paid, unpaid within its grace, ended by its customer or the operator, ended unpaid, never begun. */
export const SUBSCRIPTION_STATES = ['starting', 'active', 'past_due', 'canceled', 'ended', 'refused'] as const
export type SubscriptionState = (typeof SUBSCRIPTION_STATES)[number]

/** Who ended a subscription: its customer, the operator, or nobody but a renewal that was not paid. */
export const SUBSCRIPTION_ENDERS = ['customer', 'operator', 'payment'] as const
export type SubscriptionEnder = (typeof SUBSCRIPTION_ENDERS)[number]

/** A row of table subscription; `plan_id`, or `pool_id` and `block`. */
export type SubscriptionRow = {
  readonly id: string
  readonly account_id: string
  readonly plan_id: string | null
  readonly pool_id: string | null
  readonly block: string | null
  readonly state: SubscriptionState
  readonly price: NanoUsd
  readonly months: number | null
  readonly anchor: Date
  readonly period_index: number
  readonly period_start: Date
  readonly period_end: Date | null
  readonly live_until: Date | null
  readonly cancel_at_period_end: boolean
  readonly next_plan_id: string | null
  /** What that plan cost when it was chosen, for how many months; null of what was chosen before that was noted. */
  readonly next_price: NanoUsd | null
  readonly next_months: number | null
  readonly past_due_since: Date | null
  readonly next_try_at: Date | null
  readonly budget_amount: NanoUsd | null
  readonly budget_window: string | null
  readonly is_gift: boolean
  readonly order_id: string | null
  readonly ending_at: Date | null
  readonly created_at: Date
  readonly ended_at: Date | null
  /** Null while it goes on, and of what was ended before that was noted. */
  readonly ended_by: SubscriptionEnder | null
  /** Whether its customer ended it, also where the operator did. */
  readonly customer_ends: boolean
}

/** The columns of SubscriptionRow. */
export const SUBSCRIPTION_COLUMNS = sql`
  id, account_id, plan_id, pool_id, block, state, price, months, anchor, period_index, period_start, period_end, live_until,
  cancel_at_period_end, next_plan_id, next_price, next_months, past_due_since, next_try_at, budget_amount, budget_window, is_gift, order_id, ending_at,
  created_at, ended_at, ended_by, customer_ends`

/** A row of table subscription_period. */
export type PeriodRow = {
  readonly period_start: Date
  readonly period_end: Date | null
  readonly anchor: Date
  readonly period_index: number
  readonly months: number | null
  readonly plan_id: string | null
  readonly price: NanoUsd
  readonly state: 'due' | 'paid' | 'failed'
  readonly transfer_id: string | null
  readonly credit: NanoUsd
  readonly credit_of: Date | null
  readonly returned: NanoUsd
  readonly created_at: Date
}

/** The columns of PeriodRow. */
export const PERIOD_COLUMNS = sql`
  period_start, period_end, anchor, period_index, months, plan_id, price, state, transfer_id, credit, credit_of, returned, created_at`

/** Keeps everybody else from a subscription until the transaction ends. Fails with subscription_unknown. */
export async function lockSubscription(tx: Database, id: string): Promise<SubscriptionRow> {
  if (!isUuid(id)) fail('subscription_unknown')
  const [row] = await tx.query<SubscriptionRow>(sql`
    select ${SUBSCRIPTION_COLUMNS} from subscription where id = ${id}::uuid for update`)
  return row ?? fail('subscription_unknown')
}

/** The subscription of an account; of somebody else's nobody is told that it is there. Fails with subscription_unknown. */
export async function findOwn(database: Database, { accountId, id }: Own): Promise<SubscriptionRow> {
  if (!isUuid(id)) fail('subscription_unknown')
  const [row] = await database.query<SubscriptionRow>(sql`
    select ${SUBSCRIPTION_COLUMNS} from subscription where id = ${id}::uuid and account_id = ${accountId}::uuid`)
  return row ?? fail('subscription_unknown')
}

/** Whose subscription, and which. */
export type Own = { readonly accountId: string; readonly id: string }

/** The period that is written down and not paid yet. */
export const findDue = (tx: Database, id: string): Promise<PeriodRow | undefined> =>
  findPeriod(
    tx,
    sql`
  subscription_id = ${id}::uuid and state = 'due'`,
  )

/** The period of a subscription that begins at a time. */
export const findPeriodAt = (tx: Database, id: string, start: Date): Promise<PeriodRow | undefined> =>
  findPeriod(
    tx,
    sql`
  subscription_id = ${id}::uuid and period_start = ${start}`,
  )

async function findPeriod(tx: Database, which: ReturnType<typeof sql>): Promise<PeriodRow | undefined> {
  const [row] = await tx.query<PeriodRow>(sql`select ${PERIOD_COLUMNS} from subscription_period where ${which}`)
  return row
}

/** The source key of a period's purchase; what else is done about a period adds a word to it. */
export const sourceKeyOf = (id: string, start: Date, word?: 'return' | 'restore' | 'cancel'): string =>
  [`subscription:${id}:${start.toISOString()}`, ...(word === undefined ? [] : [word])].join(':')

/** The transfer that paid a period, where the books have it; we may not know yet. */
export async function findPurchase(tx: Database, id: string, { period_start: start }: PeriodRow): Promise<string | undefined> {
  const [paid] = await tx.query<{ id: string }>(sql`select id from transfer where source_key = ${sourceKeyOf(id, start)}`)
  return paid?.id
}

/** Whether its keys can work. */
export const isLive = (state: SubscriptionState): boolean => state === 'active' || state === 'past_due'
