import { z } from '@hono/zod-openapi'
import { parseUsd } from '../../lib/index.ts'
import {
  CARD_RENEWAL_STATES,
  DEPOSIT_PROBLEMS,
  DEPOSIT_WARNINGS,
  OWN_DEPOSIT_STATES,
  PAYMENT_PURPOSES,
  PAYMENT_STATES,
  TOP_UP_STATES,
} from '../../payments/index.ts'
import { SUBSCRIPTION_ENDERS } from '../../plans/index.ts'
import { amountInput } from './credit.ts'
import { nameText, ownWords, seenPrice, time, usd } from './fields.ts'
import { ownWishShown } from './refund-wish.ts'
import { planPricingShown } from './shop.ts'

const slug = nameText(64)
const METHOD_EXPECTED = '"stripe", "usdc" or "btcpay"'
const method = z.enum(['stripe', 'stripe_direct', 'usdc', 'btcpay'], METHOD_EXPECTED)

/** What is bought of the balance: a plan, at the price that was seen where one is said, and a key for it if it is wanted. */
export const subscribeInput = z
  .strictObject({
    ...{ planSlug: slug, createKey: z.boolean('true or false').prefault(false), keyName: ownWords(64).optional() },
    price: seenPrice('What a period costs, as GET /api/plans told it'),
    payBy: z
      .enum(['balance', 'card'], '"balance" or "card"')
      .prefault('balance')
      .openapi({ description: '"card": the saved card pays what the balance lacks of price; signed in, with a new proof that it is you' }),
  })
  .openapi('Subscribe')

const savesCard = z
  .boolean('true or false')
  .prefault(false)
  .openapi({ description: 'Whether the card that pays is kept, for what is agreed to later; signed in, with a new proof that it is you' })

/** A plan that is paid for outside. */
export const checkoutInput = z.strictObject({ planSlug: slug, method: method.prefault('stripe'), savesCard }).openapi('Checkout')

/** Balance that is paid for outside; a promotion brings a gift with it. */
export const topupInput = z
  .strictObject({ amount: amountInput, method: method.prefault('stripe'), promoCode: nameText(64).optional(), savesCard })
  .openapi('Topup')

/** Where coins are sent; each warning in English, and by its code with what it is filled with. What was remembered before there were codes has none. */
export const payingAddress = {
  ...{ address: z.string(), chain: z.string(), token: z.string(), tokenSymbol: z.string().default('USDC'), uri: z.string() },
  warnings: z.array(z.string()),
  warningCodes: z
    .array(
      z.object({
        code: z.enum(DEPOSIT_WARNINGS),
        values: z.object({ chains: z.string().optional(), tokens: z.string().optional(), minimum: usd.optional() }),
      }),
    )
    .default([]),
}

/** Where to go on with paying: a page, or an address. */
export const checkoutShown = z
  .union([
    z.object({ paymentId: z.string(), sessionUrl: z.string(), sessionId: z.string() }),
    z.object({
      ...payingAddress,
      amount: usd,
      paymentId: z.string().optional(),
    }),
  ])
  .openapi('CheckoutStep')

/** Money that was sent, by the hash of its transaction. */
export const verifyTopupInput = z.strictObject({ txHash: z.string().min(1).max(200), amount: amountInput }).openapi('VerifyTopup')

/** Money that was found and credited, and the balance with it. */
export const verifyTopupShown = z.object({ credited: usd, balance: usd }).openapi('VerifiedTopup')

/** A subscription that is ended with its period. */
export const cancelInput = z.strictObject({ subscriptionId: z.string().min(1).max(64) }).openapi('Cancel')

/** A subscription that is to go on after all. */
export const keepInput = cancelInput.openapi('Keep')

/** A subscription, and the plan that it might go over to. */
export const planQuoteInput = z.strictObject({ subscriptionId: z.string().min(1).max(64), planSlug: slug })

