import type { KnownUpstream } from './known-upstream.ts'

/**
 * https://docs.mistral.ai, MISTRAL_API_KEY (2026-11-26). Prices: LiteLLM's map (1.110.2) and models.dev as pi-ai 1.5.2 has it.
 */
export const mistral: KnownUpstream = {
  variable: 'MISTRAL_API_KEY',
  id: 'mistral',
  name: 'Mistral',
  kind: 'openai-compatible',
  baseUrl: 'https://api.mistral.ai/v1',
  models: [
    { id: 'mistral-large-4', context: 1_048_576, outputMax: 262_144, price: { input: '0.70', output: '2.10', cache_read: '0.07' } },
    { id: 'mistral-large-2512', context: 262_144, outputMax: 262_144, price: { input: '0.50', output: '1.50', cache_read: '0.05' } },
    { id: 'mistral-medium-2604', context: 262_144, outputMax: 262_144, price: { input: '1.50', output: '7.50', cache_read: '0.15' } },
    { id: 'mistral-small-2603', context: 262_144, outputMax: 262_144, price: { input: '0.15', output: '0.60', cache_read: '0.015' } },
    { id: 'codestral-2508', context: 256_000, outputMax: 128_000, price: { input: '0.30', output: '0.90', cache_read: '0.03' } },
    { id: 'ministral-14b-2512', context: 262_144, outputMax: 262_144, price: { input: '0.20', output: '0.20', cache_read: '0.02' } },
    { id: 'ministral-8b-2512', context: 262_144, outputMax: 262_144, price: { input: '0.15', output: '0.15', cache_read: '0.015' } },
  ],
}
