import type { KnownUpstream } from './known-upstream.ts'

/**
 * https://openrouter.ai/docs, OPENROUTER_API_KEY (2026-11-26). Models that one place alone serves, as the price of others hangs on which one it
 * is; Anthropic's and Google's are left out, as what they ask for writing to the cache cannot be told from the reply. Prices: pi-ai 1.5.2 and
 * genai-prices 0.2.3.
 */
export const openrouter: KnownUpstream = {
  variable: 'OPENROUTER_API_KEY',
  id: 'openrouter',
  name: 'OpenRouter',
  kind: 'openai-compatible',
  baseUrl: 'https://openrouter.ai/api/v1',
  models: [
    {
      id: 'openrouter/gpt-6.1-sol',
      upstreamModel: 'openai/gpt-6.1-sol',
      context: 1_050_000,
      outputMax: 128_000,
      price: {
        input: '2.00',
        output: '10.00',
        cache_read: '0.10',
        cache_write_5m: '2.50',
        above: [{ prompt_tokens: 272_000, input: '4.00', output: '15.00', cache_read: '0.20', cache_write_5m: '5.00' }],
      },
    },
    {
      id: 'openrouter/gpt-6.1-terra',
      upstreamModel: 'openai/gpt-6.1-terra',
      context: 1_050_000,
      outputMax: 128_000,
      price: {
        input: '1.00',
        output: '5.00',
        cache_read: '0.05',
        cache_write_5m: '1.25',
        above: [{ prompt_tokens: 272_000, input: '2.00', output: '7.50', cache_read: '0.10', cache_write_5m: '2.50' }],
      },
    },
    {
      id: 'openrouter/grok-4.7',
      upstreamModel: 'x-ai/grok-4.7',
      context: 500_000,
      outputMax: 450_000,
      price: {
        input: '2.00',
        output: '6.00',
        cache_read: '0.50',
        above: [{ prompt_tokens: 200_000, input: '4.00', output: '12.00', cache_read: '1.00' }],
      },
    },
    {
      id: 'openrouter/mistral-large-4',
      upstreamModel: 'mistralai/mistral-large-4-0',
      context: 1_048_576,
      outputMax: 262_144,
      price: { input: '0.70', output: '2.10', cache_read: '0.07' },
    },
  ],
}
