import { type Database, sql } from '../db/index.ts'
import { SPEND_WINDOWS, type SpendLimit, type SpendWindow } from '../spec/index.ts'
import { SUBSCRIPTION_JOINS, SUBSCRIPTION_PART, type SubscriptionPart, subscriptionOf } from './key-subscription.ts'

/** What a key's limits of spending are made of. */
export type SpendRow = {
  readonly id: string
  readonly key_cap: bigint | null
  readonly key_window: SpendWindow | null
  readonly group_id: string | null
  readonly group_cap: bigint | null
  readonly group_window: SpendWindow | null
}

/** The columns of SpendRow, beside the id. */
export const SPEND_COLUMNS = sql`api_key.spend_cap as key_cap, api_key.spend_window as key_window,
  api_key.group_id, key_group.spend_cap as group_cap, key_group.spend_window as group_window`

/** Where they come from, beside the key. */
export const SPEND_JOINS = sql`left join key_group on key_group.id = api_key.group_id`

/**
 * The subscription that a key is attached to, as far as it pays: `budget` undefined when the balance does; without a `limit` it covers whatever
 * calls cost.
 */
export type PayingSubscription = {
  readonly id: string
  readonly budget: { readonly limit: bigint | undefined; readonly window: string | undefined } | undefined
}

/** The limits of a key: its own cap, that of its group, the budget of its subscription; undefined when it has none. */
export function spendingOf(row: SpendRow, subscription?: PayingSubscription): readonly SpendLimit[] | undefined {
  const limits: SpendLimit[] = []
  if (row.key_cap !== null && row.key_window !== null)
    limits.push({ subjectId: row.id, owner: 'key', limit: row.key_cap, window: row.key_window, covers: false })
  if (row.group_id !== null && row.group_cap !== null && row.group_window !== null)
    limits.push({ subjectId: row.group_id, owner: 'group', limit: row.group_cap, window: row.group_window, covers: false })
  if (subscription?.budget !== undefined) {
    const { limit, window } = subscription.budget
    const known = SPEND_WINDOWS.find((word) => word === window) ?? 'total'
    limits.push({ subjectId: subscription.id, owner: 'plan', limit, window: known, covers: true })
  }
  return limits.length === 0 ? undefined : limits
}

/** The limits of a key that may be revoked already, for calls that ran when it was; undefined when it has none or is not there. */
export async function findSpending(database: Database, keyId: string): Promise<readonly SpendLimit[] | undefined> {
  const [row] = await database.query<SpendRow & SubscriptionPart>(sql`
    select api_key.id, ${SPEND_COLUMNS}, ${SUBSCRIPTION_PART} from api_key join account on account.id = api_key.account_id
      ${SUBSCRIPTION_JOINS} ${SPEND_JOINS} where api_key.id = ${keyId}::uuid`)
  return row === undefined ? undefined : spendingOf(row, subscriptionOf(row))
}
