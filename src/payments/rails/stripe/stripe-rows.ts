import { type Database, sql } from '../../../db/index.ts'
import type { Gross } from './cents.ts'
import { centsOfNano } from './cents.ts'

/** How a payment is made at Stripe. */
export type Way = 'checkout' | 'saved-card' | 'automatic'

/** What is kept of a payment at Stripe beside the payment itself. */
export type StripePayment = {
  readonly paymentId: string
  readonly accountId: string
  readonly way: Way
  readonly intentId: string | undefined
  readonly taxCents: bigint
  readonly createdAt: Date
}

type Row = {
  readonly payment_id: string
  readonly account_id: string
  readonly way: Way
  readonly intent_id: string | null
  readonly tax_cents: bigint
  readonly created_at: Date
}

/** Writes what is to be kept of a payment; the same again changes nothing. */
export async function insertStripePayment(
  database: Database,
  { paymentId, accountId, way, createdAt }: Pick<StripePayment, 'paymentId' | 'accountId' | 'way' | 'createdAt'>,
): Promise<void> {
  await database.query(sql`
    insert into stripe_payment (payment_id, account_id, way, created_at)
    values (${paymentId}::uuid, ${accountId}::uuid, ${way}, ${createdAt}::timestamptz) on conflict (payment_id) do nothing`)
}

/** What is kept of a payment; undefined for one that is unknown, or whose account was erased. */
export async function findStripePayment(database: Database, paymentId: string): Promise<StripePayment | undefined> {
  const [row] = await database.query<Row>(sql`
    select payment_id, account_id, way, intent_id, tax_cents, created_at from stripe_payment where payment_id = ${paymentId}::uuid`)
  if (row === undefined) return undefined
  const { payment_id, account_id, way, intent_id, tax_cents, created_at } = row
  return { paymentId: payment_id, accountId: account_id, way, intentId: intent_id ?? undefined, taxCents: tax_cents, createdAt: created_at }
}

/** Notes what was paid with, and the tax on top. */
export async function noteIntent(
  database: Database,
  { paymentId, intentId, taxCents }: { readonly paymentId: string; readonly intentId: string; readonly taxCents: bigint },
): Promise<void> {
  await database.query(sql`
    update stripe_payment set intent_id = ${intentId}, tax_cents = ${taxCents}::bigint where payment_id = ${paymentId}::uuid`)
}

/** Price and tax of a payment; a payment of an erased account is taken as untaxed. */
export async function grossOf(database: Database, payment: { readonly id: string; readonly amount: bigint }): Promise<Gross> {
  const kept = await findStripePayment(database, payment.id)
  return { priceCents: centsOfNano(payment.amount) ?? 0n, taxCents: kept?.taxCents ?? 0n }
}

/** The account of a Stripe customer, or the customer of an account; undefined where there is none. */
export async function findCustomer(database: Database, accountId: string): Promise<string | undefined> {
  const [row] = await database.query<{ customer_id: string }>(sql`
    select customer_id from stripe_customer where account_id = ${accountId}::uuid`)
  return row?.customer_id
}
