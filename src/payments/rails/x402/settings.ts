import { z } from 'zod'
import { type NanoUsd, parseUsd } from '../../../lib/index.ts'
import { readAddress } from '../usdc/hex.ts'

type KnownToken = { readonly asset: string; readonly name: string; readonly version: string }

/** USDC by chain, with what it is signed for under. Source: developers.circle.com/stablecoins/usdc-contract-addresses, as of 2026-11-26. */
const KNOWN_TOKENS: Readonly<Record<string, KnownToken>> = {
  'eip155:8453': { asset: '0x833589fcd6edb6e08f4c7c32d4f71b54bda02913', name: 'USD Coin', version: '2' },
  'eip155:84532': { asset: '0x036cbd53842c5426634e7929541ec2318f3dcf7e', name: 'USDC', version: '2' },
}
const BASE = 'eip155:8453'

/** What people read when a field of payments.x402 in farebox.yaml is not right. */
export const X402_FIELDS: Readonly<Record<string, { readonly expected: string; readonly mend: string }>> = {
  'payments.x402': { expected: 'a mapping with facilitator and pay_to', mend: 'leave it out to sell no calls without a key' },
  'payments.x402.facilitator': {
    expected: 'the https address of a facilitator of x402 version 2',
    mend: 'write it like https://facilitator.example.com, without /verify',
  },
  'payments.x402.facilitator_key': {
    expected: 'a bearer token of 8 to 500 characters',
    mend: 'leave it out where the facilitator asks for none, else write ${NAME}',
  },
  'payments.x402.pay_to': { expected: 'an address: 0x and 40 hexadecimal digits', mend: 'copy it from the wallet that is paid' },
  'payments.x402.network': { expected: 'an EVM chain by CAIP-2', mend: 'write eip155:8453, or leave it out for Base' },
  'payments.x402.asset': {
    expected: 'the address of a token with 6 decimals and EIP-3009',
    mend: 'leave it out for USDC on Base; on other chains write also token_name and token_version',
  },
  'payments.x402.token_name': {
    expected: '1 to 32 letters, digits, blanks, . _ -',
    mend: 'write what the token itself answers to name()',
  },
  'payments.x402.token_version': { expected: '1 to 8 letters, digits, dots', mend: 'write what the token itself answers to version()' },
  'payments.x402.minimum': { expected: 'an amount of USD in quotes', mend: 'write it like "0.001", the least that a payment is asked for' },
}

const field = <T extends z.ZodType>(path: string, schema: T): T => schema.describe(X402_FIELDS[`payments.x402${path}`]?.expected ?? '')
const address = (path: string) =>
  field(
    path,
    z.string().refine((text) => readAddress(text) !== undefined),
  )

/** Plain HTTP is for tests on this machine alone: signed payments travel. */
const ADDRESS = /^(?:https:\/\/[^\s?#@]+|http:\/\/(?:127\.0\.0\.1|localhost)(?::\d{1,5})?)$/

const fields = z.strictObject({
  facilitator: field('.facilitator', z.string().max(500).regex(ADDRESS)),
  facilitator_key: field('.facilitator_key', z.string().regex(/^[\x21-\x7e]{8,500}$/)).optional(),
  pay_to: address('.pay_to'),
  network: field('.network', z.string().regex(/^eip155:[1-9]\d{0,14}$/)).optional(),
  asset: address('.asset').optional(),
  token_name: field('.token_name', z.string().regex(/^[A-Za-z0-9 ._-]{1,32}$/)).optional(),
  token_version: field('.token_version', z.string().regex(/^[A-Za-z0-9.]{1,8}$/)).optional(),
  minimum: field(
    '.minimum',
    z.string().refine((text) => (parseUsd(text) ?? 0n) > 0n),
  ).optional(),
})

/** The part of farebox.yaml on x402; a token that is not known has to be named whole. */
export const x402Block = field(
  '',
  fields.superRefine(({ network, asset, token_name, token_version }, context) => {
    const isKnown = asset === undefined && KNOWN_TOKENS[network ?? BASE] !== undefined
    if (isKnown || (asset !== undefined && token_name !== undefined && token_version !== undefined)) return
    const params = { expected: 'asset, token_name and token_version', got: 'not all of them', mend: 'only USDC on Base is known' }
    context.addIssue({ code: 'custom', path: ['asset'], params })
  }),
)

/** How calls without a key are sold; addresses in lower case, the least that is asked in nano-USD. */
export type X402Settings = {
  readonly facilitator: string
  readonly facilitatorKey: string | undefined
  readonly payTo: string
  readonly chainId: number
  readonly asset: string
  readonly tokenName: string
  readonly tokenVersion: string
  readonly minimum: NanoUsd
}

const MINIMUM = 1_000_000n

/** The settings with their defaults. */
export function x402SettingsOf(written: z.output<typeof x402Block>): X402Settings {
  const network = written.network ?? BASE
  const known = KNOWN_TOKENS[network]
  return {
    facilitator: written.facilitator.replace(/\/+$/, ''),
    facilitatorKey: written.facilitator_key,
    payTo: readAddress(written.pay_to) ?? '',
    chainId: Number(network.slice('eip155:'.length)),
    asset: readAddress(written.asset) ?? known?.asset ?? '',
    tokenName: written.token_name ?? known?.name ?? '',
    tokenVersion: written.token_version ?? known?.version ?? '',
    minimum: parseUsd(written.minimum ?? '') ?? MINIMUM,
  }
}
