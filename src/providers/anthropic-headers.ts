import type { IncomingHttpHeaders } from 'node:http'

const VERSION = '2023-06-01'
const SAFE_HEADER = /^[\w.,: -]{1,1000}$/

/**
 * Headers that Anthropic's protocol asks for, and the customer's wish for what is not yet usual there.
 * Source: https://docs.anthropic.com/en/api/messages and /en/api/versioning (2026-11-21).
 */
export const anthropicHeaders = (apiKey: string | undefined, client: IncomingHttpHeaders): Readonly<Record<string, string>> => ({
  'anthropic-version': safe(client['anthropic-version']) ?? VERSION,
  ...carried('anthropic-beta', safe(client['anthropic-beta'])),
  ...carried('x-api-key', apiKey),
})

const safe = (value: string | string[] | undefined): string | undefined =>
  typeof value === 'string' && SAFE_HEADER.test(value) ? value : undefined

const carried = (name: string, value: string | undefined): Record<string, string> => (value === undefined ? {} : { [name]: value })
