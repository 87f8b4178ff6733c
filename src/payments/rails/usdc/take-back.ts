import { errorCode } from '../../../lib/index.ts'
import { SubjectKeyError } from '../../../privacy/index.ts'
import { checkTransfers, findReceipt } from './agreed-transfers.ts'
import { carryOut } from './carry-out.ts'
import { isKnown } from './chain-reads.ts'
import type { Deposit } from './deposit-record.ts'
import { findByTx, findEarly, takeStep } from './deposit-store.ts'
import { askAll } from './endpoints.ts'
import type { Heads } from './heads.ts'
import { originOf } from './origin.ts'
import { type ChainParts, USDC_RAIL } from './parts.ts'
import { settleFinal } from './settle-final.ts'
import { problemRef } from './waiting-deposits.ts'

/** Blocks that a transaction which is in none may wait for one, after those it stood in became final without it. */
const WAIT_BLOCKS = 300

/**
 * Looks after what was credited early and is not in the final blocks where it stood: it is in a later block and waits, was overlooked, or is
 * gone and is taken back, with a debt where it was spent. Where endpoints do not agree on it, nothing is done; one that cannot be looked after
 * holds up no other.
 */
export async function takeBack(parts: ChainParts, heads: Heads): Promise<void> {
  for (const deposit of await findEarly(parts.database, parts.chain.id, heads.final.number)) {
    await lookAfter(parts, heads, deposit).catch((thrown: unknown) => leave(parts, deposit, thrown))
  }
}

/** It stays as it is. Without the key of its account nobody knows its transaction, so a person has to look. */
async function leave(parts: ChainParts, deposit: Deposit, thrown: unknown): Promise<void> {
  parts.log({ event: 'usdc-not-looked-after', chain: deposit.chainId, code: errorCode(thrown) })
  const { accountId, amount } = deposit
  if (thrown instanceof SubjectKeyError)
    await parts.desk.problem({ rail: USDC_RAIL, ref: problemRef(deposit), code: 'early_unclear', accountId, amount })
}

async function lookAfter(parts: ChainParts, heads: Heads, deposit: Deposit): Promise<void> {
  const from = { chain: parts.chain, endpoints: heads.endpoints }
  const txHash = (await originOf(parts, deposit))?.txHash
  if (txHash === undefined) return await withdraw(parts, deposit)
  const told = await findReceipt(from, txHash)
  if (told.halt !== undefined) return
  const receipt = told.value
  if (receipt === undefined) {
    if (!(await isWaiting(heads, deposit, txHash))) await withdraw(parts, deposit)
    return
  }
  if (receipt.blockNumber > heads.final.number) {
    const { blockNumber } = receipt
    const { isDone } = deposit
    await takeStep(parts.database, deposit, { from: 'early', to: 'early', isDone, blockNumber, now: parts.clock.now() })
    return
  }
  const ours = await oursOf(parts, receipt.isSuccessful ? receipt.transfers : [])
  const checked = await checkTransfers(from, ours)
  if (checked.halt !== undefined) return
  await settleFinal(parts, { transfers: checked.value, deposits: await findByTx(parts.database, [deposit.txTag]) })
  const [now] = (await findByTx(parts.database, [deposit.txTag])).filter((kept) => kept.externalId === deposit.externalId)
  if (now?.state === 'early') await withdraw(parts, now)
}

/** What of a receipt is of our token to addresses of ours. */
async function oursOf<T extends { readonly token: string; readonly to: string }>(
  parts: ChainParts,
  transfers: readonly T[],
): Promise<readonly T[]> {
  const ours: T[] = []
  for (const transfer of transfers) {
    if (transfer.token === parts.chain.token && (await parts.book.ownerOf(transfer.to)) !== undefined) ours.push(transfer)
  }
  return ours
}

async function isWaiting(heads: Heads, deposit: Deposit, txHash: string): Promise<boolean> {
  if (heads.final.number > deposit.blockNumber + WAIT_BLOCKS) return false
  const known = await askAll(heads.endpoints, (call) => isKnown(call, txHash), String)
  return known.result !== 'agreed' || known.value
}

async function withdraw(parts: ChainParts, deposit: Deposit): Promise<void> {
  const now = parts.clock.now()
  const isTaken = await takeStep(parts.database, deposit, { from: 'early', to: 'withdrawn', isDone: false, now })
  parts.log({ event: 'usdc-taken-back', chain: parts.chain.id })
  if (isTaken) await carryOut(parts, { ...deposit, state: 'withdrawn', isDone: false })
}
