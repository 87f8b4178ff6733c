import { sql } from '../../../db/index.ts'
import { fail } from '../../../failures.ts'
import { cardsPageOf, type StripeParts, timeOf } from './parts.ts'
import type { Card } from './stripe-api.ts'
import { isStripeError } from './stripe-error.ts'
import { findCustomer } from './stripe-rows.ts'

/**
 * Asks Stripe for something of an account's customer, which is all that the request names. A customer that is not there any more, as it was deleted
 * or is another account's, is made anew, and the same is asked once more.
 */
export async function askOfCustomer<T>(parts: StripeParts, accountId: string, ask: (customerId: string) => Promise<T>): Promise<T> {
  const customerId = await customerOf(parts, accountId)
  try {
    return await ask(customerId)
  } catch (thrown) {
    if (!isStripeError(thrown, 'missing') || thrown.code !== 'resource_missing') throw thrown
  }
  return await ask(await replaceCustomer(parts, { accountId, lost: customerId }))
}

/**
 * What an account is called at Stripe, made when it is first needed; Stripe is told no name, no address and no id of ours. Source:
 * docs.stripe.com/api/customers/create (2026-11-26).
 */
async function customerOf(parts: StripeParts, accountId: string): Promise<string> {
  const { database, api } = parts
  const known = await findCustomer(database, accountId)
  if (known !== undefined) return known
  const made = await api.createCustomer(`customer:${accountId}`)
  await database.query(sql`
    insert into stripe_customer (account_id, customer_id, created_at)
    values (${accountId}::uuid, ${made}, ${timeOf(parts)}::timestamptz) on conflict do nothing`)
  return (await findCustomer(database, accountId)) ?? fail('account_unknown')
}

type Replacing = { readonly accountId: string; readonly lost: string }

/** Whoever does so at the same time has the same new one. */
async function replaceCustomer(parts: StripeParts, { accountId, lost }: Replacing): Promise<string> {
  const { database, api } = parts
  const made = await api.createCustomer(`customer:${accountId}:${lost}`)
  await database.query(sql`
    update stripe_customer set customer_id = ${made}, created_at = ${timeOf(parts)}::timestamptz
    where account_id = ${accountId}::uuid and customer_id = ${lost}`)
  return (await findCustomer(database, accountId)) ?? fail('account_unknown')
}

/** The saved cards of an account as Stripe shows them, newest first; nothing of them is kept here. */
export async function cardsOf({ database, api }: StripeParts, accountId: string): Promise<readonly Card[]> {
  const customerId = await findCustomer(database, accountId)
  return customerId === undefined ? [] : await api.listCards(customerId).catch(noneOfMissing)
}

/** What a customer has that is not there any more. */
export function noneOfMissing(thrown: unknown): readonly never[] {
  if (!isStripeError(thrown, 'missing')) throw thrown
  return []
}

/** A page at Stripe where somebody manages their cards and sees their receipts. Source: docs.stripe.com/customer-management (2026-11-26). */
export const portalOf = async (parts: StripeParts, accountId: string): Promise<string> =>
  await askOfCustomer(parts, accountId, (customerId) => parts.api.openPortal(customerId, cardsPageOf(parts)))
