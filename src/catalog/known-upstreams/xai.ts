import type { KnownUpstream } from './known-upstream.ts'

/**
 * https://docs.x.ai, XAI_API_KEY (2026-11-26). Prices: LiteLLM's map (1.110.2) and models.dev as pi-ai 1.5.2 has it, genai-prices 0.2.3.
 * A read from the cache of grok-4.5 was 0.50 at first and is 0.30: https://docs.x.ai/developers/pricing, as models.dev's pull request 3865
 * (2026-07-30) and LiteLLM's 36413 (2026-08-10) quote it; that of 4.6 and 4.7 is 0.50 (read 2026-11-29).
 */
export const xai: KnownUpstream = {
  variable: 'XAI_API_KEY',
  id: 'xai',
  name: 'xAI',
  kind: 'openai-compatible',
  baseUrl: 'https://api.x.ai/v1',
  privacy: { retention: '30 days', training: 'no', evidence: 'https://docs.x.ai/developers/faq/security', checked: '2026-11-26' },
  models: [
    {
      id: 'grok-4.7',
      context: 500_000,
      outputMax: 500_000,
      price: {
        input: '2.00',
        output: '6.00',
        cache_read: '0.50',
        above: [{ prompt_tokens: 200_000, input: '4.00', output: '12.00', cache_read: '1.00' }],
      },
    },
    {
      id: 'grok-4.6',
      context: 500_000,
      outputMax: 500_000,
      price: {
        input: '2.00',
        output: '6.00',
        cache_read: '0.50',
        above: [{ prompt_tokens: 200_000, input: '4.00', output: '12.00', cache_read: '1.00' }],
      },
    },
    {
      id: 'grok-4.5',
      context: 500_000,
      outputMax: 500_000,
      price: {
        input: '2.00',
        output: '6.00',
        cache_read: '0.30',
        above: [{ prompt_tokens: 200_000, input: '4.00', output: '12.00', cache_read: '0.60' }],
      },
    },
    {
      id: 'grok-4.3',
      context: 1_000_000,
      outputMax: 1_000_000,
      price: {
        input: '1.25',
        output: '2.50',
        cache_read: '0.20',
        above: [{ prompt_tokens: 200_000, input: '2.50', output: '5.00', cache_read: '0.40' }],
      },
    },
  ],
}
