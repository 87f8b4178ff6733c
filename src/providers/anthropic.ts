import { type Provider, plainPath } from './provider.ts'

const VERSION = '2023-06-01'
const SAFE_HEADER = /^[\w.,: -]{1,1000}$/

/** Anthropic messages. Source: https://docs.anthropic.com/en/api/messages and /en/api/versioning (2026-11-21). */
export const anthropic: Provider = {
  speaks: () => ['anthropic-messages', 'anthropic-count-tokens'],
  path: plainPath,
  headers: (upstream, client) => ({
    'anthropic-version': safe(client['anthropic-version']) ?? VERSION,
    ...carried('anthropic-beta', safe(client['anthropic-beta'])),
    ...carried('x-api-key', upstream.apiKey),
  }),
  accountHeader: 'anthropic-organization-id',
  addsOutputMax: false,
  outputMaxField: 'max_tokens',
}

const safe = (value: string | string[] | undefined): string | undefined =>
  typeof value === 'string' && SAFE_HEADER.test(value) ? value : undefined

const carried = (name: string, value: string | undefined): Record<string, string> => (value === undefined ? {} : { [name]: value })
