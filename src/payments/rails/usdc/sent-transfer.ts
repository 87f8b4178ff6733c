import { checkTransfers, findReceipt } from './agreed-transfers.ts'
import { isKnown } from './chain-reads.ts'
import { askAll, type Endpoints } from './endpoints.ts'
import { type Heads, readAgreedBlock, readHeads } from './heads.ts'
import type { UsdcChain } from './parts.ts'
import { depositKey, type Transfer } from './transfer-log.ts'

/** A transfer that the house says it made: of exactly so many units to an address (lower case), not before a time in milliseconds. */
export type SentTransfer = { readonly txHash: string; readonly to: string; readonly units: bigint; readonly notBefore: number }

/** Why a transaction is not the transfer that it was said to be. */
export const SENT_WRONG = ['tx_failed', 'wrong_token', 'wrong_recipient', 'wrong_amount', 'transfer_too_old'] as const
export type SentWrong = (typeof SENT_WRONG)[number]

/** Why nobody can say yet whether it is: endpoints do not tell or know of none, or it is not final. */
export const SENT_WAITING = ['chain_unread', 'tx_unknown', 'confirmations_pending'] as const
export type SentWaiting = (typeof SENT_WAITING)[number]

/** What a chain says of it; `keys` name the transfers of the transaction that are it, each in its one spelling. */
export type SentLook =
  | { readonly result: 'right'; readonly keys: readonly string[] }
  | { readonly result: 'waiting'; readonly why: SentWaiting }
  | { readonly result: 'wrong'; readonly why: SentWrong }

const waiting = (why: SentWaiting): SentLook => ({ result: 'waiting', why })
const wrong = (why: SentWrong): SentLook => ({ result: 'wrong', why })

/**
 * Looks whether a transaction is a transfer of exactly what was to be sent, in a block that is final, as enough endpoints show it alike. What it
 * does is told as soon as it is in a block, that it failed once that is final.
 */
export async function findSentTransfer(
  on: { readonly chain: UsdcChain; readonly endpoints: Endpoints },
  sent: SentTransfer,
): Promise<SentLook> {
  const told = await readHeads(on.chain, on.endpoints)
  if (told.halt !== undefined) return waiting('chain_unread')
  const heads = told.value
  const from = { chain: on.chain, endpoints: heads.endpoints }
  const found = await findReceipt(from, sent.txHash)
  if (found.halt !== undefined) return waiting('chain_unread')
  const receipt = found.value
  if (receipt === undefined) return waiting(await whyAbsent(heads, sent.txHash))
  const isFinal = receipt.blockNumber <= heads.final.number
  if (!receipt.isSuccessful) return isFinal ? wrong('tx_failed') : waiting('confirmations_pending')
  const meant = meantIn(receipt.transfers, { token: on.chain.token, ...sent })
  if (meant.why !== undefined) return wrong(meant.why)
  if (!isFinal) return waiting('confirmations_pending')
  const checked = await checkTransfers(from, meant.transfers)
  if (checked.halt !== undefined) return waiting('chain_unread')
  const block = await readAgreedBlock(heads.endpoints, receipt.blockNumber)
  if (block.halt !== undefined) return waiting('chain_unread')
  if (block.value.seconds * 1000 < sent.notBefore) return wrong('transfer_too_old')
  return { result: 'right', keys: checked.value.map(depositKey) }
}

async function whyAbsent({ endpoints }: Heads, txHash: string): Promise<SentWaiting> {
  const known = await askAll(endpoints, (call) => isKnown(call, txHash), String)
  if (known.result !== 'agreed') return 'chain_unread'
  return known.value ? 'confirmations_pending' : 'tx_unknown'
}

type Meant = { readonly why: SentWrong } | { readonly why: undefined; readonly transfers: readonly Transfer[] }

/** The transfers of the token to the address of just so much, by anybody but the one who is to get it. */
function meantIn(
  all: readonly Transfer[],
  { token, to, units }: { readonly token: string; readonly to: string; readonly units: bigint },
): Meant {
  const there = all.filter((transfer) => transfer.to === to && transfer.from !== to)
  if (there.length === 0) return { why: 'wrong_recipient' }
  const ours = there.filter((transfer) => transfer.token === token)
  if (ours.length === 0) return { why: 'wrong_token' }
  const exact = ours.filter((transfer) => transfer.units === units)
  return exact.length === 0 ? { why: 'wrong_amount' } : { why: undefined, transfers: exact }
}
