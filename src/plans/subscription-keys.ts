import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import { isLive, lockSubscription } from './subscription-record.ts'

/** A subscription that a key is to be attached to. */
export type KeyHome = { readonly accountId: string; readonly subscriptionId: string }

/**
 * Checks that an account's subscription can have one more key, and keeps it so until the transaction ends: any number for a plan, one at a time
 * for a seat. Fails with subscription_unknown, subscription_over, seat_has_key.
 */
export async function reserveKey(tx: Database, { accountId, subscriptionId }: KeyHome): Promise<void> {
  const subscription = await lockSubscription(tx, subscriptionId)
  if (subscription.account_id !== accountId) fail('subscription_unknown')
  if (!isLive(subscription.state)) fail('subscription_over')
  if (subscription.pool_id === null) return
  const keys = await tx.query(sql`select from api_key where subscription_id = ${subscriptionId}::uuid and revoked_at is null limit 1`)
  if (keys.length > 0) fail('seat_has_key')
}
