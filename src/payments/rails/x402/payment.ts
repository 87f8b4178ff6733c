import type { NanoUsd } from '../../../lib/index.ts'
import type { Keyring } from '../../../privacy/index.ts'
import type { X402Settings } from './settings.ts'

/**
 * A transfer that the owner of `from` authorized for whoever carries it out: `value` in units of the token, times in seconds since 1970, hex in
 * lower case. Source: eips.ethereum.org/EIPS/eip-3009, as of 2026-11-26.
 */
export type X402Payment = {
  readonly chainId: number
  readonly asset: string
  readonly from: string
  readonly to: string
  readonly value: bigint
  readonly validAfter: number
  readonly validBefore: number
  readonly nonce: string
  readonly signature: string
}

/** What is asked for: where, what, to whom. */
export type X402Terms = Pick<X402Settings, 'chainId' | 'asset' | 'payTo' | 'tokenName' | 'tokenVersion'>

/** What the rail is called in source keys, tables and reports. */
export const X402_RAIL = 'x402' as const

/** Units of a token with six decimals. */
const NANO_USD_PER_UNIT = 1000n

/** What a payment is worth in nano-USD. */
export const worthOf = ({ value }: Pick<X402Payment, 'value'>): NanoUsd => value * NANO_USD_PER_UNIT

/** The chain as the standard names it. Source: chainagnostic.org/CAIPs/caip-2, as of 2026-11-26. */
export const networkOf = ({ chainId }: Pick<X402Payment, 'chainId'>): string => `eip155:${chainId}`

type Signed = Pick<X402Payment, 'chainId' | 'asset' | 'from' | 'nonce'>

/** What makes a payment the same: a token takes a nonce of a wallet once. */
export const externalIdOf = ({ chainId, asset, from, nonce }: Signed): string => `${chainId}:${asset}:${from}:${nonce}`

/** Keyed hashes of payments, wallets and transactions: what our tables know them by, also after an erasure. */
export type X402Tags = {
  readonly ofPayment: (payment: Signed) => Buffer
  readonly ofWallet: (address: string) => Buffer
  readonly ofTx: (tx: { readonly chainId: number; readonly txHash: string }) => Buffer
}

/** The tags under a master key that never changes. */
export const x402Tags = ({ lookup }: Pick<Keyring, 'lookup'>): X402Tags => ({
  ofPayment: (payment) => lookup(externalIdOf(payment), 'x402-payment'),
  ofWallet: (address) => lookup(address, 'x402-wallet'),
  ofTx: ({ chainId, txHash }) => lookup(`${chainId}:${txHash}`, 'x402-tx'),
})
