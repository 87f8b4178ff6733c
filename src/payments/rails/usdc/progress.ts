import type { Database } from '../../../db/index.ts'
import type { NanoUsd } from '../../../lib/index.ts'
import type { SubjectKeys } from '../../../privacy/index.ts'
import { readChain } from './chain-store.ts'
import type { DepositState, ProblemCode } from './deposit-record.ts'
import { listDeposits } from './deposit-store.ts'
import { type Confirmations, confirmationsOf } from './find-tx.ts'
import { originOf } from './origin.ts'

/** A deposit as its account sees it; `confirmations` while it is not final. */
export type DepositProgress = {
  readonly chainId: number
  readonly txHash: string | undefined
  readonly amount: NanoUsd | undefined
  readonly state: DepositState
  readonly problem: ProblemCode | undefined
  readonly confirmations: Confirmations | undefined
  readonly seenAt: Date
  readonly settledAt: Date | undefined
}

/** The newest deposits of an account, final or not. */
export async function listProgress(
  parts: { readonly database: Database; readonly sealing: Pick<SubjectKeys, 'unseal'> },
  accountId: string,
  limit = 100,
): Promise<readonly DepositProgress[]> {
  const deposits = await listDeposits(parts.database, accountId, limit)
  const ids = [...new Set(deposits.map(({ chainId }) => chainId))]
  const chains = new Map(await Promise.all(ids.map(async (id) => [id, await readChain(parts.database, id)] as const)))
  return await Promise.all(
    deposits.map(async (deposit) => {
      const { chainId, amount, state, problem, seenAt, settledAt, blockNumber } = deposit
      const chain = chains.get(chainId)
      const isOpen = chain !== undefined && (state === 'pending' || state === 'early')
      const confirmations = isOpen ? confirmationsOf(blockNumber, { final: chain.finalBlock, latest: chain.latestBlock }) : undefined
      return { chainId, txHash: (await originOf(parts, deposit))?.txHash, amount, state, problem, confirmations, seenAt, settledAt }
    }),
  )
}
