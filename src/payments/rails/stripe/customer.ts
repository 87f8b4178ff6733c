import { sql } from '../../../db/index.ts'
import { fail } from '../../../failures.ts'
import { cardsPageOf, type StripeParts, timeOf } from './parts.ts'
import type { Card } from './stripe-api.ts'
import { findCustomer } from './stripe-rows.ts'

/**
 * What an account is called at Stripe, made when it is first needed; Stripe is told no name, no address and no id of ours. Source:
 * docs.stripe.com/api/customers/create (2026-11-26).
 */
export async function customerOf(parts: StripeParts, accountId: string): Promise<string> {
  const { database, api } = parts
  const known = await findCustomer(database, accountId)
  if (known !== undefined) return known
  const made = await api.createCustomer(`customer:${accountId}`)
  await database.query(sql`
    insert into stripe_customer (account_id, customer_id, created_at)
    values (${accountId}::uuid, ${made}, ${timeOf(parts)}::timestamptz) on conflict do nothing`)
  return (await findCustomer(database, accountId)) ?? fail('account_unknown')
}

/** The saved cards of an account as Stripe shows them, newest first; nothing of them is kept here. */
export async function cardsOf({ database, api }: StripeParts, accountId: string): Promise<readonly Card[]> {
  const customerId = await findCustomer(database, accountId)
  return customerId === undefined ? [] : await api.listCards(customerId)
}

/** A page at Stripe where somebody manages their cards and sees their receipts. Source: docs.stripe.com/customer-management (2026-11-26). */
export const portalOf = async (parts: StripeParts, accountId: string): Promise<string> =>
  await parts.api.openPortal(await customerOf(parts, accountId), cardsPageOf(parts))
