import { type Database, sql } from '../../../db/index.ts'
import { fail } from '../../../failures.ts'
import type { NanoUsd } from '../../../lib/index.ts'
import { claimMessage } from '../usdc/claim-message.ts'
import { readTxHash } from '../usdc/tx-hash.ts'
import type { X402Terms } from './payment.ts'
import type { WalletParts } from './wallets.ts'

/**
 * Somebody who wants a key for what a wallet paid: a transaction of it in any spelling, and a signature of the wallet over the message that names it.
 * `random` are 32 bytes that the key is made of, the same where the same asking may come twice.
 */
export type X402Claim = { readonly txHash: string; readonly signature: string; readonly random?: Buffer }

/** The account of the wallet with a new key, which is shown this once; the amount that the transaction paid in nano-USD. */
export type X402Claimed = { readonly accountId: string; readonly keyId: string; readonly secret: string; readonly amount: NanoUsd }

/** What claims are decided with; `service` is what customers call us. */
export type ClaimParts = WalletParts & { readonly terms: X402Terms; readonly service: string }

const SIGNATURE = /^0x[0-9a-f]{130}$/i

/**
 * Gives a key of the account of a wallet to whoever shows a signature of the wallet, once for each transaction that it paid by. Fails with tx_hash_invalid,
 * tx_unknown, claim_signature_invalid, already_claimed. Source: eips.ethereum.org/EIPS/eip-191, as of 2026-11-26.
 */
export async function claimWallet(parts: ClaimParts, { txHash: written, signature, random }: X402Claim): Promise<X402Claimed> {
  const { database, tags, terms, service, doors, clock } = parts
  const txHash = readTxHash(written) ?? fail('tx_hash_invalid')
  const tag = tags.ofTx({ chainId: terms.chainId, txHash })
  const paid = (await findByTx(database, tag)) ?? fail('tx_unknown', { chains: `eip155:${terms.chainId}` })
  const signer = await signerOf(claimMessage({ service, txHash }), signature.trim())
  const isOwner = signer !== undefined && paid.walletTag?.equals(tags.ofWallet(signer)) === true
  if (!isOwner) fail('claim_signature_invalid', { service })
  const { accountId, amount, keyId } = paid
  // Whoever asks again as before has the key that it was given then.
  const known = keyId === undefined || random === undefined ? undefined : await doors.findKey(accountId, random)
  if (paid.isClaimed && (known === undefined || known.keyId !== keyId)) fail('already_claimed')
  const key = known ?? (await doors.newKey(accountId, 'claimed', random))
  await database.query(sql`
    update x402_payment set claimed_at = ${new Date(clock.now())}, claimed_key_id = ${key.keyId}::uuid
    where tx_tag = ${tag} and claimed_at is null`)
  const given = await findByTx(database, tag)
  if (given?.keyId !== key.keyId) fail('already_claimed')
  return { accountId, ...key, amount }
}

type Paid = {
  readonly accountId: string
  readonly walletTag: Buffer | undefined
  readonly amount: NanoUsd
  readonly isClaimed: boolean
  /** The key that was given for it. */
  readonly keyId: string | undefined
}

type PaidRow = {
  readonly account_id: string
  readonly tag: Buffer | null
  readonly amount: NanoUsd
  readonly is_claimed: boolean
  readonly claimed_key_id: string | null
}

async function findByTx(database: Database, txTag: Buffer): Promise<Paid | undefined> {
  const [row] = await database.query<PaidRow>(sql`
    select x402_payment.account_id, x402_wallet.tag, amount, claimed_at is not null as is_claimed, claimed_key_id
    from x402_payment join x402_wallet on x402_wallet.account_id = x402_payment.account_id
    where tx_tag = ${txTag} and state = 'settled' order by asked_at limit 1`)
  if (row === undefined) return undefined
  const { account_id: accountId, tag, amount, is_claimed: isClaimed, claimed_key_id: keyId } = row
  return { accountId, walletTag: tag ?? undefined, amount, isClaimed, keyId: keyId ?? undefined }
}

async function signerOf(message: string, signature: string): Promise<string | undefined> {
  if (!SIGNATURE.test(signature)) return undefined
  const { recoverMessageAddress } = await import('viem/utils')
  return await recoverMessageAddress({ message, signature: `0x${signature.slice(2)}` }).then(
    (address) => address.toLowerCase(),
    () => undefined,
  )
}
