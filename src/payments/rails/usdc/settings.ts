import { z } from 'zod'
import { NANO_USD_MAX, parseUrl, parseUsd } from '../../../lib/index.ts'
import { readAddress } from './hex.ts'
import { DECIMALS_MAX } from './token-units.ts'

/** USDC on Base. Source: developers.circle.com/stablecoins/usdc-contract-addresses, as of 2026-11-26. */
const BASE_USDC = '0x833589fcd6edb6e08f4c7c32d4f71b54bda02913'

/** What people read when a field of payments.usdc is not right. */
export const USDC_FIELDS: Readonly<Record<string, { readonly expected: string; readonly mend: string }>> = {
  'payments.usdc': { expected: 'a mapping with xpub and chains', mend: 'leave it out to take no USDC' },
  'payments.usdc.xpub': { expected: 'an extended public key (xpub…)', mend: 'export it from the wallet; never a private key' },
  'payments.usdc.chains': {
    expected: 'a list of 1 to 10 chains',
    mend: 'write at least Base: [{ id: 8453, name: Base, rpc: [https://…] }]',
  },
  'payments.usdc.chains.rpc': { expected: '1 to 3 addresses of JSON-RPC endpoints', mend: 'write them with https://' },
}

const usd = z
  .string()
  .transform((text) => parseUsd(text) ?? -1n)
  .refine((nano) => nano >= 0n, 'an amount in USD such as "1.00"')
const endpoint = z.string().refine((text) => parseUrl(text, ['https:', 'http:']) !== undefined, 'an address with https://')
const address = z
  .string()
  .transform((text) => readAddress(text) ?? '')
  .refine((text) => text !== '', 'an address: 0x and 40 hexadecimal digits')
const count = (most: number) => z.number().int().min(1).max(most)

const chain = z.strictObject({
  id: count(Number.MAX_SAFE_INTEGER),
  name: z.string().regex(/^[\p{L}\p{N} ._-]{1,40}$/u),
  rpc: z.array(endpoint).min(1).max(3),
  token: address.optional(),
  decimals: z.number().int().min(0).max(DECIMALS_MAX).default(6),
  /** Set for a chain that does not say what is final: blocks on top of and with a deposit's own. */
  confirmations: count(10_000).optional(),
  /** Amounts up to `limit` are credited after so many confirmations. */
  early: z.strictObject({ limit: usd, confirmations: count(10_000) }).optional(),
  from_block: z.number().int().min(0).optional(),
  range: count(10_000).default(2000),
})

/** The block payments.usdc of farebox.yaml. */
export const usdcBlock = z
  .strictObject({
    xpub: z.string().min(1).max(200),
    /** Indices below are never given: for after a restore from an old backup. */
    first_index: z.number().int().min(0).max(2_000_000_000).default(0),
    chains: z.array(chain).min(1).max(10),
    /** Chains that are looked at only to tell people where their money went. */
    other_chains: z
      .array(chain.pick({ id: true, name: true, rpc: true }))
      .max(10)
      .default([]),
    minimum: usd.default(0n),
    dust: z.enum(['credit', 'queue']).default('credit'),
    maximum: usd.default(NANO_USD_MAX),
    /** Where keyless payments go; absent: there are none. */
    house_address: address.optional(),
    sanctions: z.strictObject({ file: z.string().min(1).optional(), url: endpoint.optional() }).optional(),
    poll_seconds: count(600).default(4),
  })
  .transform(({ chains, ...rest }) => ({ ...rest, chains: chains.map((one) => ({ ...one, token: one.token ?? defaultToken(one.id) })) }))
  .refine(({ chains }) => chains.every(({ token }) => token !== undefined), 'a token for every chain but Base')
  .refine(({ chains, other_chains }) => {
    const ids = [...chains, ...other_chains].map(({ id }) => id)
    return new Set(ids).size === ids.length
  }, 'each chain once')

const defaultToken = (id: number): string | undefined => (id === 8453 ? BASE_USDC : undefined)

/** How USDC is taken, as farebox.yaml has it; amounts in nano-USD. */
export type UsdcSettings = Readonly<z.infer<typeof usdcBlock>>
