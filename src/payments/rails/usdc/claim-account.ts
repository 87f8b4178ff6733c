import { type Database, sql } from '../../../db/index.ts'
import { fail } from '../../../failures.ts'
import type { NanoUsd } from '../../../lib/index.ts'
import { carryOut } from './carry-out.ts'
import { claimMessage, findSigner } from './claim-message.ts'
import type { Deposit } from './deposit-record.ts'
import { findByTx, takeStep } from './deposit-store.ts'
import { type Chains, findTx } from './find-tx.ts'
import type { ChainParts } from './parts.ts'
import type { Transfer } from './transfer-log.ts'
import { requireCredited } from './verify-topup.ts'

/** A payment to the house that somebody claims: the transaction in any spelling, and a signature of the wallet that paid. */
export type AccountClaim = { readonly txHash: string; readonly signature: string }

/** What a claim opens: both may be called again for the same account; `newKey` makes its first key. */
export type ClaimDoors = {
  readonly newId: () => string
  readonly openAccount: (accountId: string) => Promise<void>
  readonly newKey: (accountId: string) => Promise<{ readonly keyId: string; readonly secret: string }>
}

/** A claimed account with its key, which is shown this once; the amount in nano-USD. */
export type ClaimedAccount = { readonly accountId: string; readonly keyId: string; readonly secret: string; readonly amount: NanoUsd }

/** What claims work with; `service` is in the message that is signed. */
export type ClaimParts = { readonly chains: Chains; readonly doors: ClaimDoors; readonly service: string }

/**
 * Opens an account with what its payer sent to the house, for whoever shows a signature of the wallet that paid. Fails with tx_hash_invalid,
 * tx_unknown, tx_failed, wrong_chain, wrong_recipient, claim_signature_invalid, confirmations_pending, deposit_in_review, deposits_halted,
 * already_claimed.
 */
export async function claimAccount({ chains, doors, service }: ClaimParts, claim: AccountClaim): Promise<ClaimedAccount> {
  const found = await findTx(chains, claim.txHash)
  const { parts, heads, receipt, txHash } = found
  const { chain, terms, tags, database, clock } = parts
  const paid = receipt.transfers.filter(({ token, to }) => token === chain.token && to === terms.houseAddress)
  if (paid.length === 0) fail('wrong_recipient')
  const message = claimMessage({ service, txHash })
  const wallets = [...new Set(paid.map(({ from }) => from))]
  const payer = await findSigner(heads.endpoints, { message, signature: claim.signature, wallets })
  if (payer === undefined) fail('claim_signature_invalid', { service })
  const theirs = paid.filter(({ from }) => from === payer)
  await requireCredited(found, theirs)
  const tag = tags.ofPayer({ chainId: chain.id, txHash, from: payer })
  const accountId = await beginClaim(database, { tag, accountId: doors.newId(), now: clock.now() })
  await doors.openAccount(accountId)
  const amount = await takeDeposits(parts, theirs, accountId)
  const key = await doors.newKey(accountId)
  if (!(await endClaim(database, tag))) fail('already_claimed')
  return { accountId, ...key, amount }
}

/** The account of a claim, the same however often it is begun until it ended. Fails with already_claimed. */
async function beginClaim(
  database: Database,
  { tag, accountId, now }: { readonly tag: Buffer; readonly accountId: string; readonly now: number },
): Promise<string> {
  await database.query(sql`
    insert into usdc_claim (tag, account_id, is_given, claimed_at) values (${tag}, ${accountId}::uuid, false, ${new Date(now)})
    on conflict (tag) do nothing`)
  const [row] = await database.query<{ account_id: string | null; is_given: boolean }>(sql`
    select account_id, is_given from usdc_claim where tag = ${tag}`)
  if (row === undefined || row.is_given || row.account_id === null) fail('already_claimed')
  return row.account_id
}

const endClaim = async (database: Database, tag: Buffer): Promise<boolean> =>
  (await database.query(sql`update usdc_claim set is_given = true where tag = ${tag} and not is_given returning 1`)).length > 0

/** Credits what was paid to the house to the account that claimed it; resolves with how much it is. */
async function takeDeposits(parts: ChainParts, transfers: readonly Transfer[], accountId: string): Promise<NanoUsd> {
  const [first] = transfers
  if (first === undefined) return 0n
  const kept = await findByTx(parts.database, [parts.tags.ofTx(first)])
  const theirs = transfers.flatMap((transfer) => kept.filter(({ tag }) => tag.equals(parts.tags.ofTransfer(transfer))))
  for (const deposit of theirs) await takeDeposit(parts, deposit, accountId)
  return theirs.reduce((sum, { amount }) => sum + (amount ?? 0n), 0n)
}

async function takeDeposit(parts: ChainParts, deposit: Deposit, accountId: string): Promise<void> {
  const now = parts.clock.now()
  if (deposit.state === 'unclaimed')
    await takeStep(parts.database, deposit, { from: 'unclaimed', to: 'claimed', isDone: false, now, accountId })
  const [claimed] = (await findByTx(parts.database, [deposit.txTag])).filter(({ tag }) => tag.equals(deposit.tag))
  if (claimed?.accountId === accountId) await carryOut(parts, claimed)
}
