import type { KnownUpstream } from './known-upstream.ts'

/**
 * https://platform.minimax.io/docs, MINIMAX_API_KEY, international (2026-11-26); in China the address is https://api.minimaxi.com/v1, with prices
 * in yuan. Prices: models.dev as pi-ai 1.5.2 has it, genai-prices 0.2.3, and of MiniMax-M3 LiteLLM's map as well (1.110.2).
 */
export const minimax: KnownUpstream = {
  variable: 'MINIMAX_API_KEY',
  id: 'minimax',
  name: 'MiniMax',
  kind: 'openai-compatible',
  baseUrl: 'https://api.minimax.io/v1',
  models: [
    {
      id: 'MiniMax-M3',
      context: 1_000_000,
      outputMax: 524_288,
      price: {
        input: '0.30',
        output: '1.20',
        cache_read: '0.06',
        above: [{ prompt_tokens: 512_000, input: '0.60', output: '2.40', cache_read: '0.12' }],
      },
    },
    { id: 'MiniMax-M3.1-Flash', context: 1_000_000, outputMax: 524_288, price: { input: '0.15', output: '0.60', cache_read: '0.015' } },
    { id: 'MiniMax-M2.7', context: 204_800, outputMax: 131_072, price: { input: '0.30', output: '1.20', cache_read: '0.06' } },
  ],
}
