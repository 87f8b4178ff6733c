import { errorCode } from '../../../lib/index.ts'
import { creditPayment, type Done, openPending, sealPending } from './credit.ts'
import type { PayParts } from './pay.ts'
import { X402_RAIL, type X402Payment } from './payment.ts'
import { type KeptPayment, notePaid, noteUnknown, takeUnfinished } from './payments.ts'
import { tellUnclear, type UnclearCode } from './tell-unclear.ts'

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
  if (kept.state === 'paid' && txHash !== undefined) return await creditConfirmed(parts, kept, { payment, txHash, tag })
  const carried = await parts.facilitator.settle(payment)
  if (carried.outcome !== 'done') return await wait(parts, kept, { payment, code: 'settle_unclear' })
  const done = { payment, txHash: carried.txHash, tag }
  const txTag = parts.tags.ofTx({ chainId: payment.chainId, txHash: carried.txHash })
  await notePaid(parts.database, tag, { txTag, pendingSealed: sealPending(parts, tag, done) })
  await creditConfirmed(parts, kept, done)
}

/** Credits what the chain shows; what it shows otherwise is put before the operator. */
async function creditConfirmed(parts: PayParts, kept: KeptPayment, done: Done): Promise<void> {
  const look = await parts.confirm(done.payment, done.txHash)
  if (look === 'there') return void (await creditPayment(parts, done))
  const unclear = { payment: done.payment, code: 'settle_unconfirmed' } as const
  if (look === 'absent') await tellUnclear(parts, { ...unclear, tag: done.tag })
  else await wait(parts, kept, unclear)
}

type Waiting = { readonly payment: X402Payment; readonly code: UnclearCode }

/** A refusal says nothing either: the first asking may have been carried out, and the nonce is used then. */
async function wait(parts: PayParts, { tag, times, validBefore }: KeptPayment, { payment, code }: Waiting): Promise<void> {
  const now = parts.clock.now()
  if (times >= TIMES_MIN && now > validBefore.getTime()) return await tellUnclear(parts, { payment, tag, code })
  await noteUnknown(parts.database, tag, new Date(now + Math.min(WAIT_MS * 2 ** Math.min(times, 10), WAIT_MS_MAX)))
}
