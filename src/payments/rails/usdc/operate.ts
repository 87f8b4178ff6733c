import { type Database, sql } from '../../../db/index.ts'
import { fail } from '../../../failures.ts'
import type { NanoUsd } from '../../../lib/index.ts'
import { type Halt, type ResumePlace, resumeChain } from './chain-store.ts'
import { readHeads } from './heads.ts'
import type { ChainParts } from './parts.ts'

/** How a chain is, for the operator; blocks are undefined before it was read. `unclaimed` is what came to the house, in nano-USD. */
export type ChainStatus = {
  readonly id: number
  readonly name: string
  readonly finalBlock: number | undefined
  readonly latestBlock: number | undefined
  readonly halted: Halt | undefined
  readonly haltedAt: Date | undefined
  readonly unclaimed: NanoUsd
}

type Row = {
  readonly chain_id: bigint
  readonly final_block: bigint
  readonly latest_block: bigint
  readonly halted: Halt | null
  readonly halted_at: Date | null
}

/** How all chains are. */
export async function listChains(database: Database, chains: readonly Pick<ChainParts, 'chain'>[]): Promise<readonly ChainStatus[]> {
  const rows = await database.query<Row>(sql`select chain_id, final_block, latest_block, halted, halted_at from usdc_chain`)
  const sums = await database.query<{ chain_id: bigint; sum: bigint }>(sql`
    select chain_id, sum(amount)::bigint as sum from usdc_deposit where state = 'unclaimed' group by chain_id`)
  return chains.map(({ chain: { id, name } }) => {
    const row = rows.find(({ chain_id: chainId }) => Number(chainId) === id)
    return {
      ...{ id, name, finalBlock: row && Number(row.final_block), latestBlock: row && Number(row.latest_block) },
      ...{ halted: row?.halted ?? undefined, haltedAt: row?.halted_at ?? undefined },
      unclaimed: sums.find(({ chain_id: chainId }) => Number(chainId) === id)?.sum ?? 0n,
    }
  })
}

/** Blocks that are read again when nobody says from where. */
const BACK = 10_000

/** From where a chain would be read on. Fails with chain_unknown, deposits_halted where endpoints say nothing to go by. */
export async function placeToResume(
  chains: readonly ChainParts[],
  asked: { readonly chainId: number; readonly firstBlock: number | undefined },
): Promise<ResumePlace> {
  const parts = chains.find(({ chain }) => chain.id === asked.chainId) ?? fail('chain_unknown')
  const told = await readHeads(parts.chain, parts.endpoints)
  if (told.halt !== undefined) fail('deposits_halted')
  const { number, hash } = told.value.final
  const nextBlock = Math.min(number, asked.firstBlock ?? Math.max(0, number - BACK))
  return { chainId: asked.chainId, nextBlock, finalBlock: number, finalHash: hash }
}

/** Reads a chain on from a place. Fails with chain_not_halted. */
export async function resume(tx: Database, place: ResumePlace): Promise<void> {
  if (!(await resumeChain(tx, place))) fail('chain_not_halted')
}
