import { fail } from '../../../failures.ts'
import { formatUsd, type NanoUsd } from '../../../lib/index.ts'
import type { PaymentPurpose } from '../../payment.ts'
import { returnPageOf } from '../../return-page.ts'
import { findPayment } from '../../store.ts'
import { centsOfNano } from './cents.ts'
import { askOfCustomer } from './customer.ts'
import { cardsPageOf, RAIL, type StripeParts, timeOf } from './parts.ts'
import { insertStripePayment } from './stripe-rows.ts'

/** What somebody wants to pay for at Stripe's page; `amount` in nano-USD, a whole number of cents. */
export type CheckoutRequest = {
  readonly accountId: string
  readonly amount: NanoUsd
  readonly purpose: PaymentPurpose
  /** Whether the card is kept at Stripe for later payments. */
  readonly savesCard?: boolean
  /** The id of the payment, where the same asking may come twice. */
  readonly paymentId?: string
}

/** A page at Stripe that somebody is sent to. */
export type OpenedPage = { readonly sessionId: string; readonly sessionUrl: string }

/** Stripe takes no session that ends sooner than 30 minutes. Source: docs.stripe.com/api/checkout/sessions/create (2026-11-26). */
const OPEN_MS = 3_600_000

/** Opens a page where an amount is paid. Fails with amount_invalid, invalid_field (amount), rail_unavailable. */
export async function openCheckout(parts: StripeParts, request: CheckoutRequest): Promise<OpenedPage & { readonly paymentId: string }> {
  const { accountId, amount, purpose, savesCard = false, paymentId } = request
  const cents = requireAmount(parts, { amount, purpose })
  const until = new Date(parts.clock.now() + OPEN_MS)
  const asked = { accountId, rail: RAIL, purpose, amount, expiresAt: until, ...(paymentId === undefined ? {} : { id: paymentId }) } as const
  // Whoever asks again asks with the very same words: under one key Stripe takes no others.
  const { id, expiresAt = until } = await parts.desk.open(asked)
  await insertStripePayment(parts.database, { paymentId: id, accountId, way: 'checkout', createdAt: timeOf(parts) })
  const back = returnPageOf(parts.publicUrl, purpose)
  const session = {
    ...{ reference: id, expiresAt: secondsOf(expiresAt), successUrl: `${back}?paid=card`, cancelUrl: back },
    ...{ price: { cents, label: `${parts.service}: ${LABELS[purpose.kind]}` }, savesCard, isTaxed: parts.settings.isTaxed },
  }
  const page = await askOfCustomer(parts, accountId, (customerId) =>
    parts.api.createSession({ ...session, customerId }, `checkout:${id}:${customerId}`),
  )
  // Nobody has the address of the page before this is noted, so nobody can pay at a page that is not known here.
  if (!(await parts.desk.noteRef(id, page.id))) await requireNoted(parts, { id, pageId: page.id })
  return { paymentId: id, sessionId: page.id, sessionUrl: page.url }
}

/** Fails with rail_unavailable where a payment has another page than this, as one of a customer that is not there any more. */
async function requireNoted({ database }: StripeParts, { id, pageId }: { readonly id: string; readonly pageId: string }): Promise<void> {
  if ((await findPayment(database, id))?.railRef !== pageId) fail('rail_unavailable')
}

/** Opens a page where a card is left for later payments. Source: docs.stripe.com/payments/save-and-reuse (2026-11-26). */
export async function openCardPage(parts: StripeParts, accountId: string): Promise<OpenedPage> {
  const reference = parts.ids.uuid()
  const expiresAt = secondsOf(new Date(parts.clock.now() + OPEN_MS))
  const back = cardsPageOf(parts)
  const session = {
    ...{ reference, expiresAt, successUrl: `${back}?card=left`, cancelUrl: back },
    ...{ price: undefined, savesCard: true, isTaxed: false },
  }
  const page = await askOfCustomer(parts, accountId, (customerId) =>
    parts.api.createSession({ ...session, customerId }, `card:${reference}:${customerId}`),
  )
  return { sessionId: page.id, sessionUrl: page.url }
}

const LABELS: Readonly<Record<PaymentPurpose['kind'], string>> = { topup: 'credit', plan: 'plan', seats: 'seats', renewal: 'renewal' }

const secondsOf = (time: Date): number => Math.floor(time.getTime() / 1000)

/** Cents of an amount that may be paid: top-ups within the rules of the house, and all within what a card can pay. */
export function requireAmount(
  { rules }: Pick<StripeParts, 'rules'>,
  { amount, purpose }: { readonly amount: NanoUsd; readonly purpose: PaymentPurpose },
): bigint {
  const cents = amount > 0n ? centsOfNano(amount) : undefined
  if (cents === undefined) fail('amount_invalid', { field: 'amount' })
  const least = purpose.kind === 'topup' ? rules.minimumTopup : CARD_MINIMUM
  if (amount < least || amount > rules.maximumTopup)
    fail('invalid_field', { field: 'amount', expected: `an amount from ${formatUsd(least)} to ${formatUsd(rules.maximumTopup)} USD` })
  return cents
}

/** Source: docs.stripe.com/currencies#minimum-and-maximum-charge-amounts (2026-11-26). */
export const CARD_MINIMUM: NanoUsd = 500_000_000n
