import { sql } from '../../../db/index.ts'
import type { RailReport } from '../../../spec/index.ts'
import { nanoOfCents } from './cents.ts'
import { RAIL, type StripeParts } from './parts.ts'
import { StripeRequestError } from './stripe-error.ts'

const DAY_SECONDS = 86_400

/**
 * What Stripe's own balance lists of charges on a UTC day, in the currency that was paid, less the tax on top; named as the journal names them.
 * Undefined while Stripe cannot be asked. Source: docs.stripe.com/api/balance_transactions/list (2026-11-26).
 */
export const stripeReport = ({ api, database, desk }: Pick<StripeParts, 'api' | 'database' | 'desk'>): RailReport => ({
  ...{ rail: RAIL, sourcePrefix: `${RAIL}:`, externalIdIs: 'rest-of-source-key', isExpected: true },
  read: async (day) => {
    const from = Date.parse(`${day}T00:00:00Z`) / 1000
    const charges = await api.listCharges(from, from + DAY_SECONDS).catch((thrown: unknown) => {
      // A day that cannot be read is told as missing, and keeps no other part of the comparison from being made.
      if (thrown instanceof StripeRequestError) return undefined
      throw thrown
    })
    if (charges === undefined) return undefined
    const taxed = await database.query<{ intent_id: string; tax_cents: bigint }>(sql`
      select intent_id, tax_cents from stripe_payment where tax_cents > 0 and intent_id = any(${charges.map(({ intentId }) => intentId)}::text[])`)
    const taxes = new Map(taxed.map((row) => [row.intent_id, row.tax_cents]))
    return charges.map(({ intentId, amountCents, currency }) => ({
      externalId: desk.externalKey(RAIL, intentId),
      amount: nanoOfCents(amountCents - (taxes.get(intentId) ?? 0n)),
      currency: currency.toUpperCase(),
    }))
  },
})
