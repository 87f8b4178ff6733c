import { sql } from '../../../db/index.ts'
import type { RailEntry, RailReport } from '../../../spec/index.ts'
import { listByExternalKeys } from '../../store.ts'
import { nanoOfCents } from './cents.ts'
import { RAIL, type StripeParts } from './parts.ts'
import { StripeRequestError } from './stripe-error.ts'
import { findStripePayment } from './stripe-rows.ts'

const DAY_SECONDS = 86_400

/**
 * What Stripe's own balance lists of charges on a UTC day of which the money came, in the currency that was paid, less the tax on top; named as the journal names them.
 * Undefined while Stripe cannot be asked. Source: docs.stripe.com/api/balance_transactions/list (2026-11-26).
 */
export const stripeReport = ({ api, database, desk }: Pick<StripeParts, 'api' | 'database' | 'desk'>): RailReport => ({
  ...{ rail: RAIL, sourcePrefix: `${RAIL}:`, externalIdIs: 'rest-of-source-key', isExpected: true },
  read: async (day) => {
    const from = Date.parse(`${day}T00:00:00Z`) / 1000
    // A day that cannot be read is told as missing, and keeps no other part of the comparison from being made.
    const charges = await api.listCharges(from, from + DAY_SECONDS).catch(unread)
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
  find: async (externalIds) => {
    const entries: RailEntry[] = []
    for (const { id, externalKey } of await listByExternalKeys(database, RAIL, externalIds)) {
      const kept = await findStripePayment(database, id)
      const intent = kept?.intentId === undefined ? undefined : await api.readIntent(kept.intentId).catch(unread)
      if (kept === undefined || intent?.status !== 'succeeded') continue
      const amount = nanoOfCents(intent.receivedCents - kept.taxCents)
      entries.push({ externalId: externalKey, amount, currency: intent.currency.toUpperCase() })
    }
    return entries
  },
})

/** What cannot be asked now is not told. */
function unread(thrown: unknown): undefined {
  if (!(thrown instanceof StripeRequestError)) throw thrown
}
