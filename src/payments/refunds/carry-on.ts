import { errorCode } from '../../lib/index.ts'
import { RailServerError } from '../ask-json.ts'
import { keepPayer } from './address.ts'
import { returnRefund, takeRefund } from './book.ts'
import { alone, openClaim } from './claim.ts'
import { lookAtClaim } from './look-at-claim.ts'
import type { RefundParts } from './parts.ts'
import type { RailRefund } from './refund.ts'
import { lookForTransfer } from './send.ts'
import { findRefund, listUnfinished } from './store.ts'
import { tellOf } from './tell.ts'

/**
 * Takes a refund as far as it goes without anybody: off the balance, then to where whoever paid is known or asked. Every step can be done again, so a
 * crash anywhere loses nothing and sends nothing twice. A server that cannot be reached is asked again later.
 */
export async function carryOnRefund(parts: RefundParts, id: string): Promise<RailRefund | undefined> {
  const asked = await findRefund(parts.database, id)
  if (asked?.state === 'asked') await takeRefund(parts, asked)
  const refund = await findRefund(parts.database, id)
  if (refund === undefined) return undefined
  if (refund.state === 'cancelled' && refund.returnId === undefined && refund.transferId !== undefined) await returnRefund(parts, refund)
  if (refund.state !== 'taken' && refund.state !== 'sent') return refund
  if (refund.rail === 'btcpay') await carryOnClaim(parts, refund)
  else if (refund.state === 'sent') await lookForTransfer(parts, refund)
  else if (refund.addressSealed === undefined && !(await keepPayer(parts, refund))) await tellOf(parts.database, refund, 'refund.asking')
  return await findRefund(parts.database, id)
}

async function carryOnClaim(parts: RefundParts, { id }: RailRefund): Promise<void> {
  const server = parts.btcpay
  if (server === undefined) return
  try {
    await alone(parts, id, async (refund) => {
      if (refund.state !== 'taken' && refund.state !== 'sent') return
      const isNew = refund.claimSealed === undefined
      const claim = await openClaim(parts, server, refund)
      if (claim !== undefined && !isNew) await lookAtClaim(parts, server, { refund, claimId: claim.id })
    })
  } catch (thrown) {
    if (!(thrown instanceof RailServerError)) throw thrown
    parts.log({ event: 'refund-stuck', source: 'btcpay', code: errorCode(thrown) })
  }
}

const AT_ONCE = 500

/** Carries on every refund that something is left to do of, so that none that stays stuck stands before others. Returns how many there were. */
export async function carryOnRefunds(parts: RefundParts): Promise<number> {
  const left = await listUnfinished(parts.database, AT_ONCE)
  for (const { id, paymentId } of left) {
    await carryOnRefund(parts, id).catch((thrown: unknown) =>
      parts.log({ event: 'refund-stuck', payment: paymentId, code: errorCode(thrown) }),
    )
  }
  return left.length
}
