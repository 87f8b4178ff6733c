import { sql } from '../../../db/index.ts'
import type { RailEntry } from '../../../spec/index.ts'
import { type KnownMoney, listByExternalKeys } from '../../store.ts'
import { findTransfers } from './agreed-transfers.ts'
import { type Heads, readHeads } from './heads.ts'
import { type ChainParts, USDC_RAIL } from './parts.ts'
import { nanoOfUnits } from './token-units.ts'

type Row = { readonly tag: Buffer; readonly chain_id: bigint; readonly block_number: bigint; readonly external_id: string }

/**
 * Which of some deposits, named as the journal names them, the chains have in final blocks, whenever that was: what was paid to the house is claimed
 * later, and what came while nothing was credited is booked when it is again.
 */
export async function findDeposits(chains: readonly ChainParts[], externalKeys: readonly string[]): Promise<readonly RailEntry[]> {
  const [first] = chains
  if (first === undefined) return []
  const entries: RailEntry[] = []
  const heads = new Map<number, Heads | undefined>()
  for (const payment of await listByExternalKeys(first.database, USDC_RAIL, externalKeys)) {
    const row = await findRow(first, payment)
    const parts = chains.find(({ chain }) => BigInt(chain.id) === row?.chain_id)
    if (row === undefined || parts === undefined) continue
    if (!heads.has(parts.chain.id)) heads.set(parts.chain.id, await headsOf(parts))
    const entry = await lookAt(parts, heads.get(parts.chain.id), row)
    if (entry !== undefined) entries.push({ ...entry, externalId: payment.externalKey })
  }
  return entries
}

/** The deposit of a payment, which is known by a keyed hash of its name. */
async function findRow({ database, desk }: ChainParts, { accountId, amount, externalKey }: KnownMoney): Promise<Row | undefined> {
  const rows = await database.query<Row>(sql`
    select tag, chain_id, block_number, external_id from usdc_deposit
    where account_id = ${accountId}::uuid and amount = ${amount}::bigint and state in ('settled', 'claimed')`)
  return rows.find(({ external_id: externalId }) => desk.externalKey(USDC_RAIL, externalId) === externalKey)
}

async function headsOf({ chain, endpoints }: ChainParts): Promise<Heads | undefined> {
  const told = await readHeads(chain, endpoints)
  return told.halt === undefined ? told.value : undefined
}

async function lookAt(parts: ChainParts, heads: Heads | undefined, row: Row): Promise<Omit<RailEntry, 'externalId'> | undefined> {
  const block = Number(row.block_number)
  if (heads === undefined || block > heads.final.number) return undefined
  const { chain, book, terms, tags } = parts
  const own = await book.all()
  const addresses = terms.houseAddress === undefined ? own : [...own, terms.houseAddress]
  const found = await findTransfers({ chain, endpoints: heads.endpoints, addresses, first: block, last: block })
  const transfer = found.halt === undefined ? found.value.find((one) => tags.ofTransfer(one).equals(row.tag)) : undefined
  const amount = transfer && nanoOfUnits(transfer.units, chain.decimals)
  return amount === undefined ? undefined : { amount, currency: 'USD' }
}
