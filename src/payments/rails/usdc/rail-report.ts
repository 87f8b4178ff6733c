import { sql } from '../../../db/index.ts'
import { isoDate, type NanoUsd, utcDayOf } from '../../../lib/index.ts'
import type { RailEntry, RailReport } from '../../../spec/index.ts'
import { findTransfers } from './agreed-transfers.ts'
import { externalIdOf } from './deposit-record.ts'
import { type Heads, readAgreedBlock, readHeads } from './heads.ts'
import { findDeposits } from './late-deposits.ts'
import { type ChainParts, USDC_RAIL } from './parts.ts'
import { nanoOfUnits } from './token-units.ts'
import type { Transfer } from './transfer-log.ts'

const DAY_SECONDS = 86_400

/**
 * What chains say came in on a UTC day, by the time of its blocks, for reconciliation; undefined while a day is not final on each of them, or
 * endpoints do not agree. What waits for the operator or for its claim is explained there and left out; what was credited early and taken
 * back is told as having come, since the books took it back themselves.
 */
export const usdcReport = (chains: readonly ChainParts[]): RailReport => ({
  ...{ rail: USDC_RAIL, sourcePrefix: `${USDC_RAIL}:`, externalIdIs: 'rest-of-source-key', isExpected: true },
  read: async (day) => {
    const entries: RailEntry[] = []
    for (const parts of chains) {
      const found = await readDay(parts, day)
      if (found === undefined) return undefined
      entries.push(...found)
    }
    return entries
  },
  find: (externalIds) => findDeposits(chains, externalIds),
})

async function readDay(parts: ChainParts, day: string): Promise<readonly RailEntry[] | undefined> {
  const told = await readHeads(parts.chain, parts.endpoints)
  if (told.halt !== undefined) return undefined
  const start = Date.parse(day) / 1000
  if (told.value.final.seconds < start + DAY_SECONDS) return undefined
  const first = await firstBlockAt(told.value, start)
  const end = await firstBlockAt(told.value, start + DAY_SECONDS)
  if (first === undefined || end === undefined) return undefined
  const transfers = await transfersIn(parts, told.value, { first, end })
  if (transfers === undefined) return undefined
  const come = await entriesOf(parts, transfers)
  const back = await listTakenBack(parts, day)
  const known = new Set(come.map(({ externalId }) => externalId))
  return [...come, ...back.filter(({ externalId }) => !known.has(externalId))]
}

/** The first block whose time is not before `seconds`; undefined when endpoints do not agree. */
export async function firstBlockAt({ endpoints, final }: Heads, seconds: number): Promise<number | undefined> {
  let [low, high] = [0, final.number]
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const block = await readAgreedBlock(endpoints, middle)
    if (block.halt !== undefined) return undefined
    if (block.value.seconds < seconds) low = middle + 1
    else high = middle
  }
  return low
}

async function transfersIn(
  { chain, book, terms }: ChainParts,
  { endpoints }: Heads,
  { first, end }: { readonly first: number; readonly end: number },
): Promise<readonly Transfer[] | undefined> {
  const own = await book.all()
  const addresses = terms.houseAddress === undefined ? own : [...own, terms.houseAddress]
  const transfers: Transfer[] = []
  for (let from = first; from < end; from += chain.range) {
    const last = Math.min(end - 1, from + chain.range - 1)
    const found = await findTransfers({ chain, endpoints, addresses, first: from, last })
    if (found.halt !== undefined) return undefined
    transfers.push(...found.value)
  }
  return transfers
}

type Kept = { readonly tag: Buffer; readonly external_id: string; readonly state: string }

async function entriesOf(parts: ChainParts, transfers: readonly Transfer[]): Promise<readonly RailEntry[]> {
  const tags = transfers.map((transfer) => parts.tags.ofTransfer(transfer))
  const rows = await parts.database.query<Kept>(sql`select tag, external_id, state from usdc_deposit where tag = any(${tags}::bytea[])`)
  const kept = new Map(rows.map((row) => [row.tag.toString('hex'), row]))
  return transfers.flatMap((transfer, index) => {
    const tag = tags[index] ?? Buffer.alloc(0)
    const own = kept.get(tag.toString('hex'))
    const amount = nanoOfUnits(transfer.units, parts.chain.decimals)
    if (amount === undefined || own?.state === 'problem' || own?.state === 'unclaimed') return []
    return [entry(parts, own?.external_id ?? externalIdOf(tag, 0), amount)]
  })
}

async function listTakenBack(parts: ChainParts, day: string): Promise<readonly RailEntry[]> {
  const { database, chain } = parts
  const tomorrow = isoDate(utcDayOf(Date.parse(day)) + 1)
  const rows = await database.query<{ external_id: string; amount: NanoUsd }>(sql`
    select gone.external_id, amount from usdc_deposit
    cross join lateral unnest(withdrawn_ids || case when state = 'withdrawn' then array[external_id] else '{}' end) as gone (external_id)
    where chain_id = ${chain.id} and seen_at >= ${day}::date and seen_at < ${tomorrow}::date`)
  return rows.map(({ external_id, amount }) => entry(parts, external_id, amount))
}

const entry = ({ desk }: ChainParts, externalId: string, amount: NanoUsd): RailEntry => ({
  ...{ externalId: desk.externalKey(USDC_RAIL, externalId), amount, currency: 'USD' },
})