const CHANGES = ['now', 'at_period_end', 'kept'] as const
/** A subscription that is to go over to another plan; `price` and `change` as they were told before: if they are others now, nothing is done. */
export const changePlanInput = planQuoteInput
  .extend({
    price: seenPrice('What a period costs, as GET told it'),
    change: z.enum(CHANGES, '"now", "at_period_end" or "kept"').openapi({ description: 'When it holds, as GET told it' }).optional(),
  })
  .openapi('ChangePlan')

/** What that would do now: from when on, at what price for each period, and what of the period that goes on comes back. */
export const planQuoteShown = z
  .object({
    ...{ change: z.enum(CHANGES), startsAt: time.nullable(), price: usd },
    ...{ period: z.enum(['month', 'year', 'free']), returned: usd },
  })
  .openapi('PlanQuote')

/** When it does, and how it is now. */
export const planChangedShown = z
  .object({
    ...{ id: z.string(), planSlug: z.string(), nextPlanSlug: z.string().nullable(), change: z.enum(CHANGES) },
    ...{ status: z.enum(['active', 'past_due', 'canceled']), currentPeriodEnd: time.nullable(), cancelAtPeriodEnd: z.boolean() },
  })
  .openapi('PlanChanged')

/** What an account paid in and has left. */
export const ownCreditsShown = z
  .object({ totalTopUp: usd, remaining: usd, held: usd, debt: usd, hasCreditKey: z.boolean(), creditKeyCount: z.int(), userId: z.string() })
  .openapi('OwnCredits')

/** A code that is redeemed. */
export const redeemInput = z.strictObject({ code: nameText(64) }).openapi('Redeem')

/** A code that was redeemed, as it is remembered for a repeated POST, and as it is told. */
export const redeemRemembered = z.object({ hash: z.string(), amount: usd, kind: z.enum(['deposit', 'promotion']) })
export const redeemShown = z.object({ credited: usd, balance: usd, transferId: z.string() }).openapi('Redeemed')

/** A subscription as its account sees it. */
export const ownSubscriptionShown = z
  .object({
    id: z.string(),
    planSlug: z.string(),
    status: z.enum(['active', 'past_due', 'canceled']),
    currentPeriodEnd: time.nullable(),
    cancelAtPeriodEnd: z.boolean(),
    endedBy: z.enum(SUBSCRIPTION_ENDERS).nullable(),
    nextPlanSlug: z.string().nullable(),
    keyCount: z.int(),
    keys: z.array(z.object({ id: z.string(), name: z.string().nullable() })),
    ...planPricingShown,
  })
  .openapi('OwnSubscription')

/** A seat as its account sees it. */
export const seatShown = z
  .object({
    id: z.string(),
    poolId: z.string(),
    poolSlug: z.string(),
    block: z.string(),
    status: z.enum(['active', 'past_due', 'canceled']),
    currentPeriodEnd: time.nullable(),
    cancelAtPeriodEnd: z.boolean(),
    endedBy: z.enum(SUBSCRIPTION_ENDERS).nullable(),
    hasKey: z.boolean(),
  })
  .openapi('OwnSeat')

/** What an account subscribed to and has. */
export const billingStatusShown = z
  .object({ subscriptions: z.array(ownSubscriptionShown), poolPledges: z.array(seatShown), creditBalance: usd })
  .openapi('BillingStatus')

/** A subscription that began, as it is remembered, and with its key if one was wanted. */
export const subscribedRemembered = z.object({
  subscriptionId: z.string(),
  planSlug: z.string(),
  status: z.string(),
  currentPeriodEnd: time.nullable(),
})
export const subscribedShown = subscribedRemembered
  .extend({ key: z.object({ id: z.string(), name: z.string(), apiKey: z.string() }).nullable() })
  .openapi('Subscribed')

/** By what code an account brings others. */
export const referralShown = z.object({ code: z.string(), percent: z.string().nullable() }).openapi('OwnReferral')
export const referralInput = z.strictObject({ code: nameText(32) }).openapi('Referral')
export const referralNoted = z.object({ accepted: z.literal(true) })

/** Below what an account is told that its balance is low; null is what the house says. */
export const alertInput = z.strictObject({ threshold: amountInput.nullable() }).openapi('BalanceAlert')
export const alertShown = z.object({ threshold: usd.nullable(), isOwn: z.boolean(), isLow: z.boolean() }).openapi('OwnBalanceAlert')

