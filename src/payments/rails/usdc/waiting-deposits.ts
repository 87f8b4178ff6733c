import { type Database, sql } from '../../../db/index.ts'
import type { NanoUsd } from '../../../lib/index.ts'
import { type Halt, readChain } from './chain-store.ts'
import type { Deposit, ProblemCode, WaitingState } from './deposit-record.ts'
import { findWaiting } from './deposit-store.ts'
import { type Confirmations, confirmationsOf } from './find-tx.ts'
import { txHashOf } from './origin.ts'
import { type ChainParts, USDC_RAIL, type UsdcDesk, type UsdcParts } from './parts.ts'

/**
 * A deposit that is not settled, for the operator: on its way, credited before it is final, to the house and not claimed, or held back for
 * `problem`. `confirmations` while it is not final; `halted` says why nothing of its chain is credited.
 */
export type WaitingDeposit = {
  readonly chainId: number
  readonly chainName: string
  readonly halted: Halt | undefined
  readonly accountId: string | undefined
  readonly amount: NanoUsd | undefined
  readonly state: WaitingState
  readonly problem: ProblemCode | undefined
  readonly confirmations: Confirmations | undefined
  readonly txHash: string | undefined
  readonly seenAt: Date
}

/** What it is read with. */
export type WaitingParts = Pick<UsdcParts, 'database' | 'desk' | 'sealing'> & { readonly chains: readonly Pick<ChainParts, 'chain'>[] }

/** Deposits that wait, newest first; what the operator resolved in the queue waits no more. */
export async function listWaiting(parts: WaitingParts, limit: number): Promise<readonly WaitingDeposit[]> {
  const { database, desk, chains } = parts
  const found = await findWaiting(database, limit)
  const open = await openProblems(database, desk, found)
  const waiting = found.filter((deposit) => deposit.state !== 'problem' || open.has(problemRef(deposit)))
  const ids = [...new Set(waiting.map(({ chainId }) => chainId))]
  const read = new Map(await Promise.all(ids.map(async (id) => [id, await readChain(database, id)] as const)))
  return await Promise.all(
    waiting.map(async (deposit) => {
      const { chainId, accountId, amount, state, problem, seenAt, blockNumber } = deposit
      const chain = read.get(chainId)
      const isOpen = chain !== undefined && (state === 'pending' || state === 'early')
      return {
        ...{ chainId, accountId, amount, state, problem, seenAt, halted: chain?.halted },
        chainName: chains.find(({ chain: { id } }) => id === chainId)?.chain.name ?? String(chainId),
        confirmations: isOpen ? confirmationsOf(blockNumber, { final: chain.finalBlock, latest: chain.latestBlock }) : undefined,
        txHash: await txHashOf(parts, deposit),
      }
    }),
  )
}

/** What the queue of the operator knows a deposit by. */
export const problemRef = ({ chainId, blockNumber, externalId }: Pick<Deposit, 'chainId' | 'blockNumber' | 'externalId'>): string =>
  `${chainId}:${blockNumber}:${externalId}`

/** Which of some deposits are in the queue and not resolved, and those that are still to be put there. */
async function openProblems(
  database: Database,
  { externalKey }: Pick<UsdcDesk, 'externalKey'>,
  deposits: readonly Deposit[],
): Promise<ReadonlySet<string>> {
  const problems = deposits.filter(({ state }) => state === 'problem')
  const keys = new Map(problems.map((deposit) => [externalKey(USDC_RAIL, problemRef(deposit)), problemRef(deposit)]))
  const resolved = await database.query<{ external_key: string }>(sql`
    select external_key from payment_problem
    where rail = ${USDC_RAIL} and external_key = any(${[...keys.keys()]}::text[]) and resolved_at is not null`)
  for (const row of resolved) keys.delete(row.external_key)
  return new Set(keys.values())
}
