import { z } from 'zod'
import { NANO_USD_MAX, type NanoUsd, parseUrl, parseUsd } from '../../../lib/index.ts'
import { readAddress } from './hex.ts'
import type { UsdcChain, UsdcTerms } from './parts.ts'
import type { SanctionsSources } from './sanctions.ts'
import { DECIMALS_MAX } from './token-units.ts'

/** USDC by chain. Source: developers.circle.com/stablecoins/usdc-contract-addresses, as of 2026-11-26. */
const KNOWN_TOKENS: Readonly<Record<number, string>> = { 8453: '0x833589fcd6edb6e08f4c7c32d4f71b54bda02913' }

const AMOUNT = { expected: 'an amount of USD in quotes', mend: 'write it like "1.00"' }
const ADDRESS = { expected: 'an address: 0x and 40 hexadecimal digits', mend: 'copy it from the wallet or the explorer of the chain' }
const ENDPOINTS = {
  expected: '1 to 3 addresses of JSON-RPC endpoints',
  mend: 'write them like ["https://mainnet.base.org"], of different operators',
}
const CHAIN_ID = { expected: 'the number of a chain', mend: 'write 8453 for Base, 1 for Ethereum; chainlist.org has the others' }
const NAME = { expected: 'a name of 1 to 40 letters, digits, blanks, . _ -', mend: 'write what customers call the chain, such as Base' }

/** What people read when a field of payments.usdc in farebox.yaml is not right. */
export const USDC_FIELDS: Readonly<Record<string, { readonly expected: string; readonly mend: string }>> = {
  'payments.usdc': { expected: 'a mapping with xpub and chains', mend: 'leave it out to take no USDC' },
  'payments.usdc.xpub': { expected: 'an extended public key (xpub…)', mend: 'export it from the wallet; never a private key' },
  'payments.usdc.first_index': {
    expected: 'a whole number from 0 to 2000000000',
    mend: 'leave it out, but after a restore from an old backup',
  },
  'payments.usdc.chains': {
    expected: 'a list of 1 to 10 chains, each once',
    mend: 'write at least - { id: 8453, name: Base, rpc: ["https://…"] }',
  },
  'payments.usdc.chains.': {
    expected: 'a chain with id, name and rpc',
    mend: 'write it like - { id: 8453, name: Base, rpc: ["https://…"] }',
  },
  'payments.usdc.chains.id': CHAIN_ID,
  'payments.usdc.chains.name': NAME,
  'payments.usdc.chains.rpc': ENDPOINTS,
  'payments.usdc.chains.rpc.': { expected: 'an https address', mend: 'write it whole; a key in it may come from ${NAME}' },
  'payments.usdc.chains.token': { ...ADDRESS, mend: 'leave it out for USDC on Base; others are listed by Circle' },
  'payments.usdc.chains.decimals': { expected: `a whole number from 0 to ${DECIMALS_MAX}`, mend: 'leave it out for USDC, which has 6' },
  'payments.usdc.chains.confirmations': {
    expected: 'a whole number of blocks from 1 to 10000',
    mend: 'leave it out where the chain itself says what is final, as Base does',
  },
  'payments.usdc.chains.early': { expected: 'a mapping with limit and confirmations', mend: 'leave it out to wait for finality always' },
  'payments.usdc.chains.early.limit': AMOUNT,
  'payments.usdc.chains.early.confirmations': { expected: 'a whole number of blocks from 1 to 10000', mend: 'write at least 6' },
  'payments.usdc.chains.first_block': { expected: 'the number of a block', mend: 'leave it out to begin with what is final now' },
  'payments.usdc.chains.range': { expected: 'a whole number of blocks from 1 to 10000', mend: 'leave it out for 2000' },
  'payments.usdc.other_chains': {
    expected: 'a list of up to 10 chains',
    mend: 'leave it out; they only serve to tell people where money went',
  },
  'payments.usdc.other_chains.': {
    expected: 'a chain with id, name and rpc',
    mend: 'write it like - { id: 1, name: Ethereum, rpc: ["https://…"] }',
  },
  'payments.usdc.other_chains.id': CHAIN_ID,
  'payments.usdc.other_chains.name': NAME,
  'payments.usdc.other_chains.rpc': ENDPOINTS,
  'payments.usdc.other_chains.rpc.': { expected: 'an https address', mend: 'write it whole' },
  'payments.usdc.minimum': AMOUNT,
  'payments.usdc.maximum': AMOUNT,
  'payments.usdc.dust': { expected: 'credit or queue', mend: 'write queue to look at less than the minimum yourself' },
  'payments.usdc.house_address': { ...ADDRESS, mend: 'leave it out to take no payments without an account' },
  'payments.usdc.sanctions': { expected: 'a mapping with file or url', mend: 'leave it out to screen nobody' },
  'payments.usdc.sanctions.file': { expected: 'the path of a text with addresses', mend: 'write it whole' },
  'payments.usdc.sanctions.url': { expected: 'an https address', mend: 'write where the list of addresses is' },
  'payments.usdc.poll_seconds': { expected: 'a whole number of seconds from 1 to 600', mend: 'leave it out for 4' },
}

const isEachOnce = (all: readonly (string | number)[]): boolean => new Set(all).size === all.length
const field = <T extends z.ZodType>(path: string, schema: T): T => schema.describe(USDC_FIELDS[`payments.usdc${path}`]?.expected ?? '')
const usd = (path: string) =>
  field(
    path,
    z.string().refine((text) => (parseUsd(text) ?? 0n) > 0n),
  )
