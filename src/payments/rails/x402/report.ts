import { type Database, sql } from '../../../db/index.ts'
import type { RailEntry, RailReport } from '../../../spec/index.ts'
import type { PaymentDesk } from '../../desk.ts'
import { findReceipt, findTransfers } from '../usdc/agreed-transfers.ts'
import type { Endpoints } from '../usdc/endpoints.ts'
import { type Heads, readHeads } from '../usdc/heads.ts'
import type { UsdcChain } from '../usdc/parts.ts'
import { firstBlockAt } from '../usdc/rail-report.ts'
import { externalIdOf, worthOf, X402_RAIL, type X402Tags, type X402Terms } from './payment.ts'

/** What a day is read with: `chain` has the token that is paid in. */
export type ReportParts = {
  readonly database: Database
  readonly desk: Pick<PaymentDesk, 'externalKey'>
  readonly tags: X402Tags
  readonly terms: X402Terms
  readonly chain: UsdcChain
  readonly endpoints: Endpoints
}

const DAY_SECONDS = 86_400
/** More than can be read in a night is not told, which is noticed as a report that is missing. */
const TXS_MAX = 20_000

/**
 * What the chain says was paid to us by signed transfers on a UTC day, by the nonces they used, whoever carried them out. Undefined while the day is not
 * final, or where endpoints do not agree. What waits for the operator is explained there and left out.
 */
export const x402Report = (parts: ReportParts): RailReport => ({
  ...{ rail: X402_RAIL, sourcePrefix: `${X402_RAIL}:`, externalIdIs: 'rest-of-source-key', isExpected: true },
  read: async (day) => {
    const told = await readHeads(parts.chain, parts.endpoints)
    const start = Date.parse(day) / 1000
    if (told.halt !== undefined || told.value.final.seconds < start + DAY_SECONDS) return undefined
    const first = await firstBlockAt(told.value, start)
    const end = await firstBlockAt(told.value, start + DAY_SECONDS)
    if (first === undefined || end === undefined) return undefined
    const txs = await txsIn(parts, told.value, { first, end })
    return txs === undefined ? undefined : await entriesOf(parts, told.value, txs)
  },
})

type Blocks = { readonly first: number; readonly end: number }

/** Transactions that moved the token to us. */
async function txsIn({ chain, terms }: ReportParts, { endpoints }: Heads, { first, end }: Blocks): Promise<readonly string[] | undefined> {
  const txs = new Set<string>()
  for (let from = first; from < end; from += chain.range) {
    const last = Math.min(end - 1, from + chain.range - 1)
    const found = await findTransfers({ chain, endpoints, addresses: [terms.payTo], first: from, last })
    if (found.halt !== undefined) return undefined
    for (const { txHash } of found.value) txs.add(txHash)
    if (txs.size > TXS_MAX) return undefined
  }
  return [...txs]
}

async function entriesOf(parts: ReportParts, { endpoints }: Heads, txs: readonly string[]): Promise<readonly RailEntry[] | undefined> {
  const { chain, terms, desk } = parts
  const entries: RailEntry[] = []
  for (const txHash of txs) {
    const receipt = await findReceipt({ chain, endpoints }, txHash)
    if (receipt.halt !== undefined || receipt.value === undefined) return undefined
    const used = receipt.value.authorizations.filter(({ token }) => token === terms.asset)
    for (const { from, to, token, units } of receipt.value.transfers) {
      if (token !== terms.asset || to !== terms.payTo) continue
      const at = used.findIndex((one) => one.from === from)
      // Plain transfers to the wallet pay for no call; they are the business of whoever owns it.
      const nonce = at < 0 ? undefined : used.splice(at, 1)[0]?.nonce
      if (nonce === undefined) continue
      const paid = { chainId: chain.id, asset: token, from, nonce }
      if (await isInReview(parts, paid)) continue
      entries.push({ externalId: desk.externalKey(X402_RAIL, externalIdOf(paid)), amount: worthOf({ value: units }), currency: 'USD' })
    }
  }
  return entries
}

async function isInReview({ database, tags }: ReportParts, paid: Parameters<typeof externalIdOf>[0]): Promise<boolean> {
  const rows = await database.query(sql`select from x402_payment where tag = ${tags.ofPayment(paid)} and state = 'unclear'`)
  return rows.length > 0
}
