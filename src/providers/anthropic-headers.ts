import type { IncomingHttpHeaders } from 'node:http'

const VERSION = '2023-06-01'
const VERSION_NAME = 'anthropic-version'
const BETA = 'anthropic-beta'
const SAFE_HEADER = /^[\w.,: -]{1,1000}$/

/**
 * Headers that Anthropic's protocol asks for, and the customer's wish for what is not yet usual there.
 * Source: https://docs.anthropic.com/en/api/messages and /en/api/versioning (2026-11-21).
 */
export const anthropicHeaders = (apiKey: string | undefined, client: IncomingHttpHeaders): Readonly<Record<string, string>> => ({
  [VERSION_NAME]: safe(client[VERSION_NAME]) ?? VERSION,
  ...carried(BETA, safe(client[BETA])),
  ...carried('x-api-key', apiKey),
})

const safe = (value: string | string[] | undefined): string | undefined =>
  typeof value === 'string' && SAFE_HEADER.test(value) ? value : undefined

const carried = (name: string, value: string | undefined): Record<string, string> => (value === undefined ? {} : { [name]: value })

/** What has a model read more than its usual context, at a price of its own where it does. */
const LONG_CONTEXT = /^context-1m-/
const LONG_CONTEXT_TOKENS = 1_000_000

/** Headers of a customer who wishes nothing that is not usual. */
export const NO_WISHES: IncomingHttpHeaders = {}

/**
 * A customer's headers without a wish that a model has no price for: to read more than the context that it is sold with; NO_WISHES of one
 * who wishes nothing. Source: https://platform.claude.com/docs/en/build-with-claude/context-windows (2026-11-29).
 */
export function pricedWishes(client: IncomingHttpHeaders, { context }: { readonly context: number }): IncomingHttpHeaders {
  const told = client[BETA]
  const version = client[VERSION_NAME]
  if (told === undefined && (version === undefined || version === VERSION)) return NO_WISHES
  if (typeof told !== 'string' || context >= LONG_CONTEXT_TOKENS) return client
  const wishes = told.split(',').map((wish) => wish.trim())
  const priced = wishes.filter((wish) => !LONG_CONTEXT.test(wish))
  if (priced.length === wishes.length) return client
  const { [BETA]: _, ...others } = client
  return priced.length === 0 ? others : { ...others, [BETA]: priced.join(',') }
}