const url = (path: string) =>
  field(
    path,
    z
      .string()
      .max(500)
      .refine((text) => parseUrl(text, ['https:', 'http:']) !== undefined),
  )
const address = (path: string) =>
  field(
    path,
    z.string().refine((text) => readAddress(text) !== undefined),
  )
const count = (path: string, most: number) => field(path, z.int().min(1).max(most))
const id = (path: string) => count(path, 2 ** 50)
const name = (path: string) => field(path, z.string().regex(/^[\p{L}\p{N} ._-]{1,40}$/u))
const rpc = (path: string) =>
  field(
    path,
    z
      .array(url(`${path}.`))
      .min(1)
      .max(3)
      .refine(isEachOnce),
  )

const chainFields = z.strictObject({
  ...{ id: id('.chains.id'), name: name('.chains.name'), rpc: rpc('.chains.rpc'), token: address('.chains.token').optional() },
  decimals: field('.chains.decimals', z.int().min(0).max(DECIMALS_MAX)).optional(),
  confirmations: count('.chains.confirmations', 10_000).optional(),
  early: field(
    '.chains.early',
    z.strictObject({ limit: usd('.chains.early.limit'), confirmations: count('.chains.early.confirmations', 10_000) }),
  ).optional(),
  first_block: field('.chains.first_block', z.int().min(0)).optional(),
  range: count('.chains.range', 10_000).optional(),
})

/** A chain whose token is not known has to name it. */
const chain = chainFields.superRefine(({ id: chainId, token }, context) => {
  if (token !== undefined || KNOWN_TOKENS[chainId] !== undefined) return
  const params = { expected: 'the address of the token', got: 'none', mend: 'write token: "0x…"; only that of Base is known' }
  context.addIssue({ code: 'custom', path: ['token'], params })
})

const otherChain = z.strictObject({ id: id('.other_chains.id'), name: name('.other_chains.name'), rpc: rpc('.other_chains.rpc') })

/** The block payments.usdc of farebox.yaml. */
export const usdcBlock = z.strictObject({
  xpub: field(
    '.xpub',
    z
      .string()
      .max(200)
      .regex(/^xpub[1-9A-HJ-NP-Za-km-z]{100,120}$/),
  ),
  first_index: field('.first_index', z.int().min(0).max(2_000_000_000)).optional(),
  chains: field(
    '.chains',
    z
      .array(field('.chains.', chain))
      .min(1)
      .max(10)
      .refine((chains) => isEachOnce(chains.map((one) => one.id))),
  ),
  other_chains: field('.other_chains', z.array(field('.other_chains.', otherChain)).max(10)).optional(),
  ...{ minimum: usd('.minimum').optional(), maximum: usd('.maximum').optional() },
  dust: field('.dust', z.enum(['credit', 'queue'])).optional(),
  house_address: address('.house_address').optional(),
  sanctions: field(
    '.sanctions',
    z.strictObject({
      file: field('.sanctions.file', z.string().min(1).max(500)).optional(),
      url: url('.sanctions.url').optional(),
    }),
  ).optional(),
  poll_seconds: count('.poll_seconds', 600).optional(),
})

/** What farebox.yaml says of USDC, as it is written there. */
export type WrittenUsdc = z.output<typeof usdcBlock>

/** A chain with the addresses of its endpoints. */
export type ChainSettings = UsdcChain & { readonly rpc: readonly string[] }

/** How USDC is taken; amounts in nano-USD, addresses in lower case. */
export type UsdcSettings = {
  readonly xpub: string
  readonly firstIndex: number
  readonly chains: readonly ChainSettings[]
  readonly otherChains: readonly { readonly id: number; readonly name: string; readonly rpc: readonly string[] }[]
  readonly terms: UsdcTerms
  readonly sanctions: SanctionsSources
  readonly pollMs: number
}

const [RANGE, POLL_SECONDS, USDC_DECIMALS] = [2000, 4, 6]

/** The settings with their defaults. */
export function usdcSettingsOf(written: WrittenUsdc): UsdcSettings {
  return {
    ...{ xpub: written.xpub, firstIndex: written.first_index ?? 0 },
    chains: written.chains.map((one) => ({
      ...{ id: one.id, name: one.name, rpc: one.rpc, token: readAddress(one.token) ?? KNOWN_TOKENS[one.id] ?? '' },
      ...{
        decimals: one.decimals ?? USDC_DECIMALS,
        range: one.range ?? RANGE,
        confirmations: one.confirmations,
        firstBlock: one.first_block,
      },
      early: one.early === undefined ? undefined : { limit: nano(one.early.limit), confirmations: one.early.confirmations },
    })),
    otherChains: written.other_chains ?? [],
    terms: {
      ...{ minimum: nano(written.minimum), maximum: written.maximum === undefined ? NANO_USD_MAX : nano(written.maximum) },
      ...{ dust: written.dust ?? 'credit', houseAddress: readAddress(written.house_address) },
    },
    sanctions: written.sanctions ?? {},
    pollMs: (written.poll_seconds ?? POLL_SECONDS) * 1000,
  }
}

const nano = (text: string | undefined): NanoUsd => parseUsd(text ?? '') ?? 0n

/** Whom control calls for USDC: an address, and what for. */
export const usdcServers = ({
  chains,
  otherChains,
  sanctions,
}: UsdcSettings): readonly { readonly url: string; readonly why: string }[] => [
  ...[...chains, ...otherChains].flatMap(({ name, rpc }) => rpc.map((url) => ({ url, why: `the chain ${name}` }))),
  ...(sanctions.url === undefined ? [] : [{ url: sanctions.url, why: 'addresses whose deposits are screened' }]),
]
