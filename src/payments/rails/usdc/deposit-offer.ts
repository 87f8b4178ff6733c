import { formatUsd, type NanoUsd } from '../../../lib/index.ts'
import type { UsdcChain } from './parts.ts'
import { unitsOfNano } from './token-units.ts'

/** Where and how an account pays: its address, and on each chain the token, a URI for a QR code, and what to warn of. */
export type DepositOffer = {
  readonly address: string
  readonly chains: readonly {
    readonly id: number
    readonly name: string
    readonly token: string
    /** What the token is called, as wallets show it. */
    readonly symbol: string
    readonly decimals: number
    readonly uri: string
  }[]
  readonly warnings: readonly DepositWarning[]
}

/** What people who pay are warned of. */
export const DEPOSIT_WARNINGS = ['these_chains_only', 'this_token_only', 'no_exchange_memo', 'below_minimum'] as const

/** A warning by its code, with the names to fill it with, and in English. */
export type DepositWarning = {
  readonly code: (typeof DEPOSIT_WARNINGS)[number]
  readonly values: { readonly chains?: string; readonly tokens?: string; readonly minimum?: string }
  readonly text: string
}

/** The one token that is taken on every chain. Source: developers.circle.com/stablecoins/usdc-contract-addresses, as of 2026-11-26. */
export const TOKEN_SYMBOL = 'USDC'

/** What an offer is made of: chains with checksummed token addresses, and the amount in nano-USD where one is asked for. */
export type OfferParts = {
  readonly address: string
  readonly chains: readonly UsdcChain[]
  readonly checksummed: (address: string) => string
  readonly amount?: NanoUsd | undefined
  readonly minimum: NanoUsd
}

/** The offer of an account. */
export function makeOffer({ address, chains, checksummed, amount, minimum }: OfferParts): DepositOffer {
  const shown = chains.map(({ id, name, token, decimals }) => ({
    ...{ id, name, decimals, token: checksummed(token), symbol: TOKEN_SYMBOL },
    uri: paymentUri({
      chainId: id,
      token: checksummed(token),
      address,
      units: amount === undefined ? undefined : unitsOfNano(amount, decimals),
    }),
  }))
  return { address, chains: shown, warnings: warningsOf(shown, minimum) }
}

/** A request for a token transfer as wallets read it from a QR code. Source: ERC-681, eips.ethereum.org/EIPS/eip-681, as of 2026-11-26. */
export const paymentUri = (asked: {
  readonly chainId: number
  readonly token: string
  readonly address: string
  readonly units: bigint | undefined
}): string =>
  `ethereum:${asked.token}@${asked.chainId}/transfer?address=${asked.address}${asked.units === undefined ? '' : `&uint256=${asked.units}`}`

function warningsOf(chains: DepositOffer['chains'], minimum: NanoUsd): readonly DepositWarning[] {
  const names = chains.map(({ id, name }) => `${name} (chain ${id})`).join(' or ')
  const tokens = chains.map(({ name, token, symbol }) => `${symbol} ${token} on ${name}`).join(', ')
  const warnings: DepositWarning[] = [
    {
      code: 'these_chains_only',
      values: { chains: chains.map(({ id, name }) => `${name} (${id})`).join(', ') },
      text: `Send on ${names} only. What is sent on any other chain is not credited and may be lost.`,
    },
    {
      code: 'this_token_only',
      values: { tokens: chains.map(({ name, token, symbol }) => `${symbol} ${token} (${name})`).join(', ') },
      text: `Send only the token ${tokens}. Other tokens, and bridged ones of the same name, are not credited.`,
    },
    {
      code: 'no_exchange_memo',
      values: {},
      text: 'The address is yours alone: no memo is needed, and what comes there is credited to this account.',
    },
  ]
  if (minimum === 0n) return warnings
  const least = formatUsd(minimum)
  return [
    ...warnings,
    { code: 'below_minimum', values: { minimum: least }, text: `Less than ${least} USD at once may have to wait for the operator.` },
  ]
}
