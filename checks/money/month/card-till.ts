import type { SeededRandom } from '../../../sim/index.ts'
import { HOUSE } from '../../../src/ledger/index.ts'
import { type Act, ask, drawAct, happen, inDisorder, type Lane, type Manner, openLane } from '../stripe/index.ts'
import type { Evidence, Rail } from './rails.ts'
import type { Till, TillParts } from './till.ts'

const NANO_IN_CENT = 10_000_000n
const FORWARD_MS_MAX = 61_000
/** So few payments of late are where things happen that much happens to each. */
const RECENT = 5
const WAYS = ['ok', 'ok', 'ok', 'delayed', 'declined', 'expired'] as const

const DECISIONS = [
  { kind: 'close', outcome: 'won' },
  { kind: 'close', outcome: 'lost' },
] as const
const FAILURE = { kind: 'end-refund', at: 0, status: 'failed' } as const

type Page = { readonly sessionId: string; readonly paymentId: string; readonly accountId: string; readonly cents: number }
type Counter = { readonly lane: Lane; readonly manner: Manner; readonly pages: Page[]; readonly spent: Evidence[] }

/**
 * Opens a till that takes cards: pages are paid at, refunded in part here and at Stripe, refunds fail, payments are disputed, won and lost,
 * and money is spent meanwhile. Events come days late, shuffled, up to ten times, while every await of what takes them is cut in turn.
 */
export async function openCardTill(parts: TillParts): Promise<Till> {
  const { store, random, clock, count } = parts
  const shared = {
    get at() {
      return clock.now()
    },
    set at(to: number) {
      clock.forward(Math.min(to - clock.now(), FORWARD_MS_MAX))
    },
  }
  const lane = await openLane('month', { store, clock: shared })
  const tally = { deliveries: 0, refused: 0, cuts: 0 }
  const manner = inDisorder(lane, random, tally)
  const counter: Counter = { lane, manner, pages: [], spent: [] }
  return {
    begin: async (accountId) => {
      const { sessionId } = await openPage(counter, accountId, 100 + random.below(5000))
      const way = random.pick(WAYS)
      if (way === 'expired') lane.sim.expire(sessionId)
      else lane.sim.pay(sessionId, way)
    },
    goOn: async () => {
      const recent = counter.pages.filter(({ sessionId }) => isPaidAt(lane, sessionId)).slice(-RECENT)
      const page = recent[random.below(Math.max(1, recent.length))]
      if (page !== undefined) count(`card-${await happenTo(counter, page, parts)}`)
      if (random.below(3) === 0) await manner.settled()
    },
    finish: async (accountId) => {
      await manner.settled()
      for (const end of ENDS) if (!hasEnded(lane, end)) await endSo(counter, accountId, end)
      clock.forward(2 * FORWARD_MS_MAX)
      await lane.rail.finish()
      await manner.settled()
      for (const { status } of lane.sim.account.disputes.values()) count(`dispute-${status}`)
      for (const { status } of lane.sim.account.refunds.values()) count(`refund-${status}`)
    },
    rails: railsOf(counter),
    report: lane.rail.report,
    close: lane.close,
  }
}

async function openPage({ lane, pages }: Counter, accountId: string, cents: number): Promise<Page> {
  const { sessionId, paymentId } = await lane.rail.checkout({ accountId, amount: BigInt(cents) * NANO_IN_CENT, purpose: { kind: 'topup' } })
  const page = { sessionId, paymentId, accountId, cents }
  pages.push(page)
  return page
}

const ENDS = ['dispute-won', 'dispute-lost', 'refund-succeeded', 'refund-failed'] as const
type End = (typeof ENDS)[number]

const hasEnded = ({ sim: { account } }: Lane, end: End): boolean =>
  [...account.disputes.values()].some(({ status }) => `dispute-${status}` === end) ||
  [...account.refunds.values()].some(({ status }) => `refund-${status}` === end)

/** A payment that ends as none did by chance. */
async function endSo(counter: Counter, accountId: string, end: End): Promise<void> {
  const { lane, manner } = counter
  const { sessionId, cents } = await openPage(counter, accountId, 100)
  lane.sim.account.refundsPend = end === 'refund-failed'
  lane.sim.pay(sessionId)
  await manner.settled()
  const isDispute = end === 'dispute-won' || end === 'dispute-lost'
  happen(lane, sessionId, isDispute ? { kind: 'dispute', cents, isInquiry: false } : { kind: 'refund-at-dashboard', cents })
  await manner.settled()
  if (isDispute) happen(lane, sessionId, { kind: 'close', outcome: end === 'dispute-won' ? 'won' : 'lost' })
  if (end === 'refund-failed') happen(lane, sessionId, FAILURE)
  await manner.settled()
}

