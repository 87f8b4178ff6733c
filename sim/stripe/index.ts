/**
 * A Stripe that keeps state: the official library talks to it, people pay, are charged, dispute and get back at it, and each change leaves
 * signed events that can be delivered often, late and in any order. Never talks to Stripe.
 */
import { endDelayed, expireSession, payAt, saveCardAt } from './checkout.ts'
import { type Delivery, raise, sign } from './events.ts'
import { closeDispute, endRefund, escalate, openDispute, refundIntent } from './money.ts'
import { type CardBehaviour, found, newAccount, type StripeAccount, type StripeEvent } from './objects.ts'
import { type StripeServer, serveStripe } from './server.ts'

export type { Delivery } from './events.ts'
export type { CardBehaviour, StripeAccount, StripeEvent } from './objects.ts'
export type { StripeCall, StripeFault } from './server.ts'

/** A Stripe and the people at it. */
export type SimStripe = StripeServer & {
  readonly account: StripeAccount
  readonly secretKey: string
  readonly webhookSecret: string
  readonly baseUrl: string
  /** A person pays at a session's page, with a card that behaves so. */
  readonly pay: (sessionId: string, behaviour?: CardBehaviour) => void
  readonly endDelayed: (sessionId: string, isPaid: boolean) => void
  readonly saveCard: (sessionId: string, behaviour?: CardBehaviour) => void
  readonly expire: (sessionId: string) => void
  /** Somebody refunds at Stripe's own dashboard; resolves with the refund's id. */
  readonly refundAtDashboard: (intentId: string, cents: number) => string
  readonly endRefund: (refundId: string, status: 'succeeded' | 'failed') => void
  readonly dispute: (intentId: string, about?: { readonly cents?: number; readonly isInquiry?: boolean }) => string
  readonly escalate: (disputeId: string) => void
  readonly closeDispute: (disputeId: string, outcome: 'won' | 'lost') => void
  /** An event of any type, about any object. */
  readonly raise: (type: string, object: object) => StripeEvent
  /** An event signed as it is sent now, or `secondsAgo`, or under another secret. */
  readonly deliver: (event: StripeEvent, about?: { readonly secret?: string; readonly secondsAgo?: number }) => Delivery
}

/** Starts a Stripe on this machine; `now` in milliseconds, `name` makes its ids its own. */
export async function startSimStripe({ now, name = 'sim' }: { readonly now: () => number; readonly name?: string }): Promise<SimStripe> {
  const account = newAccount(now, name)
  const secretKey = `sk_test_${name.padEnd(24, '0')}`
  const webhookSecret = `whsec_${name.padEnd(32, '0')}`
  const server = await serveStripe(account, secretKey)
  const session = (id: string) => found(account.sessions, id)
  const acts = {
    pay: (id: string, behaviour: CardBehaviour = 'ok') => payAt(account, session(id), behaviour),
    endDelayed: (id: string, isPaid: boolean) => endDelayed(account, session(id), isPaid),
    saveCard: (id: string, behaviour: CardBehaviour = 'ok') => saveCardAt(account, session(id), behaviour),
    expire: (id: string) => expireSession(account, session(id)),
    refundAtDashboard: (id: string, cents: number) => refundIntent(account, found(account.intents, id), { amount: cents, metadata: {} }).id,
    endRefund: (id: string, status: 'succeeded' | 'failed') => endRefund(account, found(account.refunds, id), status),
    dispute: (id: string, { cents, isInquiry = false }: { readonly cents?: number; readonly isInquiry?: boolean } = {}) => {
      const intent = found(account.intents, id)
      return openDispute(account, intent, { amount: cents ?? intent.amount, isInquiry }).id
    },
    escalate: (id: string) => escalate(account, found(account.disputes, id)),
    closeDispute: (id: string, outcome: 'won' | 'lost') => closeDispute(account, found(account.disputes, id), outcome),
    raise: (type: string, object: object) => raise(account, type, object),
    deliver: (
      event: StripeEvent,
      { secret = webhookSecret, secondsAgo = 0 }: { readonly secret?: string; readonly secondsAgo?: number } = {},
    ) => sign(event.payload, { secret, seconds: Math.floor(now() / 1000) - secondsAgo }),
  }
  return Object.assign(server, acts, { account, secretKey, webhookSecret, baseUrl: `http://127.0.0.1:${server.port}` })
}
