import type { KnownUpstream } from './known-upstream.ts'

/**
 * https://platform.kimi.ai/docs, MOONSHOT_API_KEY, international (2026-11-26); in China the address is https://api.moonshot.cn/v1, with prices
 * in yuan. Prices: LiteLLM's map (1.110.2) and models.dev as pi-ai 1.5.2 has it, genai-prices 0.2.3.
 */
export const moonshot: KnownUpstream = {
  variable: 'MOONSHOT_API_KEY',
  id: 'moonshot',
  name: 'Moonshot (Kimi)',
  listedAs: ['moonshotai'],
  kind: 'openai-compatible',
  baseUrl: 'https://api.moonshot.ai/v1',
  models: [
    { id: 'kimi-k3.1-pro', context: 1_048_576, outputMax: 1_048_576, price: { input: '2.00', output: '10.00', cache_read: '0.20' } },
    { id: 'kimi-k3', context: 1_048_576, outputMax: 1_048_576, price: { input: '3.00', output: '15.00', cache_read: '0.30' } },
    { id: 'kimi-k2.7-code', context: 262_144, outputMax: 262_144, price: { input: '0.95', output: '4.00', cache_read: '0.19' } },
    { id: 'kimi-k2.6', context: 262_144, outputMax: 262_144, price: { input: '0.95', output: '4.00', cache_read: '0.16' } },
  ],
}
