import { errorCode } from '../../../lib/index.ts'
import { creditPayment, openPending, sealPending } from './credit.ts'
import type { PayParts } from './pay.ts'
import { networkOf, worthOf, X402_RAIL, type X402Payment } from './payment.ts'
import { type KeptPayment, notePaid, noteUnclear, noteUnknown, takeUnfinished } from './payments.ts'
import { openWallet } from './wallets.ts'

const BUSY_MS = 60_000
const AT_ONCE = 20
const TIMES_MIN = 6
const [WAIT_MS, WAIT_MS_MAX] = [5_000, 600_000]

/**
 * Carries on what was broken off: credits what was carried out, and asks the facilitator again where nobody knows. What it does not say even when
 * the payment is valid no more is put before the operator. Resolves with how many payments were looked at.
 */
export async function finishPayments(parts: PayParts): Promise<number> {
  const now = parts.clock.now()
  const left = await takeUnfinished(parts.database, { now: new Date(now), busyUntil: new Date(now + BUSY_MS), limit: AT_ONCE })
  for (const kept of left) {
    await finishOne(parts, kept).catch((thrown: unknown) =>
      parts.log({ event: 'payment-unfinished', source: X402_RAIL, code: errorCode(thrown) }),
    )
  }
  return left.length
}

async function finishOne(parts: PayParts, kept: KeptPayment): Promise<void> {
  if (kept.pendingSealed === undefined) throw new TypeError('a payment that is being settled is not there')
  const { tag } = kept
  const { payment, txHash } = openPending(parts, tag, kept.pendingSealed)
  if (kept.state === 'paid' && txHash !== undefined) return void (await creditPayment(parts, { payment, txHash, tag }))
  const carried = await parts.facilitator.settle(payment)
  if (carried.outcome !== 'done') return await wait(parts, kept, payment)
  const done = { payment, txHash: carried.txHash, tag }
  const txTag = parts.tags.ofTx({ chainId: payment.chainId, txHash: carried.txHash })
  await notePaid(parts.database, tag, { txTag, pendingSealed: sealPending(parts, tag, done) })
  await creditPayment(parts, done)
}

/** A refusal says nothing either: the first asking may have been carried out, and the nonce is used then. */
async function wait(parts: PayParts, { tag, times, validBefore }: KeptPayment, payment: X402Payment): Promise<void> {
  const now = parts.clock.now()
  if (times < TIMES_MIN || now <= validBefore.getTime()) {
    const waitMs = Math.min(WAIT_MS * 2 ** Math.min(times, 10), WAIT_MS_MAX)
    return await noteUnknown(parts.database, tag, new Date(now + waitMs))
  }
  const { accountId } = await openWallet(parts, payment.from)
  const ref = `${networkOf(payment)} ${payment.from} ${payment.nonce}`
  await parts.desk.problem({ rail: X402_RAIL, code: 'settle_unclear', ref, accountId, amount: worthOf(payment) })
  await noteUnclear(parts.database, tag)
}
