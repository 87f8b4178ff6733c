import type { Database } from '../../../db/index.ts'
import { FailureError, fail } from '../../../failures.ts'
import { doEach } from '../../../lib/index.ts'
import type { RailReport } from '../../../spec/index.ts'
import type { Payment } from '../../payment.ts'
import type { Webhook } from '../../rail.ts'
import { findPayment } from '../../store.ts'
import { askRefund, type RefundRequest } from './ask-refund.ts'
import { type AutoTopUp, readAutoTopUp, type ShownAutoTopUp, setAutoTopUp, stopAutoTopUp } from './auto-top-up.ts'
import { type CardRenewals, readCardRenewals, type ShownCardRenewals, setCardRenewals, stopCardRenewals } from './card-renewals.ts'
import { carryOnRefund, carryOnRefunds } from './carry-on-refund.ts'
import { carryOnCharges, chargeSavedCard, type SavedCardRequest } from './charge-card.ts'
import { chargeForPlan, type PlanByCard } from './charge-for-plan.ts'
import { type CheckoutRequest, type OpenedPage, openCardPage, openCheckout } from './checkout.ts'
import { portalOf } from './customer.ts'
import { listDisputes, type ShownDispute } from './disputes.ts'
import { runErasures } from './erase.ts'
import { lookAgain } from './look-again.ts'
import { makeLookBack } from './look-back.ts'
import type { StripeParts } from './parts.ts'
import { makeRecentCards } from './recent-cards.ts'
import { listRefundsOf, type Refund } from './refund-rows.ts'
import { stripeReport } from './report.ts'
import { runAutoTopUps } from './run-auto-top-ups.ts'
import { runCardRenewals } from './run-card-renewals.ts'
import { openStripeApi } from './sdk.ts'
import type { StripeSettings } from './settings.ts'
import type { Card, Receipt, StripeApi } from './stripe-api.ts'
import { isStripeError } from './stripe-error.ts'
import { findStripePayment } from './stripe-rows.ts'
import { answerEvent, takeEvent, type WebhookDelivery, type WebhookOutcome } from './webhook.ts'

/** Cards through Stripe. What reaches Stripe fails with rail_unavailable while it cannot be reached or does not take our key, payment_refused when it says no. */
export type StripeRail = {
  /** Takes an event as it came. Fails with webhook_invalid; rejects when Stripe should send it again. */
  readonly takeEvent: (delivery: WebhookDelivery) => Promise<WebhookOutcome>
  /** The same as an answer: 400 for what Stripe did not sign, 503 for what it should send again. */
  readonly webhook: Webhook
  /** Opens a page where something is paid for. Fails with amount_invalid, invalid_field (amount). */
  readonly checkout: (request: CheckoutRequest) => Promise<OpenedPage & { readonly paymentId: string }>
  /** Opens a page where a card is left for later. */
  readonly cardPage: (accountId: string) => Promise<OpenedPage>
  /** A page where somebody manages their cards and finds their receipts. */
  readonly portal: (accountId: string) => Promise<string>
  /** Those that are saved, the one that is charged first. */
  readonly cards: (accountId: string) => Promise<readonly Omit<Card, 'id'>[]>
  /** Charges the saved card, once for each id, such as for a renewal. Fails with card_missing, amount_invalid, invalid_field (amount). */
  readonly chargeSavedCard: (request: SavedCardRequest) => Promise<Payment>
  /** Charges the saved card for what the balance lacks of a plan, once for each id. Fails as `chargeForPlan` says. */
  readonly chargeForPlan: (wanted: PlanByCard) => Promise<Payment | undefined>
  readonly readAutoTopUp: (accountId: string) => Promise<ShownAutoTopUp | undefined>
  /** Fails with card_missing, amount_invalid, invalid_field (amount, threshold, dailyMaximum). */
  readonly setAutoTopUp: (accountId: string, wanted: AutoTopUp) => Promise<void>
  readonly stopAutoTopUp: (accountId: string) => Promise<void>
  readonly readCardRenewals: (accountId: string) => Promise<ShownCardRenewals | undefined>
  /** Fails with card_missing, invalid_field (dailyMaximum). */
  readonly setCardRenewals: (accountId: string, wanted: CardRenewals) => Promise<void>
  readonly stopCardRenewals: (accountId: string) => Promise<void>
  /** Where a payment's receipt is, and the card it shows. Fails with payment_unknown, also for another account's payment. */
  readonly receipt: (accountId: string, paymentId: string) => Promise<Receipt>
  /** Writes a refund down in a transaction of the caller's; `carryOnRefund` then does it. Fails as `askRefund` says. */
  readonly askRefund: (tx: Database, request: RefundRequest) => Promise<Refund>
  readonly carryOnRefund: (id: string) => Promise<Refund | undefined>
  readonly refundsOf: (paymentId: string) => Promise<readonly Refund[]>
  readonly disputes: (asked: { readonly accountId?: string; readonly limit: number }) => Promise<readonly ShownDispute[]>
  /** What Stripe's balance lists of a day. */
  readonly report: RailReport
  /** Tops up accounts that are below their threshold, then charges what balances lack of renewals that are due. */
  readonly topUp: () => Promise<void>
  /** Carries on what crashes, outages and lost events left, and has Stripe forget who was erased. */
  readonly finish: () => Promise<void>
}

