import type { KnownUpstream } from './known-upstream.ts'

/**
 * https://api-docs.deepseek.com, DEEPSEEK_API_KEY (2026-11-26). Prices at the peak hours, which are twice those of others, as both lists
 * have them: LiteLLM's map (1.110.2) and models.dev as pi-ai 1.5.2 has it; deepseek-v4-flash as LiteLLM and genai-prices 0.2.3 have it.
 */
export const deepseek: KnownUpstream = {
  variable: 'DEEPSEEK_API_KEY',
  id: 'deepseek',
  name: 'DeepSeek',
  kind: 'openai-compatible',
  baseUrl: 'https://api.deepseek.com',
  models: [
    { id: 'deepseek-flash', context: 1_000_000, outputMax: 393_216, price: { input: '0.30', output: '1.20', cache_read: '0.006' } },
    { id: 'deepseek-v4-flash', context: 1_000_000, outputMax: 393_216, price: { input: '0.30', output: '1.20', cache_read: '0.006' } },
    { id: 'deepseek-v4-pro', context: 1_000_000, outputMax: 393_216, price: { input: '1.32', output: '3.96', cache_read: '0.044' } },
  ],
}
