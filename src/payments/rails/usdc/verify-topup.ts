import { fail } from '../../../failures.ts'
import { formatUsd, type NanoUsd } from '../../../lib/index.ts'
import { checkTransfers } from './agreed-transfers.ts'
import { findByTx } from './deposit-store.ts'
import { type Chains, confirmationsOf, type FoundTx, findTx } from './find-tx.ts'
import { settleFinal } from './settle-final.ts'
import { nanoOfUnits } from './token-units.ts'
import type { Transfer } from './transfer-log.ts'

/** Somebody who says that they paid: whose account, with which transaction (in any spelling), and how much in nano-USD. */
export type TopupClaim = { readonly accountId: string; readonly txHash: string; readonly amount: NanoUsd }

/** A transaction that is credited; the same answer however often it is asked for. */
export type VerifiedTopup = { readonly chainId: number; readonly txHash: string; readonly amount: NanoUsd }

/**
 * Credits what a transaction pays to an account, unless it is credited already. Fails with tx_hash_invalid, tx_unknown, tx_failed, wrong_chain,
 * wrong_token, wrong_recipient, foreign_claim, wrong_amount, confirmations_pending, deposit_in_review, deposits_halted; what came is
 * credited, or put before the operator, by reading the chain whatever is asked here.
 */
export async function verifyTopup(chains: Chains, claim: TopupClaim): Promise<VerifiedTopup> {
  const found = await findTx(chains, claim.txHash)
  const { parts, receipt } = found
  const own = (await parts.book.addressOf(claim.accountId, parts.clock.now())).toLowerCase()
  const paid = receipt.transfers.filter(({ token, to }) => token === parts.chain.token && to === own)
  if (paid.length === 0) await refuseUnpaid(found, own)
  const amounts = paid.map(({ units }) => nanoOfUnits(units, parts.chain.decimals))
  const amount = amounts.reduce<NanoUsd>((sum, one) => sum + (one ?? 0n), 0n)
  if (amount !== claim.amount && !amounts.includes(undefined)) fail('wrong_amount', { found: formatUsd(amount) })
  await requireCredited(found, paid)
  return { chainId: parts.chain.id, txHash: found.txHash, amount }
}

async function refuseUnpaid({ parts, receipt }: FoundTx, own: string): Promise<never> {
  const { chain, book } = parts
  for (const { token, to } of receipt.transfers) {
    const owner = token === chain.token ? await book.ownerOf(to) : undefined
    if (owner !== undefined) fail('foreign_claim')
  }
  if (receipt.transfers.some(({ token, to }) => token !== chain.token && to === own))
    fail('wrong_token', { token: chain.token, chain: chain.name })
  fail('wrong_recipient')
}

/**
 * Settles the transfers of a transaction that are to us, when it is final. Fails with confirmations_pending for one that is neither final nor
 * credited early, with deposits_halted where endpoints contradict each other, with deposit_in_review for what waits for the operator.
 */
export async function requireCredited(found: FoundTx, wanted: readonly Transfer[]): Promise<void> {
  const { parts, heads, receipt } = found
  const txTag = parts.tags.ofTx({ chainId: parts.chain.id, txHash: found.txHash })
  if (receipt.blockNumber > heads.final.number) {
    const kept = await findByTx(parts.database, [txTag])
    const isEarly = wanted.every((transfer) => kept.some(({ tag, state }) => state === 'early' && tag.equals(parts.tags.ofSeen(transfer))))
    const told = confirmationsOf(receipt.blockNumber, { final: heads.final.number, latest: heads.latest })
    if (!isEarly) fail('confirmations_pending', { ...told, chain: parts.chain.name })
    return
  }
  const checked = await checkTransfers({ chain: parts.chain, endpoints: heads.endpoints }, await transfersToUs(found))
  if (checked.halt !== undefined) fail('deposits_halted')
  await settleFinal(parts, { transfers: checked.value, deposits: await findByTx(parts.database, [txTag]) })
  for (const waitMs of [...OTHERS_WAIT_MS, undefined]) {
    const kept = await findByTx(parts.database, [txTag])
    const of = (transfer: Transfer) => kept.find(({ tag }) => tag.equals(parts.tags.ofTransfer(transfer)))
    if (wanted.some((transfer) => of(transfer)?.state === 'problem')) fail('deposit_in_review')
    if (wanted.every((transfer) => of(transfer)?.isDone === true)) return
    if (waitMs !== undefined) await new Promise((resolve) => setTimeout(resolve, waitMs))
  }
  fail('deposits_halted')
}

/** How long another request that carries the same deposit out is waited for, in milliseconds. */
const OTHERS_WAIT_MS = [20, 50, 100, 200, 400, 800]

async function transfersToUs({ parts, receipt }: FoundTx): Promise<readonly Transfer[]> {
  const ours: Transfer[] = []
  for (const transfer of receipt.transfers) {
    const isHouse = transfer.to === parts.terms.houseAddress
    const isOurs = transfer.token === parts.chain.token && (isHouse || (await parts.book.ownerOf(transfer.to)) !== undefined)
    if (isOurs) ours.push(transfer)
  }
  return ours
}