/** What the rail is opened with; `settings` undefined where cards are not set up, `api` for tests alone. */
export type OpenStripeOptions = Omit<StripeParts, 'api' | 'settings'> & {
  readonly settings: StripeSettings | undefined
  readonly api?: StripeApi
}

/** Opens the rail; undefined unless both secrets are set, and then nothing of it is there: no page, no webhook. */
export function openStripeRail({ settings, api, ...given }: OpenStripeOptions): StripeRail | undefined {
  if (settings === undefined) return undefined
  const parts: StripeParts = { ...given, settings, api: api ?? openStripeApi(settings) }
  const lookBack = makeLookBack(parts)
  const recentCards = makeRecentCards(parts)
  /** Opens a page on which cards change, so that whoever comes back from it sees them as they are. */
  const changing = <T>(accountId: string, open: (parts: StripeParts, accountId: string) => Promise<T>): Promise<T> =>
    reaching(open(parts, accountId).finally(() => recentCards.forget(accountId)))
  return {
    takeEvent: (delivery) => takeEvent(parts, delivery),
    webhook: answerEvent(parts),
    checkout: (request) =>
      request.savesCard === true ? changing(request.accountId, () => openCheckout(parts, request)) : reaching(openCheckout(parts, request)),
    cardPage: (accountId) => changing(accountId, openCardPage),
    portal: (accountId) => changing(accountId, portalOf),
    cards: async (accountId) => (await reaching(recentCards.of(accountId))).map(({ brand, last4, expires }) => ({ brand, last4, expires })),
    chargeSavedCard: (request) => reaching(chargeSavedCard(parts, request)),
    chargeForPlan: (wanted) => reaching(chargeForPlan(parts, wanted)),
    readAutoTopUp: (accountId) => readAutoTopUp(parts, accountId),
    setAutoTopUp: (accountId, wanted) => reaching(setAutoTopUp(parts, accountId, wanted)),
    stopAutoTopUp: (accountId) => stopAutoTopUp(parts, accountId),
    receipt: (accountId, paymentId) => reaching(receiptOf(parts, accountId, paymentId)),
    askRefund: (tx, request) => askRefund(parts, tx, request),
    carryOnRefund: (id) => reaching(carryOnRefund(parts, id)),
    refundsOf: (paymentId) => listRefundsOf(parts.database, paymentId),
    disputes: (asked) => listDisputes(parts.database, asked),
    report: stripeReport(parts),
    readCardRenewals: (accountId) => readCardRenewals(parts, accountId),
    setCardRenewals: (accountId, wanted) => reaching(setCardRenewals(parts, accountId, wanted)),
    stopCardRenewals: (accountId) => stopCardRenewals(parts, accountId),
    topUp: () => doEach([runAutoTopUps, runCardRenewals], async (run) => void (await run(parts))),
    finish: async () => {
      await carryOnRefunds(parts)
      await carryOnCharges(parts)
      await lookAgain(parts)
      await lookBack()
      await runErasures(parts)
    },
  }
}

async function receiptOf({ database, api }: StripeParts, accountId: string, paymentId: string): Promise<Receipt> {
  const payment = await findPayment(database, paymentId)
  const kept = payment?.accountId === accountId ? await findStripePayment(database, paymentId) : undefined
  return await api.readReceipt(kept?.intentId ?? fail('payment_unknown'))
}

/** A limit on what is asked of Stripe is not the caller's affair: it is told as one of two failures. */
async function reaching<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (thrown) {
    if (thrown instanceof FailureError) throw thrown
    if (isStripeError(thrown, 'unavailable', 'forbidden')) return fail('rail_unavailable')
    if (isStripeError(thrown, 'declined', 'refused', 'missing')) return fail('payment_refused', { code: thrown.code })
    throw thrown
  }
}
