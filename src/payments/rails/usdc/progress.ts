import { sql } from '../../../db/index.ts'
import type { NanoUsd } from '../../../lib/index.ts'
import type { SubjectKeys } from '../../../privacy/index.ts'
import { readChain } from './chain-store.ts'
import { DEPOSIT_STATES, type Deposit, type ProblemCode } from './deposit-record.ts'
import { listDeposits } from './deposit-store.ts'
import { type Confirmations, confirmationsOf } from './find-tx.ts'
import { originOf } from './origin.ts'
import { USDC_RAIL, type UsdcParts } from './parts.ts'
import { problemRef } from './waiting-deposits.ts'

/** What became of a deposit, as its account sees it: `dismissed` where the operator looked at it, and did not credit it to this account. */
export const OWN_DEPOSIT_STATES = [...DEPOSIT_STATES, 'dismissed'] as const

/** A deposit as its account sees it; `confirmations` while it is not final. */
export type DepositProgress = {
  readonly chainId: number
  readonly txHash: string | undefined
  readonly amount: NanoUsd | undefined
  readonly state: (typeof OWN_DEPOSIT_STATES)[number]
  readonly problem: ProblemCode | undefined
  readonly confirmations: Confirmations | undefined
  readonly seenAt: Date
  readonly settledAt: Date | undefined
}

/** The newest deposits of an account, final or not; what was held back and is resolved is as the operator resolved it. */
export async function listProgress(
  parts: Pick<UsdcParts, 'database' | 'desk'> & { readonly sealing: Pick<SubjectKeys, 'unseal'> },
  accountId: string,
  limit = 100,
): Promise<readonly DepositProgress[]> {
  const deposits = await listDeposits(parts.database, accountId, limit)
  const ids = [...new Set(deposits.map(({ chainId }) => chainId))]
  const chains = new Map(await Promise.all(ids.map(async (id) => [id, await readChain(parts.database, id)] as const)))
  const resolved = await findResolved(parts, accountId, deposits)
  return await Promise.all(
    deposits.map(async (deposit) => {
      const { chainId, amount, state, problem, seenAt, settledAt, blockNumber } = { ...deposit, ...resolved.get(deposit.tag) }
      const chain = chains.get(chainId)
      const isOpen = chain !== undefined && (state === 'pending' || state === 'early')
      const confirmations = isOpen ? confirmationsOf(blockNumber, { final: chain.finalBlock, latest: chain.latestBlock }) : undefined
      return { chainId, txHash: (await originOf(parts, deposit))?.txHash, amount, state, problem, confirmations, seenAt, settledAt }
    }),
  )
}

type ResolvedRow = {
  readonly external_key: string
  readonly resolved_at: Date | null
  readonly credited: NanoUsd | null
}

/** What became by the operator's hand of deposits that were held back, by their tags: credited with so much, or not to this account. */
async function findResolved(
  { database, desk }: Pick<UsdcParts, 'database' | 'desk'>,
  accountId: string,
  deposits: readonly Deposit[],
): Promise<ReadonlyMap<Buffer, Partial<DepositProgress>>> {
  const held = deposits.filter(({ state }) => state === 'problem')
  if (held.length === 0) return new Map()
  const keyOf = (deposit: Deposit): string => desk.externalKey(USDC_RAIL, problemRef(deposit))
  const rows = await database.query<ResolvedRow>(sql`
    select external_key, resolved_at, transfer.amount as credited from payment_problem
      left join transfer on transfer.id = transfer_id and credit_account = ${accountId}::uuid
    where rail = ${USDC_RAIL} and external_key = any(${held.map(keyOf)}::text[])`)
  return new Map(
    held.flatMap((deposit): [Buffer, Partial<DepositProgress>][] => {
      const own = rows.filter(({ external_key: key }) => key === keyOf(deposit))
      const credit = own.find(({ credited }) => credited !== null)
      if (credit !== undefined && credit.credited !== null)
        return [
          [deposit.tag, { state: 'settled', problem: undefined, amount: credit.credited, settledAt: credit.resolved_at ?? undefined }],
        ]
      const isOpen = own.length === 0 || own.some(({ resolved_at: at }) => at === null)
      return isOpen ? [] : [[deposit.tag, { state: 'dismissed' }]]
    }),
  )
}