/** The ways to pay and their bounds; a bonus in percent from an amount on; `refunds.days` where money goes back within so many. */
export const topupOptionsShown = z
  .object({
    methods: z.array(z.string()),
    minimum: usd,
    maximum: usd,
    bonus: z.array(z.object({ from: usd, percent: z.string() })),
    takesPromoCodes: z.boolean(),
    refunds: z.object({ kind: z.enum(['never', 'days', 'case_by_case']), days: z.int().nullable() }),
  })
  .openapi('TopupOptions')

/** A payment as its account sees it: what of it went back or is about to, how much can be asked back now and who decides on that, and what was asked. */
export const ownPaymentShown = z
  .object({
    id: z.string(),
    method: z.string(),
    purpose: z.enum(PAYMENT_PURPOSES),
    amount: usd,
    state: z.enum(PAYMENT_STATES),
    outcome: z.string().nullable(),
    createdAt: time,
    expiresAt: time.nullable(),
    returned: usd,
    returnable: z.object({ amount: usd, decidedBy: z.enum(['rule', 'person']) }).nullable(),
    askedBack: ownWishShown.nullable(),
  })
  .openapi('OwnPayment')

/** A saved card, as it is recognized; `expires` is the last month in which it is good. */
export const ownCardShown = z
  .object({ brand: z.string(), last4: z.string(), expires: z.string().nullable().openapi({ example: '2029-11' }) })
  .openapi('OwnCard')

/** A page at the processor of cards that somebody is sent to. */
export const cardPageShown = z.object({ url: z.string() }).openapi('CardPage')

const EXPECTED = 'USD as a positive decimal string with at most 9 decimals, such as "25.00"'
const positive = z
  .string(EXPECTED)
  .refine((text) => (parseUsd(text) ?? 0n) > 0n, EXPECTED)
  .openapi({ example: '25.00', description: 'USD as a decimal string' })

/** Below what an account tops itself up with its saved card, by how much, and by how much at most in a UTC day. */
export const autoTopUpInput = z.strictObject({ threshold: positive, amount: amountInput, dailyMaximum: positive }).openapi('AutoTopUp')

/**
 * How an account tops itself up: `never` was it set, `armed` it waits for the balance to fall, `charging` a card is asked, `owing` what came paid a debt,
 * of which there is more, `off` it was stopped, or stopped itself, by `outcome`.
 */
export const autoTopUpShown = z
  .object({
    ...{ state: z.enum(['never', ...TOP_UP_STATES]), threshold: usd.nullable(), amount: usd.nullable(), dailyMaximum: usd.nullable() },
    ...{ chargedToday: usd, outcome: z.string().nullable() },
  })
  .openapi('OwnAutoTopUp')

/** That the saved card pays what the balance lacks of renewals, and how much of that at most in a UTC day. */
export const cardRenewalsInput = z.strictObject({ dailyMaximum: positive }).openapi('CardRenewals')

/**
 * How the saved card pays renewals: `never` was it set, `on` it does, `charging` a card is asked, `off` it was stopped, or stopped itself, by `outcome`.
 */
export const cardRenewalsShown = z
  .object({
    ...{
      state: z.enum(['never', ...CARD_RENEWAL_STATES]),
      dailyMaximum: usd.nullable(),
      chargedToday: usd,
      outcome: z.string().nullable(),
    },
  })
  .openapi('OwnCardRenewals')

/** Money that came on a chain; `confirmations` until it is final, `dismissed` where the operator looked at it and did not credit it. */
export const ownDepositShown = z
  .object({
    chainId: z.int(),
    txHash: z.string().nullable(),
    amount: usd.nullable(),
    state: z.enum(OWN_DEPOSIT_STATES),
    problem: z.enum(DEPOSIT_PROBLEMS).nullable(),
    confirmations: z.object({ seen: z.int(), needed: z.int(), missing: z.int() }).nullable(),
    seenAt: time,
  })
  .openapi('OwnDeposit')
