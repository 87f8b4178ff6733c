import { z } from 'zod'
import { RailServerError } from '../ask-json.ts'
import type { BtcpayClaim, BtcpayRefunds } from '../rails/btcpay/index.ts'
import { findPayment } from '../store.ts'
import { type RefundParts, timeOf } from './parts.ts'
import { type RailRefund, refundPurpose } from './refund.ts'
import { endLease, findRefund, stepRefund, takeLease } from './store.ts'
import { tellOf } from './tell.ts'

/** Longer than two questions to the server can take, so that nobody else asks meanwhile. */
const LEASE_MS = 120_000

/** Does something with a refund that nobody else may do at the same time; undefined where somebody is at it. The refund is read anew. */
export async function alone<T>(parts: RefundParts, id: string, work: (refund: RailRefund) => Promise<T>): Promise<T | undefined> {
  const now = timeOf(parts)
  const until = new Date(now.getTime() + LEASE_MS)
  if (!(await takeLease(parts.database, id, { now, until }))) return undefined
  try {
    const refund = await findRefund(parts.database, id)
    return refund === undefined ? undefined : await work(refund)
  } finally {
    await endLease(parts.database, id, until)
  }
}

/**
 * Has the server make the page where a refund is claimed, once: what was made before a crash is found again by its name. A refund is `sent` before the
 * server is asked, so that one which is `taken` is surely not there. Throws RailServerError.
 */
export async function openClaim(parts: RefundParts, server: BtcpayRefunds, refund: RailRefund): Promise<BtcpayClaim | undefined> {
  const known = (await claimOf(parts, refund)) ?? (refund.state === 'sent' ? await server.find(refund.id) : undefined)
  if (known !== undefined) return await keepClaim(parts, refund, known)
  const invoiceId = (await findPayment(parts.database, refund.paymentId))?.railRef
  const at = timeOf(parts)
  if (invoiceId === undefined) {
    await stepRefund(parts.database, refund.id, { from: ['taken'], to: 'taken', at, outcome: 'invoice_unknown' })
    return undefined
  }
  if (!(await stepRefund(parts.database, refund.id, { from: ['taken', 'sent'], to: 'sent', at, outcome: null }))) return undefined
  try {
    return await keepClaim(parts, refund, await server.open({ invoiceId, name: refund.id, amount: refund.amount }))
  } catch (thrown) {
    // A refusal is certain: nothing was made. Anything else may have been.
    const isRefused = thrown instanceof RailServerError && /^HTTP_4\d\d$/.test(thrown.code)
    if (isRefused) await stepRefund(parts.database, refund.id, { from: ['sent'], to: 'taken', at, outcome: 'server_refused' })
    throw thrown
  }
}

async function keepClaim(parts: RefundParts, refund: RailRefund, claim: BtcpayClaim): Promise<BtcpayClaim> {
  if (refund.claimSealed !== undefined) return claim
  const { id, accountId } = refund
  const claimSealed = await parts.sealing.seal(accountId, Buffer.from(JSON.stringify(claim)), refundPurpose('claim', id))
  await stepRefund(parts.database, id, { from: ['sent'], to: 'sent', at: timeOf(parts), claimSealed })
  await tellOf(parts.database, refund, 'refund.asking')
  return claim
}

const kept = z.object({ id: z.string(), link: z.string() })

/** What the server calls a claim, and its page; undefined before there is one, and when the account was erased. */
export async function claimOf({ sealing }: Pick<RefundParts, 'sealing'>, refund: RailRefund): Promise<BtcpayClaim | undefined> {
  if (refund.claimSealed === undefined) return undefined
  const plain = await sealing.unseal(refund.accountId, refund.claimSealed, refundPurpose('claim', refund.id))
  return plain === undefined ? undefined : kept.parse(JSON.parse(plain.toString()))
}