const isPaidAt = ({ sim: { account } }: Lane, sessionId: string): boolean => account.sessions.get(sessionId)?.status === 'complete'

/** Something happens to a payment; returns what. */
async function happenTo({ lane, manner, spent }: Counter, page: Page, { random, ids, store }: TillParts): Promise<string> {
  const { sessionId, paymentId, accountId, cents } = page
  lane.sim.account.refundsPend = random.below(3) === 0
  const intent = lane.sim.account.intents.get(lane.sim.account.sessions.get(sessionId)?.payment_intent ?? '')
  if (intent?.status === 'processing') {
    lane.sim.endDelayed(sessionId, random.below(3) > 0)
    return 'delay-ended'
  }
  const luck = random.below(6)
  if (luck === 0) {
    const available = (await store.ledger.balanceOf(accountId))?.available ?? 0n
    const evidence = { sourceKey: `spent:${ids.uuid()}`, accountId, amount: available - available / 4n }
    if (evidence.amount === 0n) return 'nothing'
    const isSpent = await store.ledger.purchase({ ...evidence, reason: 'month' }).then(
      () => true,
      () => false,
    )
    if (isSpent) spent.push({ ...evidence, amount: -evidence.amount })
    return 'money-spent'
  }
  if (luck === 1) {
    const refund = await ask(lane, paymentId, BigInt(1 + random.below(cents)) * NANO_IN_CENT)
    if (refund !== undefined) await manner.carry(refund)
    return refund === undefined ? 'refund-refused' : 'refund-asked'
  }
  // Chance alone would seldom decide a dispute, or have a refund fail.
  const isDisputed = [...lane.sim.account.disputes.values()].some(({ payment_intent }) => payment_intent === intent?.id)
  const ends: readonly [Act, Act] = isDisputed ? DECISIONS : [FAILURE, { kind: 'dispute', cents, isInquiry: false }]
  const act = random.below(2) === 0 ? random.pick(ends) : drawAct(random, partOf(random, cents))
  happen(lane, sessionId, act)
  return act.kind
}

const partOf = (random: SeededRandom, cents: number) => (): number => 1 + random.below(cents)

/** Charges of which the money came. */
const paidCharges = ({ charges }: Counter['lane']['sim']['account']) => [...charges.values()].filter(({ status }) => status === 'succeeded')

/** What Stripe's own account says of charges, refunds and disputes, and what was bought with it. */
function railsOf({ lane, pages, spent }: Counter): readonly Rail[] {
  const { account } = lane.sim
  const { desk } = lane.world.open()
  const ownerOf = (intentId: string): string => {
    const session = [...account.sessions.values()].find(({ payment_intent }) => payment_intent === intentId)
    return pages.find(({ sessionId }) => sessionId === session?.id)?.accountId ?? ''
  }
  const nano = (cents: number): bigint => BigInt(cents) * NANO_IN_CENT
  const deposits = (): readonly Evidence[] =>
    paidCharges(account).map(({ id, payment_intent: intent, amount }) => ({
      ...{ sourceKey: `stripe:${desk.externalKey('stripe', intent ?? id)}`, accountId: ownerOf(intent ?? id), amount: nano(amount) },
    }))
  const refunds = (): readonly Evidence[] =>
    [...account.refunds.values()].map(({ id, payment_intent, metadata, status, amount }) => ({
      sourceKey: `stripe-refund:${metadata['farebox'] ?? desk.externalKey('stripe', id)}`,
      ...{ accountId: ownerOf(payment_intent), amount: status === 'failed' ? 0n : -nano(amount) },
    }))
  const disputes = (): readonly Evidence[] =>
    [...account.disputes.values()].map(({ id, payment_intent, balance_transactions }) => ({
      sourceKey: `stripe-dispute:${desk.externalKey('stripe', id)}`,
      ...{ accountId: ownerOf(payment_intent), amount: balance_transactions.reduce((sum, moved) => sum + nano(moved.amount), 0n) },
    }))
  const back = { kinds: ['refund', 'chargeback', 'reversal'], clearing: [HOUSE.refunds, HOUSE.chargebacks] }
  return [
    { name: 'deposits by card', kinds: ['deposit'], prefix: 'stripe:', clearing: [HOUSE.deposits], evidence: deposits },
    { name: 'refunds to cards', ...back, prefix: 'stripe-refund:', evidence: refunds },
    { name: 'disputes of cards', ...back, prefix: 'stripe-dispute:', evidence: disputes },
    { name: 'spent', kinds: ['purchase'], prefix: 'spent:', clearing: [HOUSE.revenue], evidence: () => spent },
  ]
}
