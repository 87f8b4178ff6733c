import type { KnownUpstream } from './known-upstream.ts'

/**
 * https://www.alibabacloud.com/help/en/model-studio, DASHSCOPE_API_KEY, international (2026-11-26); in China the address is
 * https://dashscope.aliyuncs.com/compatible-mode/v1, with prices in yuan. Prices: LiteLLM's map (1.110.2), and genai-prices 0.2.3 of places
 * that pass them on unchanged.
 */
export const dashscope: KnownUpstream = {
  variable: 'DASHSCOPE_API_KEY',
  id: 'dashscope',
  name: 'DashScope (Qwen)',
  listedAs: ['alibaba'],
  kind: 'openai-compatible',
  baseUrl: 'https://dashscope-intl.aliyuncs.com/compatible-mode/v1',
  models: [
    { id: 'qwen3.8-max', context: 1_000_000, outputMax: 131_072, price: { input: '2.00', output: '6.00', cache_read: '0.25' } },
    { id: 'qwen3.8-flash', context: 1_000_000, outputMax: 131_072, price: { input: '0.15', output: '0.47', cache_read: '0.016' } },
    { id: 'qwen3.7-max', context: 1_000_000, outputMax: 131_072, price: { input: '2.50', output: '7.50', cache_read: '0.50' } },
  ],
}
