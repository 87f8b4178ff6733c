import type { KnownUpstream } from './known-upstream.ts'

/**
 * https://docs.z.ai, ZAI_API_KEY (2026-11-26). Prices: LiteLLM's map (1.110.2) and models.dev as pi-ai 1.5.2 has it, genai-prices 0.2.3.
 */
export const zai: KnownUpstream = {
  variable: 'ZAI_API_KEY',
  id: 'zai',
  name: 'Z.ai',
  kind: 'openai-compatible',
  baseUrl: 'https://api.z.ai/api/paas/v4',
  models: [
    { id: 'glm-5.3', context: 1_000_000, outputMax: 131_072, price: { input: '1.40', output: '4.40', cache_read: '0.26' } },
    { id: 'glm-5.3-flash', context: 1_048_576, outputMax: 131_072, price: { input: '0.15', output: '0.50', cache_read: '0.03' } },
    { id: 'glm-5.2', context: 1_000_000, outputMax: 131_072, price: { input: '1.40', output: '4.40', cache_read: '0.26' } },
  ],
}
