import { errorCode, type Log, type NanoUsd } from '../../../lib/index.ts'
import type { SubjectKeys } from '../../../privacy/index.ts'
import type { PayStatus } from '../../../spec/index.ts'
import type { Sanctions } from '../usdc/sanctions.ts'
import { type Confirm, lookWhileWaiting } from './confirm.ts'
import { type CreditParts, creditPayment, sealPending } from './credit.ts'
import type { Facilitator } from './facilitator.ts'
import { mismatchOf, untimely } from './is-acceptable.ts'
import { worthOf, type X402Payment, type X402Terms } from './payment.ts'
import { beginPayment, findPayment, type KeptPayment, notePaid, noteRefused, noteUnknown, originPurpose, takeServed } from './payments.ts'
import { tellUnclear } from './tell-unclear.ts'
import { findWallet, openWallet, type WalletAccount } from './wallets.ts'

/** What payments are taken with. */
export type PayParts = CreditParts & {
  readonly terms: X402Terms
  readonly facilitator: Facilitator
  /** Looks whether what the facilitator says is so. */
  readonly confirm: Confirm
  /** Wallets of which nothing is taken. */
  readonly sanctions: Pick<Sanctions, 'has' | 'isReady' | 'refresh'>
  readonly sealing: Pick<SubjectKeys, 'seal' | 'unseal'>
  readonly log: Log
}

/** Who may call for a payment, and by which transaction it was made; or why nobody may. */
export type PayAnswer = (WalletAccount & { readonly status: 'ok'; readonly txHash: string }) | { readonly status: Exclude<PayStatus, 'ok'> }

/** Longer than a facilitator is waited for. */
const BUSY_MS = 60_000
const RETRY_MS = 5_000
/** What is valid for longer is not looked after for longer. */
const LOOKED_AFTER_MS = 3_600_000

/**
 * Takes a payment for a call that can cost `needed`: checks it, has it verified and carried out, and credits it; only then is somebody let in, once
 * for each payment. What is taken is credited even where nobody is let in.
 */
export async function pay(parts: PayParts, payment: X402Payment, needed: NanoUsd): Promise<PayAnswer> {
  const mismatch = await mismatchOf(parts.terms, payment, needed)
  if (mismatch !== undefined) return { status: mismatch }
  const tag = parts.tags.ofPayment(payment)
  const known = await findPayment(parts.database, tag)
  if (known !== undefined && known.state !== 'asked' && known.state !== 'refused') return await letIn(parts, payment, known)
  const wallet = await findWallet(parts.database, parts.tags.ofWallet(payment.from))
  if (wallet?.isActive === false) return { status: 'suspended' }
  // Of what may be carried out already a facilitator could only say that its nonce was used.
  const refusal = known?.state === 'asked' ? undefined : await refusalOf(parts, payment)
  if (refusal === undefined) return await carryOut(parts, payment, tag)
  const meanwhile = await findPayment(parts.database, tag)
  if (meanwhile === undefined || meanwhile.state === 'refused') return { status: refusal }
  return meanwhile.state === 'asked' ? { status: 'pending' } : await letIn(parts, payment, meanwhile)
}

async function refusalOf({ facilitator, clock, sanctions }: PayParts, payment: X402Payment): Promise<Exclude<PayStatus, 'ok'> | undefined> {
  const late = untimely(payment, clock.now())
  if (late !== undefined) return late
  await sanctions.refresh()
  if (!sanctions.isReady()) return 'unavailable'
  if (sanctions.has(payment.from)) return 'sanctioned'
  const verified = await facilitator.verify(payment)
  return verified === 'valid' ? undefined : verified
}

async function carryOut(parts: PayParts, payment: X402Payment, tag: Buffer): Promise<PayAnswer> {
  const { database, clock } = parts
  const now = clock.now()
  const validBefore = new Date(Math.min(payment.validBefore * 1000, now + LOOKED_AFTER_MS))
  const pendingSealed = sealPending(parts, tag, { payment, txHash: undefined })
  const times = await beginPayment(database, {
    ...{ tag, amount: worthOf(payment), pendingSealed, validBefore, now: new Date(now), busyUntil: new Date(now + BUSY_MS) },
  })
  if (times === undefined) return { status: 'pending' }
  const carried = await parts.facilitator.settle(payment)
  if (carried.outcome === 'done') return await creditNow(parts, { payment, tag, txHash: carried.txHash })
  // A refusal of what may have been carried out before says nothing.
  if (carried.outcome === 'unknown' || times > 1) {
    await noteUnknown(database, tag, new Date(clock.now() + RETRY_MS))
    return { status: 'unsettled' }
  }
  await noteRefused(database, tag)
  return { status: carried.outcome }
}

/** Credits what was carried out; when that fails now, it is done later, and whoever sends the payment again is let in then. */
async function creditNow(
  parts: PayParts,
  done: { readonly payment: X402Payment; readonly tag: Buffer; readonly txHash: string },
): Promise<PayAnswer> {
  const { payment, tag, txHash } = done
  const txTag = parts.tags.ofTx({ chainId: payment.chainId, txHash })
  await notePaid(parts.database, tag, { txTag, pendingSealed: sealPending(parts, tag, { payment, txHash }) })
  try {
    const look = await lookWhileWaiting(parts.confirm, payment, txHash)
    if (look === 'absent') return await review(parts, done)
    if (look === 'unseen') {
      await noteUnknown(parts.database, tag, new Date(parts.clock.now() + RETRY_MS))
      return { status: 'unsettled' }
    }
    const wallet = await creditPayment(parts, done)
    return (await takeServed(parts.database, tag, new Date(parts.clock.now())))
      ? { status: 'ok', txHash, ...wallet }
      : { status: 'replayed' }
  } catch (thrown) {
    parts.log({ event: 'payment-unfinished', source: 'x402', code: errorCode(thrown) })
    return { status: 'unsettled' }
  }
}

/** The facilitator named a transaction that does not hold the payment: nothing is credited, and the operator is told. */
async function review(parts: PayParts, { payment, tag }: { readonly payment: X402Payment; readonly tag: Buffer }): Promise<PayAnswer> {
  await tellUnclear(parts, { payment, tag, code: 'settle_unconfirmed' })
  return { status: 'review' }
}

/** Lets a call in for a payment that was carried out and let none in yet, as its answer was lost. */
async function letIn(parts: PayParts, payment: X402Payment, known: KeptPayment): Promise<PayAnswer> {
  if (known.state === 'paid') return { status: 'pending' }
  if (known.state === 'unclear') return { status: 'review' }
  const txHash = await txHashOf(parts, known)
  if (known.isServed || txHash === undefined) return { status: 'replayed' }
  const wallet = await openWallet(parts, payment.from)
  return (await takeServed(parts.database, known.tag, new Date(parts.clock.now())))
    ? { status: 'ok', txHash, ...wallet }
    : { status: 'replayed' }
}

/** The transaction of a payment; undefined where its account is gone. */
async function txHashOf({ sealing }: PayParts, { tag, accountId, originSealed }: KeptPayment): Promise<string | undefined> {
  if (accountId === undefined || originSealed === undefined) return undefined
  const origin = await sealing.unseal(accountId, originSealed, originPurpose(tag))
  return origin && (JSON.parse(origin.toString()) as { readonly transaction: string }).transaction
}
