import type { ControlMessage } from '../../channel/index.ts'
import type { NanoUsd } from '../../lib/index.ts'

/** On which terms calls without a key are sold: addresses in lower case, the least that is asked in nano-USD. */
export type KeylessTerms = {
  /** By CAIP-2, such as "eip155:8453". Source: chainagnostic.org/CAIPs/caip-2, as of 2026-11-26. */
  readonly network: string
  readonly asset: string
  readonly payTo: string
  readonly minimum: NanoUsd
  /** Under which name and version the token is signed for. Source: eips.ethereum.org/EIPS/eip-712, as of 2026-11-26. */
  readonly tokenName: string
  readonly tokenVersion: string
}

/** The terms as control tells them. */
export const keylessTermsOf = (told: ControlMessage<'keyless'>): KeylessTerms => ({
  network: `eip155:${told.chainId}`,
  asset: addressOf(told.asset),
  payTo: addressOf(told.payTo),
  minimum: told.minimum,
  tokenName: textOf(told.tokenName),
  tokenVersion: textOf(told.tokenVersion),
})

const addressOf = (word: Buffer): string => `0x${word.toString('hex', 12)}`
const textOf = (padded: Buffer): string => padded.toString('latin1').replace(/\0+$/, '')
