import { sql } from '../../../src/db/index.ts'
import { listProblems } from '../../../src/payments/index.ts'
import type { Manner } from './delivery.ts'
import type { Lane } from './lane.ts'
import type { Act, Plan } from './plan.ts'

const NANO_IN_CENT = 10_000_000n
const TOPUP = { kind: 'topup' } as const
const nano = (cents: number): bigint => BigInt(cents) * NANO_IN_CENT

/** Plays a history with an account of its own; returns how it ended, without a name of anything in it. */
export async function play(lane: Lane, plan: Plan, manner: Manner): Promise<string> {
  const { sim, world, rail } = lane
  const { accountId } = await world.store.newCustomer(0n)
  const { sessionId, paymentId } = await rail.checkout({ accountId, amount: nano(plan.cents), purpose: TOPUP })
  sim.account.refundsPend = plan.refundsPend
  await payAt(lane, { sessionId, way: plan.way }, manner)
  await manner.settled()
  const available = (await world.store.ledger.balanceOf(accountId))?.available ?? 0n
  const spent = nano(plan.spentCents) < available ? nano(plan.spentCents) : available
  if (spent > 0n) await world.store.ledger.purchase({ accountId, amount: spent, sourceKey: `spent:${accountId}`, reason: 'spent' })
  for (const cents of plan.askedBack) {
    const refund = await ask(lane, paymentId, nano(cents))
    if (refund !== undefined) await manner.carry(refund)
    await manner.heard()
  }
  await manner.settled()
  for (const act of plan.acts) {
    happen(lane, sessionId, act)
    await manner.heard()
  }
  if (plan.again > 0) {
    const again = await rail.checkout({ accountId, amount: nano(plan.again), purpose: TOPUP })
    sim.pay(again.sessionId)
  }
  await manner.settled()
  return await stateOf(lane, accountId)
}

async function payAt({ sim }: Lane, { sessionId, way }: { sessionId: string; way: Plan['way'] }, manner: Manner): Promise<void> {
  if (way === 'left') sim.pay(sessionId, 'declined')
  if (way === 'second-card') sim.pay(sessionId, 'declined')
  await manner.heard()
  if (way === 'at-once' || way === 'second-card') sim.pay(sessionId)
  if (way === 'expired') sim.expire(sessionId)
  if (way === 'delayed' || way === 'delayed-lost') {
    sim.pay(sessionId, 'delayed')
    await manner.heard()
    sim.endDelayed(sessionId, way === 'delayed')
  }
  await manner.heard()
}

/** Asks for money back, as the operator; undefined when that is refused. */
export async function ask({ world, rail }: Lane, paymentId: string, amount: bigint): Promise<string | undefined> {
  try {
    return (await world.database.transaction((tx) => rail.askRefund(tx, { paymentId, amount, by: 'operator' }))).id
  } catch (thrown) {
    if (thrown instanceof Error && REFUSALS.includes(thrown.message)) return undefined
    throw thrown
  }
}

const REFUSALS = ['payment_unknown', 'refund_exceeds_payment', 'balance_insufficient']

/** Something happens at Stripe, where it can. */
export function happen({ sim }: Lane, sessionId: string, act: Act): void {
  const intentId = sim.account.sessions.get(sessionId)?.payment_intent ?? ''
  const intent = sim.account.intents.get(intentId)
  if (intent?.status !== 'succeeded') return
  const refunds = [...sim.account.refunds.values()].filter((refund) => refund.payment_intent === intentId)
  const dispute = [...sim.account.disputes.values()].findLast((one) => one.payment_intent === intentId)
  const isOpen = dispute?.status === 'needs_response' || dispute?.status === 'warning_needs_response'
  try {
    if (act.kind === 'refund-at-dashboard') sim.refundAtDashboard(intentId, act.cents)
    if (act.kind === 'end-refund' && refunds[act.at] !== undefined) sim.endRefund(refunds[act.at]?.id ?? '', act.status)
    if (act.kind === 'dispute' && dispute === undefined) sim.dispute(intentId, { cents: act.cents, isInquiry: act.isInquiry })
    if (act.kind === 'escalate' && dispute !== undefined) sim.escalate(dispute.id)
    if (act.kind === 'close' && dispute !== undefined && isOpen) sim.closeDispute(dispute.id, act.outcome)
  } catch (thrown) {
    // Stripe refuses what cannot be, such as more back than was paid: in both ways of playing alike.
    if (!(thrown instanceof Error && thrown.name === 'StripeRefusal')) throw thrown
  }
}

/** All that is known of an account, in an order that no id decides. */
async function stateOf({ world }: Lane, accountId: string): Promise<string> {
  const { database, store } = world
  const isTheirs = sql`account_id = ${accountId}::uuid`
  const rows = async (statement: Parameters<typeof database.query>[0]): Promise<readonly string[]> =>
    (await database.query<{ row: string }>(statement)).map(({ row }) => row).toSorted()
  const { available = 0n, held = 0n } = (await store.ledger.balanceOf(accountId)) ?? {}
  const problems = (await listProblems(database, world, { isAll: true, limit: 10_000 })).filter((one) => one.accountId === accountId)
  const state = {
    balance: [available, held, (await store.ledger.standingOf(accountId)).debt].map(String),
    payments: await rows(sql`select concat_ws(' ', amount, state, outcome) as row from payment where ${isTheirs}`),
    refunds: await rows(
      sql`select concat_ws(' ', origin, amount, gross_cents, state, outcome) as row from stripe_refund where ${isTheirs}`,
    ),
    disputes: await rows(sql`
      select concat_ws(' ', amount, fee_cents, status, is_taken, is_returned) as row from stripe_dispute where ${isTheirs}`),
    // What is lent and paid back depends on what came first; their sum is the debt.
    journal: await rows(sql`
      select concat_ws(' ', kind, amount, debit_account = ${accountId}::uuid) as row from transfer
      where ${accountId}::uuid in (debit_account, credit_account) and kind not in ('debt', 'repayment')`),
    problems: problems.map(({ code, amount }) => `${code} ${amount}`).toSorted(),
  }
  return JSON.stringify(state)
}
