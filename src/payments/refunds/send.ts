import { fail } from '../../failures.ts'
import { findSentTransfer, readTxHash, unitsOfNano } from '../rails/usdc/index.ts'
import { addressOf } from './address.ts'
import { chainOf } from './ask-refund.ts'
import { type RefundParts, timeOf } from './parts.ts'
import { type RailRefund, refundPurpose } from './refund.ts'
import { findRefund, stepRefund } from './store.ts'
import { endRefund } from './tell.ts'

/** Blocks say their own time; so much earlier than it was asked for a transfer may be, in milliseconds. */
const CLOCKS_APART_MS = 60_000
/** A transaction that no endpoint knows of for so long was not sent. */
const UNKNOWN_MS = 3_600_000

/**
 * Notes the transaction that the operator sent a refund with, and looks at it; another one may be entered until it is final. Fails with
 * refund_unknown, refund_ended, refund_address_missing, tx_hash_invalid. What is wrong with it is the refund's `outcome`, and it stays open.
 */
export async function enterTransaction(parts: RefundParts, refundId: string, written: string): Promise<void> {
  const refund = (await findRefund(parts.database, refundId)) ?? fail('refund_unknown')
  if (refund.chainId === undefined) fail('refund_unknown')
  const txHash = readTxHash(written) ?? fail('tx_hash_invalid', { field: 'tx_hash' })
  const tag = parts.keyring.lookup(`${refund.chainId}:${txHash}`, 'refund-tx')
  // Whoever says the same again is told how far it is.
  if (refund.state === 'done' && refund.txTag?.equals(tag) === true) return
  if (refund.state !== 'taken' && refund.state !== 'sent') fail('refund_ended')
  if ((await addressOf(parts, refund)) === undefined) fail('refund_address_missing')
  const sealed = await parts.sealing.seal(refund.accountId, Buffer.from(txHash), refundPurpose('tx', refund.id))
  const step = { from: ['taken', 'sent'], to: 'sent', at: timeOf(parts), tx: { tag, sealed }, outcome: null } as const
  const isEntered = await stepRefund(parts.database, refund.id, step)
  const entered = await findRefund(parts.database, refund.id)
  if (!isEntered && entered?.txTag?.equals(tag) !== true) fail('refund_ended')
  if (entered !== undefined) await lookForTransfer(parts, entered)
}

/** Looks at the transaction of a refund that was sent: done where it is the transfer and final, open again where it is not. */
export async function lookForTransfer(parts: RefundParts, refund: RailRefund): Promise<void> {
  const { id, accountId, txTag, txSealed } = refund
  const on = chainOf(parts, refund)
  const to = await addressOf(parts, refund)
  const txHash = txSealed && (await parts.sealing.unseal(accountId, txSealed, refundPurpose('tx', id)))?.toString()
  if (refund.state !== 'sent' || on === undefined || txTag === undefined) return
  if (to === undefined || txHash === undefined) {
    // Its account was erased, and with it where it went: whoever sends it has to say what becomes of it.
    const gone = { from: ['sent'], to: 'taken', at: timeOf(parts), outcome: 'account_gone', ifTx: txTag } as const
    return void (await stepRefund(parts.database, id, gone))
  }
  const units = unitsOfNano(refund.amount, on.chain.decimals)
  const look = await findSentTransfer(on, { txHash, to, units, notBefore: refund.askedAt.getTime() - CLOCKS_APART_MS })
  const at = timeOf(parts)
  const reopen = (outcome: string) => stepRefund(parts.database, id, { from: ['sent'], to: 'taken', at, outcome, ifTx: txTag })
  if (look.result === 'wrong') return void (await reopen(look.why))
  if (look.result === 'waiting') {
    const isGone = look.why === 'tx_unknown' && at.getTime() - (refund.sentAt?.getTime() ?? 0) > UNKNOWN_MS
    await stepRefund(parts.database, id, { from: ['sent'], to: isGone ? 'taken' : 'sent', at, outcome: look.why, ifTx: txTag })
    return
  }
  for (const key of look.keys) {
    const transferTag = parts.keyring.lookup(key, 'refund-transfer')
    if (await endRefund(parts, refund, { from: ['sent'], to: 'done', at, outcome: null, ifTx: txTag, transferTag })) return
  }
  // Each of them is another refund's, or somebody entered another transaction meanwhile.
  await reopen('transfer_used')
}
