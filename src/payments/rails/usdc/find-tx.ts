import { fail } from '../../../failures.ts'
import { findReceipt } from './agreed-transfers.ts'
import { isKnown, type Receipt, readReceipt } from './chain-reads.ts'
import { type ChainState, readChain } from './chain-store.ts'
import { askAll, type Endpoints } from './endpoints.ts'
import { checkFinal, type Heads, readHeads } from './heads.ts'
import type { ChainParts } from './parts.ts'
import { readTxHash } from './tx-hash.ts'

/** The chains that payments are taken on, and those that are looked at only to tell people where their money went. */
export type Chains = {
  readonly taken: readonly ChainParts[]
  readonly others: readonly { readonly id: number; readonly name: string; readonly endpoints: Endpoints }[]
}

/** A transaction in a block of a chain that payments are taken on, and that is believed now. */
export type FoundTx = { readonly txHash: string; readonly parts: ChainParts; readonly heads: Heads; readonly receipt: Receipt }

/**
 * Finds a transaction by its hash in any spelling, on a chain that payments are taken on. Fails with tx_hash_invalid, tx_failed, wrong_chain,
 * tx_unknown, confirmations_pending when it is in no block yet, deposits_halted.
 */
export async function findTx(chains: Chains, written: string): Promise<FoundTx> {
  const txHash = readTxHash(written) ?? fail('tx_hash_invalid')
  const looks = await Promise.all(chains.taken.map((parts) => lookOn(parts, txHash)))
  const found = looks.find((look) => look.seen === 'in-block')
  if (found?.seen === 'in-block') {
    if (!found.receipt.isSuccessful) fail('tx_failed', { chain: found.parts.chain.name })
    return { txHash, ...found }
  }
  const waiting = looks.findIndex(({ seen }) => seen === 'waiting')
  const needed = chains.taken[waiting]?.chain.confirmations ?? 1
  if (waiting >= 0) fail('confirmations_pending', { seen: 0, needed, missing: needed, chain: chains.taken[waiting]?.chain.name ?? '' })
  if (looks.some(({ seen }) => seen === 'halted')) fail('deposits_halted')
  const names = chains.taken.map(({ chain }) => chain.name).join(', ')
  for (const { name, endpoints } of chains.others) {
    const there = await askAll(endpoints, async (call) => (await readReceipt(call, { chainId: 0, txHash })) !== undefined, String)
    if (there.result === 'agreed' && there.value) fail('wrong_chain', { chain: name, chains: names })
  }
  fail('tx_unknown', { chains: names })
}

type Look =
  | { readonly seen: 'in-block'; readonly parts: ChainParts; readonly heads: Heads; readonly receipt: Receipt }
  | { readonly seen: 'waiting' | 'nowhere' | 'halted' }

async function lookOn(parts: ChainParts, txHash: string): Promise<Look> {
  const told = await readHeads(parts.chain, parts.endpoints)
  if (told.halt !== undefined) return { seen: 'halted' }
  const heads = told.value
  const receipt = await findReceipt({ chain: parts.chain, endpoints: heads.endpoints }, txHash)
  if (receipt.halt !== undefined) return { seen: 'halted' }
  if (receipt.value !== undefined) {
    const isBelieved = await isBelievable(parts, heads, await readChain(parts.database, parts.chain.id))
    return isBelieved ? { seen: 'in-block', parts, heads, receipt: receipt.value } : { seen: 'halted' }
  }
  const known = await askAll(heads.endpoints, (call) => isKnown(call, txHash), String)
  return { seen: known.result === 'agreed' && known.value ? 'waiting' : 'nowhere' }
}

/** Whether a chain is read and well: what is credited on asking is credited by the same rules as what is found by reading. */
async function isBelievable(parts: ChainParts, heads: Heads, before: ChainState | undefined): Promise<boolean> {
  if (before === undefined || before.halted !== undefined || !parts.sanctions.isReady()) return false
  return (await checkFinal(heads, before)) === undefined
}

/** How many blocks a deposit has on it, has to have, and lacks. */
export type Confirmations = { readonly seen: number; readonly needed: number; readonly missing: number }

/** The confirmations of a block, by the last block that is final and the last of all. */
export function confirmationsOf(blockNumber: number, heads: { readonly final: number; readonly latest: number }): Confirmations {
  const seen = Math.max(0, heads.latest - blockNumber + 1)
  const missing = Math.max(0, blockNumber - heads.final)
  return { seen, needed: seen + missing, missing }
}
