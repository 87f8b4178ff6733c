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

/**
 * A payment to the house that somebody claims: the transaction in any spelling, and a signature of the wallet that paid. `random` are 32 bytes that the key
 * is made of, the same where the same asking may come twice.
 */
export type AccountClaim = { readonly txHash: string; readonly signature: string; readonly random?: Buffer }

/** What a claim opens: both may be called again for the same account; `newKey` makes its first key. */
export type ClaimDoors = {
  readonly newId: () => string
  readonly openAccount: (accountId: string) => Promise<void>
  readonly newKey: (accountId: string, name?: string, random?: Buffer) => Promise<{ readonly keyId: string; readonly secret: string }>
  /** A key of the account that was made of these bytes. */
  readonly findKey: (accountId: string, random: Buffer) => Promise<{ readonly keyId: string; readonly secret: string } | undefined>
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
  const { accountId, keyId: isGivenAs } = await beginClaim(database, { tag, accountId: doors.newId(), now: clock.now() })
  // Whoever asks again as before has the key that it was given then.
  const known = isGivenAs === undefined || claim.random === undefined ? undefined : await doors.findKey(accountId, claim.random)
  if (known?.keyId !== isGivenAs) fail('already_claimed')
  await doors.openAccount(accountId)
  const amount = await takeDeposits(parts, theirs, accountId)
  if (known !== undefined) return { accountId, ...known, amount }
  const key = await doors.newKey(accountId, undefined, claim.random)
  if ((await endClaim(database, tag, key.keyId)) !== key.keyId) fail('already_claimed')
  return { accountId, ...key, amount }
}

/** The account of a claim, the same however often it is begun, and the key that was given for it. Fails with already_claimed for one that is gone. */
async function beginClaim(
  database: Database,
  { tag, accountId, now }: { readonly tag: Buffer; readonly accountId: string; readonly now: number },
): Promise<{ readonly accountId: string; readonly keyId: string | undefined }> {
  await database.query(sql`
    insert into usdc_claim (tag, account_id, is_given, claimed_at) values (${tag}, ${accountId}::uuid, false, ${new Date(now)})
    on conflict (tag) do nothing`)
  const [row] = await database.query<{ account_id: string | null; is_given: boolean; key_id: string | null }>(sql`
    select account_id, is_given, key_id from usdc_claim where tag = ${tag}`)
  // Of what was given before keys were noted nobody knows which it was.
  if (row === undefined || row.account_id === null || (row.is_given && row.key_id === null)) return fail('already_claimed')
  return { accountId: row.account_id, keyId: row.key_id ?? undefined }
}

/** Notes which key is given for a claim, once; resolves with the one that is. */
async function endClaim(database: Database, tag: Buffer, keyId: string): Promise<string | undefined> {
  await database.query(sql`update usdc_claim set is_given = true, key_id = ${keyId}::uuid where tag = ${tag} and not is_given`)
  const [row] = await database.query<{ key_id: string | null }>(sql`select key_id from usdc_claim where tag = ${tag}`)
  return row?.key_id ?? undefined
}

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
