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

/** Puts a key of the account to one of its subscriptions; one that is put there already stays, so that this can be done again. Fails with subscription_unknown, subscription_over, seat_has_key, key_unknown. */
export async function attachKey(tx: Database, { keyId, ...home }: KeyHome & { readonly keyId: string }): Promise<void> {
  await lockSubscription(tx, home.subscriptionId)
  if (await isAttached(tx, { keyId, ...home })) return
  await reserveKey(tx, home)
  const attached = await tx.query(sql`
    update api_key set subscription_id = ${home.subscriptionId}::uuid
    where id = ${keyId}::uuid and account_id = ${home.accountId}::uuid and revoked_at is null and subscription_id is null returning id`)
  if (attached.length === 0) fail('key_unknown')
}

async function isAttached(tx: Database, { keyId, accountId, subscriptionId }: KeyHome & { readonly keyId: string }): Promise<boolean> {
  const found = await tx.query(sql`
    select from api_key
    where id = ${keyId}::uuid and account_id = ${accountId}::uuid and subscription_id = ${subscriptionId}::uuid and revoked_at is null`)
  return found.length > 0
}

/** Which subscription each key of an account is attached to; those that spend the balance are absent. */
export async function listAttached(database: Database, accountId: string): Promise<ReadonlyMap<string, string>> {
  const rows = await database.query<{ readonly id: string; readonly subscription_id: string }>(sql`
    select id, subscription_id from api_key where account_id = ${accountId}::uuid and subscription_id is not null`)
  return new Map(rows.map((row) => [row.id, row.subscription_id]))
}
