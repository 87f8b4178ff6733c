import { checkTransfers, findTransfers } from './agreed-transfers.ts'
import { carryOut } from './carry-out.ts'
import { noteLatest } from './chain-store.ts'
import { decide } from './decide.ts'
import { forgetVanished, sumEarly } from './deposit-store.ts'
import type { Heads } from './heads.ts'
import type { ChainParts } from './parts.ts'
import { keptOf, newDeposit } from './settle-final.ts'
import type { Transfer } from './transfer-log.ts'

/** Fewer blocks than that no endpoint refuses. */
const BLOCKS_MIN = 64
/** Blocks before the last that are looked at for what is not final yet. */
const TIP_BLOCKS_MAX = 5000

/**
 * Notes what came in blocks that are not final, so that people see it coming, and credits of it early what the operator lets be. Where endpoints
 * do not agree, as they often do not at the tip, nothing is noted; the next look is soon.
 */
export async function readTip(parts: ChainParts, heads: Heads, addresses: readonly string[]): Promise<void> {
  const { chain, database } = parts
  await noteLatest(database, chain.id, heads.latest)
  const first = Math.max(heads.final.number + 1, heads.latest - TIP_BLOCKS_MAX)
  const found = await transfersFrom(parts, heads, { addresses, first })
  if (found === undefined) return
  const seen = found.map((transfer) => parts.tags.ofSeen(transfer))
  await forgetVanished(database, chain.id, seen)
  const kept = await keptOf(parts, found)
  for (const transfer of found) {
    const tag = parts.tags.ofSeen(transfer)
    const own = kept.find((deposit) => deposit.tag.equals(tag))
    if (own !== undefined && own.state !== 'pending') continue
    // Of a transaction that was credited early in another block nothing is new before it is final.
    const txTag = parts.tags.ofTx(transfer)
    const isMoved = kept.some((one) => one.state === 'early' && one.txTag.equals(txTag) && !seen.some((other) => other.equals(one.tag)))
    if (!isMoved) await noteOrCredit(parts, heads, transfer)
  }
}

/** All that came from a block on, range by range, shorter ones where endpoints refuse so many; undefined where they do not tell or do not agree. */
async function transfersFrom(
  { chain }: ChainParts,
  { endpoints, latest }: Heads,
  { addresses, first: from }: { readonly addresses: readonly string[]; readonly first: number },
): Promise<readonly Transfer[] | undefined> {
  const transfers: Transfer[] = []
  let blocks = chain.range
  for (let first = from; first <= latest; ) {
    const last = Math.min(latest, first + blocks - 1)
    const found = await findTransfers({ chain, endpoints, addresses, first, last })
    const isLong = last - first >= BLOCKS_MIN
    if (found.halt !== undefined && !(found.halt === 'endpoints_unreached' && isLong)) return undefined
    if (found.halt !== undefined) blocks = Math.max(1, (last - first + 1) >> 1)
    else {
      transfers.push(...found.value)
      first = last + 1
    }
  }
  return transfers
}

async function noteOrCredit(parts: ChainParts, heads: Heads, transfer: Transfer): Promise<void> {
  const decision = await decide(parts, transfer)
  if (decision.do !== 'credit') return
  const { accountId, amount } = decision
  const isEarly = await isEarlyEnough(parts, heads, { transfer, accountId, amount })
  const deposit = await newDeposit(parts, { transfer, decision, tag: parts.tags.ofSeen(transfer), state: isEarly ? 'early' : 'pending' })
  await carryOut(parts, deposit)
}

type Candidate = { readonly transfer: Transfer; readonly accountId: string; readonly amount: bigint }

/** Whether the operator takes the risk: the amount, with all of the account's that is not final yet, is small, and enough blocks are on it. */
async function isEarlyEnough(parts: ChainParts, heads: Heads, { transfer, accountId, amount }: Candidate): Promise<boolean> {
  const { early } = parts.chain
  if (early === undefined || heads.latest - transfer.blockNumber + 1 < early.confirmations) return false
  if (amount + (await sumEarly(parts.database, accountId)) > early.limit) return false
  const checked = await checkTransfers({ chain: parts.chain, endpoints: heads.endpoints }, [transfer])
  return checked.halt === undefined && checked.value.length > 0
}
