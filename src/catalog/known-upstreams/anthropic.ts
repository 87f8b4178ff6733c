import type { KnownUpstream } from './known-upstream.ts'

/**
 * https://platform.claude.com/docs/en/about-claude/pricing and /models/overview (2026-07-24); cache writes follow from the
 * input price, a web search is 0.01 (10 USD for a thousand, 2026-11-26). Code is run at 0.05 an hour of its container, at least 5 minutes (2026-11-29):
 * no reply tells the time, so there is no price for it.
 */
export const anthropic: KnownUpstream = {
  variable: 'ANTHROPIC_API_KEY',
  id: 'anthropic',
  name: 'Anthropic',
  kind: 'anthropic',
  baseUrl: 'https://api.anthropic.com',
  models: [
    {
      id: 'claude-opus-5',
      context: 1_000_000,
      outputMax: 128_000,
      price: { input: '5.00', output: '25.00', cache_read: '0.50', web_search: '0.01' },
    },
    {
      id: 'claude-opus-4-6',
      context: 1_000_000,
      outputMax: 128_000,
      price: { input: '5.00', output: '25.00', cache_read: '0.50', web_search: '0.01' },
    },
    {
      id: 'claude-sonnet-4-6',
      context: 1_000_000,
      outputMax: 64_000,
      price: { input: '3.00', output: '15.00', cache_read: '0.30', web_search: '0.01' },
    },
    {
      id: 'claude-sonnet-4-5',
      context: 200_000,
      outputMax: 64_000,
      price: { input: '3.00', output: '15.00', cache_read: '0.30', web_search: '0.01' },
    },
    {
      id: 'claude-haiku-4-5',
      context: 200_000,
      outputMax: 64_000,
      price: { input: '1.00', output: '5.00', cache_read: '0.10', web_search: '0.01' },
    },
  ],
}
