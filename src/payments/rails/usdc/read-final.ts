import { checkTransfers, findTransfers } from './agreed-transfers.ts'
import type { Block } from './chain-reads.ts'
import { type ChainState, type Halt, noteRead } from './chain-store.ts'
import type { Deposit } from './deposit-record.ts'
import type { Heads } from './heads.ts'
import type { ChainParts } from './parts.ts'
import { keptOf, settleFinal } from './settle-final.ts'
import type { Transfer } from './transfer-log.ts'

/** Blocks that are read again each time, as an endpoint that lags leaves logs out without saying so. */
const OVERLAP = 128

/** What is read with: our addresses, where the chain is, how far it was read; `reach.blocks` shrinks when endpoints refuse so many. */
export type FinalReading = {
  readonly addresses: readonly string[]
  readonly heads: Heads
  readonly before: ChainState
  readonly reach: { blocks: number }
}

/** Settles what came in final blocks, range by range, noting after each how far it got; resolves with why it stopped before the end. */
export async function readFinal(parts: ChainParts, reading: FinalReading): Promise<Halt | undefined> {
  const { heads, before, reach } = reading
  const end = heads.final.number
  for (let first = Math.max(0, before.nextBlock - OVERLAP); first <= end; ) {
    const last = Math.min(end, first + reach.blocks - 1)
    const halt = await settleRange(parts, reading, { first, last })
    if (halt !== undefined) {
      if (halt === 'endpoints_unreached') reach.blocks = Math.max(1, reach.blocks >> 1)
      return halt
    }
    reach.blocks = Math.min(parts.chain.range, reach.blocks * 2)
    await noteProgress(parts, heads.final, last)
    first = last + 1
  }
  return undefined
}

const noteProgress = ({ database, chain, clock }: ChainParts, final: Block, last: number): Promise<void> =>
  noteRead(database, { chainId: chain.id, nextBlock: last + 1, finalBlock: final.number, finalHash: final.hash, now: clock.now() })

async function settleRange(
  parts: ChainParts,
  { addresses, heads }: FinalReading,
  { first, last }: { readonly first: number; readonly last: number },
): Promise<Halt | undefined> {
  const from = { chain: parts.chain, endpoints: heads.endpoints }
  const found = await findTransfers({ ...from, addresses, first, last })
  if (found.halt !== undefined) return found.halt
  const kept = await keptOf(parts, found.value)
  for (const transfers of Map.groupBy(found.value, ({ txHash }) => txHash).values()) {
    if (transfers.every((transfer) => isOver(parts, kept, transfer))) continue
    const checked = await checkTransfers(from, transfers)
    if (checked.halt !== undefined) return checked.halt
    const txTag = parts.tags.ofTx(transfers[0] ?? { chainId: 0, txHash: '' })
    await settleFinal(parts, { transfers: checked.value, deposits: kept.filter((deposit) => deposit.txTag.equals(txTag)) })
  }
  return undefined
}

/** Whether nothing is left to do for a transfer, as is so of nearly all that are read again. */
function isOver(parts: ChainParts, kept: readonly Deposit[], transfer: Transfer): boolean {
  const tag = parts.tags.ofTransfer(transfer)
  return kept.some((deposit) => deposit.tag.equals(tag))
}
