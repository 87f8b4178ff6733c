import { type Database, sql } from '../../../db/index.ts'
import { fail } from '../../../failures.ts'
import type { NanoUsd } from '../../../lib/index.ts'
import { claimMessage } from '../usdc/claim-message.ts'
import { readTxHash } from '../usdc/tx-hash.ts'
import type { X402Terms } from './payment.ts'
import type { WalletParts } from './wallets.ts'

/** Somebody who wants a key for what a wallet paid: a transaction of it in any spelling, and a signature of the wallet over the message that names it. */
export type X402Claim = { readonly txHash: string; readonly signature: string }

/** The account of the wallet with a new key, which is shown this once; the amount that the transaction paid in nano-USD. */
export type X402Claimed = { readonly accountId: string; readonly keyId: string; readonly secret: string; readonly amount: NanoUsd }

/** What claims are decided with; `service` is what customers call us. */
export type ClaimParts = WalletParts & { readonly terms: X402Terms; readonly service: string }

const SIGNATURE = /^0x[0-9a-f]{130}$/i

/**
 * Gives a key of the account of a wallet to whoever shows a signature of the wallet, once for each transaction that it paid by. Fails with tx_hash_invalid,
 * tx_unknown, claim_signature_invalid, already_claimed. Source: eips.ethereum.org/EIPS/eip-191, as of 2026-11-26.
 */
export async function claimWallet(parts: ClaimParts, { txHash: written, signature }: X402Claim): Promise<X402Claimed> {
  const { database, tags, terms, service, doors, clock } = parts
  const txHash = readTxHash(written) ?? fail('tx_hash_invalid')
  const tag = tags.ofTx({ chainId: terms.chainId, txHash })
  const paid = (await findByTx(database, tag)) ?? fail('tx_unknown', { chains: `eip155:${terms.chainId}` })
  const signer = await signerOf(claimMessage({ service, txHash }), signature.trim())
  const isOwner = signer !== undefined && paid.walletTag?.equals(tags.ofWallet(signer)) === true
  if (!isOwner) fail('claim_signature_invalid', { service })
  if (paid.isClaimed) fail('already_claimed')
  const key = await doors.newKey(paid.accountId, 'claimed')
  const rows = await database.query(sql`
    update x402_payment set claimed_at = ${new Date(clock.now())} where tx_tag = ${tag} and claimed_at is null returning tag`)
  if (rows.length === 0) fail('already_claimed')
  return { accountId: paid.accountId, ...key, amount: paid.amount }
}

type Paid = { readonly accountId: string; readonly walletTag: Buffer | undefined; readonly amount: NanoUsd; readonly isClaimed: boolean }

async function findByTx(database: Database, txTag: Buffer): Promise<Paid | undefined> {
  const [row] = await database.query<{ account_id: string; tag: Buffer | null; amount: NanoUsd; is_claimed: boolean }>(sql`
    select x402_payment.account_id, x402_wallet.tag, amount, claimed_at is not null as is_claimed
    from x402_payment join x402_wallet on x402_wallet.account_id = x402_payment.account_id
    where tx_tag = ${txTag} and state = 'settled' order by asked_at limit 1`)
  return row && { accountId: row.account_id, walletTag: row.tag ?? undefined, amount: row.amount, isClaimed: row.is_claimed }
}

async function signerOf(message: string, signature: string): Promise<string | undefined> {
  if (!SIGNATURE.test(signature)) return undefined
  const { recoverMessageAddress } = await import('viem/utils')
  return await recoverMessageAddress({ message, signature: `0x${signature.slice(2)}` }).then(
    (address) => address.toLowerCase(),
    () => undefined,
  )
}
