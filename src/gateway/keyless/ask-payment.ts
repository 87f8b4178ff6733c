import type { NanoUsd } from '../../lib/index.ts'
import type { KeylessTerms } from './terms.ts'

/** A unit of the token, which has six decimals. Source: developers.circle.com/stablecoins/usdc-contract-addresses, as of 2026-11-26. */
const NANO_USD_PER_UNIT = 1000n
const TIMEOUT_SECONDS = 120

/** What is asked for a call that can cost so much: whole units of the token, rounded up, and never below the minimum. */
export function unitsOf(worst: NanoUsd, { minimum }: Pick<KeylessTerms, 'minimum'>): bigint {
  const asked = worst > minimum ? worst : minimum
  return (asked + NANO_USD_PER_UNIT - 1n) / NANO_USD_PER_UNIT
}

/** What units of the token are worth in nano-USD. */
export const worthOf = (units: bigint): NanoUsd => units * NANO_USD_PER_UNIT

/** A request for payment: of how many units, for which address, and why nothing was served. */
export type Asked = { readonly terms: KeylessTerms; readonly units: bigint; readonly url: string; readonly error: string }

/** The request for payment of x402 version 2. Source: github.com/coinbase/x402 specs/x402-specification-v2.md section 5.1, as of 2026-11-26. */
export const paymentRequired = ({ terms, units, url, error }: Asked) => ({
  x402Version: 2,
  error,
  resource: { url, description: 'A call of a model', mimeType: 'application/json' },
  accepts: [
    {
      scheme: 'exact',
      network: terms.network,
      amount: units.toString(),
      asset: terms.asset,
      payTo: terms.payTo,
      maxTimeoutSeconds: TIMEOUT_SECONDS,
      extra: { name: terms.tokenName, version: terms.tokenVersion },
    },
  ],
})

/** How x402 puts JSON into a header. */
export const inHeader = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64')
