import { z } from 'zod'
import { type Database, sql } from '../../db/index.ts'
import type { Payment } from '../payment.ts'
import { usdcOriginPurpose } from '../rails/usdc/index.ts'
import { x402OriginPurpose } from '../rails/x402/index.ts'
import type { RefundParts } from './parts.ts'

/** What came in for a payment: on which chain, whether its wallet signed for it, and transaction and wallet, sealed. */
export type PaidDeposit = {
  readonly chainId: number
  readonly isSigned: boolean
  readonly originSealed: Buffer | undefined
  readonly purpose: string
}

type Finding = Pick<RefundParts, 'desk' | 'callChain'>

/** The final deposit of a payment in coins on a chain; undefined where it is not final, or no chain that is looked at any more. */
export async function findDeposit(parts: Finding, database: Database, payment: Payment): Promise<PaidDeposit | undefined> {
  if (payment.rail === 'usdc') return await findUsdcDeposit(parts, database, payment)
  return payment.rail === 'x402' ? await findSignedPayment(parts, database, payment) : undefined
}

type UsdcRow = {
  readonly tag: Buffer
  readonly chain_id: bigint
  readonly external_id: string
  readonly state: string
  readonly origin_sealed: Buffer | null
}

/** Payments are known by a keyed hash of what the books know the deposit by, so the deposits of the account are gone through. */
async function findUsdcDeposit({ desk }: Finding, database: Database, payment: Payment): Promise<PaidDeposit | undefined> {
  const key = await externalKeyOf(database, payment.id)
  const rows = await database.query<UsdcRow>(sql`
    select tag, chain_id, external_id, state, origin_sealed from usdc_deposit
    where account_id = ${payment.accountId}::uuid and amount = ${payment.amount}::bigint and state in ('settled', 'claimed')`)
  const row = rows.find(({ external_id: externalId }) => desk.externalKey('usdc', externalId) === key)
  if (row === undefined) return undefined
  const { tag, chain_id: chainId, state, origin_sealed: sealed } = row
  // What was paid to the house was claimed by a signature of the wallet that paid.
  return { chainId: Number(chainId), isSigned: state === 'claimed', originSealed: sealed ?? undefined, purpose: usdcOriginPurpose(tag) }
}

/** A payment for a call is a transfer that its wallet signed, and an account of calls without a key is of one wallet. */
async function findSignedPayment({ callChain }: Finding, database: Database, payment: Payment): Promise<PaidDeposit | undefined> {
  if (callChain === undefined) return undefined
  const [row] = await database.query<{ tag: Buffer; origin_sealed: Buffer | null }>(sql`
    select tag, origin_sealed from x402_payment
    where account_id = ${payment.accountId}::uuid and amount = ${payment.amount}::bigint and state = 'settled' order by settled_at desc limit 1`)
  if (row === undefined) return undefined
  const { tag, origin_sealed: sealed } = row
  return { chainId: callChain.chain.id, isSigned: true, originSealed: sealed ?? undefined, purpose: x402OriginPurpose(tag) }
}

async function externalKeyOf(database: Database, paymentId: string): Promise<string | undefined> {
  const [row] = await database.query<{ external_key: string | null }>(sql`select external_key from payment where id = ${paymentId}::uuid`)
  return row?.external_key ?? undefined
}

const origin = z.object({ from: z.string().regex(/^0x[0-9a-f]{40}$/) })

/** The wallet that paid, in lower case; undefined when the account was erased. */
export async function payerOf(
  { sealing }: Pick<RefundParts, 'sealing'>,
  accountId: string,
  { originSealed, purpose }: PaidDeposit,
): Promise<string | undefined> {
  const plain = originSealed === undefined ? undefined : await sealing.unseal(accountId, originSealed, purpose)
  return plain === undefined ? undefined : origin.parse(JSON.parse(plain.toString())).from
}
