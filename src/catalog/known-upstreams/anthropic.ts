import type { KnownUpstream } from './known-upstream.ts'

/**
 * https://platform.claude.com/docs/en/about-claude/pricing and /models/overview (2026-07-24); those since Fable 5.1, Sonnet 5 and Opus 4.7:
 * the same and the overview of each model, LiteLLM's map (1.110.2) and genai-prices 0.2.3, alike but for a read from the cache of
 * Sonnet 5.5, which the lists have as halved on 2026-10-07 (read 2026-11-29). Cache writes follow from the input price of their card, a
 * web search is 0.01 (10 USD for a thousand, 2026-11-26). Code is run at 0.05 an hour of its container, at least 5 minutes (2026-11-29):
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
      id: 'claude-fable-5-1',
      context: 1_000_000,
      outputMax: 128_000,
      price: { input: '10.00', output: '50.00', cache_read: '0.25', web_search: '0.01' },
    },
    {
      id: 'claude-opus-5-5',
      context: 1_000_000,
      outputMax: 128_000,
      price: { input: '4.00', output: '20.00', cache_read: '0.20', web_search: '0.01' },
    },
    {
      id: 'claude-sonnet-5-5',
      context: 1_000_000,
      outputMax: 128_000,
      price: { input: '2.00', output: '10.00', cache_read: '0.10', web_search: '0.01' },
    },
    {
      id: 'claude-haiku-5-5',
      context: 1_000_000,
      outputMax: 128_000,
      price: {
        ...{ input: '0.10', output: '0.50', cache_read: '0.01', web_search: '0.01' },
        above: [{ prompt_tokens: 100_000, input: '0.50', output: '2.50', cache_read: '0.05' }],
      },
    },
    {
      id: 'claude-opus-5',
      context: 1_000_000,
      outputMax: 128_000,
      price: { input: '5.00', output: '25.00', cache_read: '0.50', web_search: '0.01' },
    },
    {
      id: 'claude-opus-4-8',
      context: 1_000_000,
      outputMax: 128_000,
      price: { input: '5.00', output: '25.00', cache_read: '0.50', web_search: '0.01' },
    },
    {
      id: 'claude-opus-4-7',
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
      id: 'claude-sonnet-5',
      context: 1_000_000,
      outputMax: 128_000,
      price: { input: '2.00', output: '10.00', cache_read: '0.20', web_search: '0.01' },
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
