import type { CardBehaviour, SeededRandom, StripeEvent } from '../../../sim/index.ts'
import { sql } from '../../../src/db/index.ts'
import type { Lane } from './lane.ts'

/** Somebody who opened a page and never paid at it. */
export type Victim = { readonly accountId: string; readonly paymentId: string; readonly sessionId: string }

/** What a forgery sends: bytes and a signature; or an event that Stripe itself signs, of things that are not what they say. */
export type Forged = { readonly body: string; readonly signature: string | undefined }

type Forgery = (lane: Lane, victim: Victim, random: SeededRandom) => Promise<Forged> | Forged

/** Every way of forging, by name. */
export const FORGERIES: Readonly<Record<string, Forgery>> = {
  'unsigned: a session that says it is paid': (lane, victim) => ({ body: paidSession(lane, victim), signature: undefined }),
  'signed with an empty secret': (lane, victim) => signedWith(lane, paidSession(lane, victim), ''),
  'signed with the prefix alone': (lane, victim) => signedWith(lane, paidSession(lane, victim), 'whsec_'),
  'signed with a secret of theirs': (lane, victim, random) => signedWith(lane, paidSession(lane, victim), `whsec_${random.word(32)}`),
  'a true signature of other bytes': (lane, victim) => {
    const { headers } = lane.sim.deliver(lane.sim.raise('payment_intent.created', { id: 'pi_none', object: 'payment_intent' }))
    return { body: paidSession(lane, victim), signature: headers['stripe-signature'] }
  },
  'truly signed, and Stripe has it unpaid': (lane, victim) =>
    truly(lane, 'checkout.session.completed', objectOf(paidSession(lane, victim))),
  'truly signed, and of no object that is there': (lane, victim, random) =>
    truly(lane, 'payment_intent.succeeded', {
      ...{ id: `pi_${random.word(12)}`, object: 'payment_intent', amount_received: 99_999_900, metadata: { farebox: victim.paymentId } },
    }),
  'paid at a page made elsewhere that names the payment': (lane, victim) => {
    const made = {
      ...sessionOf(lane, victim),
      id: lane.sim.account.newId('cs_test'),
      payment_intent: null,
      metadata: { farebox: victim.paymentId },
    }
    lane.sim.account.sessions.set(made.id, made)
    return lastOf(lane, () => lane.sim.pay(made.id))
  },
  'a payment made elsewhere whose metadata name the payment': (lane, victim) => {
    const { customer, amount_subtotal: amount } = sessionOf(lane, victim)
    const intent = {
      ...{
        id: lane.sim.account.newId('pi'),
        object: 'payment_intent' as const,
        created: 0,
        currency: 'usd',
        customer,
        amount: amount ?? 0,
      },
      ...{ amount_received: amount ?? 0, status: 'succeeded' as const, latest_charge: null, last_payment_error: null },
      metadata: { farebox: victim.paymentId, account: victim.accountId },
    }
    lane.sim.account.intents.set(intent.id, intent)
    return truly(lane, 'payment_intent.succeeded', intent)
  },
  'paid less than was asked': (lane, victim) => changed(lane, victim, { amount_subtotal: 50, amount_total: 50 }),
  'paid in another currency': (lane, victim, random) => changed(lane, victim, { currency: random.pick(['jpy', 'idr', 'eur', 'USD']) }),
  'paid by another customer': (lane, victim) => changed(lane, victim, { customer: lane.sim.account.newId('cus') }),
  'paid with a discount': (lane, victim) =>
    changed(lane, victim, {
      total_details: { amount_tax: 0, amount_discount: (sessionOf(lane, victim).amount_subtotal ?? 0) - 50, amount_shipping: 0 },
    }),
  'paid with a card that was refused': (lane, victim) =>
    lastOf(lane, () => lane.sim.pay(victim.sessionId, 'declined' satisfies CardBehaviour)),
  'an order of another processor': async (lane, victim) => {
    await lane.world.database.query(sql`update payment set rail = 'btcpay' where id = ${victim.paymentId}::uuid`)
    return lastOf(lane, () => lane.sim.pay(victim.sessionId))
  },
}

const sessionOf = ({ sim }: Lane, { sessionId }: Victim) => {
  const session = sim.account.sessions.get(sessionId)
  if (session === undefined) throw new TypeError('a page that was opened is not there')
  return session
}

/** What an event would be if the page had been paid at, with a sum of the forger's choice. */
function paidSession(lane: Lane, victim: Victim): string {
  const object = {
    ...sessionOf(lane, victim),
    status: 'complete',
    payment_status: 'paid',
    payment_intent: 'pi_forged',
    amount_total: 99_999_900,
  }
  const metadata = { farebox: victim.paymentId, account: victim.accountId, amount: '99999900' }
  return JSON.stringify({
    id: lane.sim.account.newId('evt'),
    object: 'event',
    type: 'checkout.session.completed',
    data: { object: { ...object, metadata } },
  })
}

const objectOf = (body: string): object => (JSON.parse(body) as { data: { object: object } }).data.object

function signedWith({ sim }: Lane, body: string, secret: string): Forged {
  const event: StripeEvent = { id: 'evt_forged', type: 'checkout.session.completed', created: 0, payload: body }
  return { body, signature: sim.deliver(event, { secret }).headers['stripe-signature'] }
}

function truly({ sim }: Lane, type: string, object: object): Forged {
  const { body, headers } = sim.deliver(sim.raise(type, object))
  return { body, signature: headers['stripe-signature'] }
}

/** A page that is changed at Stripe and then truly paid at. */
function changed(lane: Lane, victim: Victim, change: object): Forged {
  Object.assign(sessionOf(lane, victim), change)
  return lastOf(lane, () => lane.sim.pay(victim.sessionId))
}

/** The last event that an act leaves, truly signed. */
function lastOf({ sim }: Lane, act: () => void): Forged {
  act()
  const event = sim.account.events.at(-1)
  if (event === undefined) throw new TypeError('nothing was told')
  const { body, headers } = sim.deliver(event)
  return { body, signature: headers['stripe-signature'] }
}
