import type { KnownUpstream } from './known-upstream.ts'

/**
 * https://docs.together.ai, TOGETHER_API_KEY (2026-11-26). Prices: LiteLLM's map (1.110.2) and models.dev as pi-ai 1.5.2 has it, genai-prices 0.2.3; where
 * one list tells the context as the bound of the output, the bound is that of the other.
 */
export const together: KnownUpstream = {
  variable: 'TOGETHER_API_KEY',
  id: 'together',
  name: 'Together',
  listedAs: ['together_ai', 'togetherai'],
  kind: 'openai-compatible',
  baseUrl: 'https://api.together.ai/v1',
  models: [
    {
      id: 'together/deepseek-v4.1-flash',
      upstreamModel: 'deepseek-ai/DeepSeek-V4.1-Flash',
      context: 1_048_576,
      outputMax: 384_000,
      price: { input: '0.30', output: '1.20', cache_read: '0.006' },
    },
    {
      id: 'together/deepseek-v4-pro',
      upstreamModel: 'deepseek-ai/DeepSeek-V4-Pro-0813',
      context: 1_048_576,
      outputMax: 384_000,
      price: { input: '1.32', output: '3.96', cache_read: '0.13' },
    },
    {
      id: 'together/kimi-k3.1-pro',
      upstreamModel: 'moonshotai/Kimi-K3.1-Pro',
      context: 1_048_576,
      outputMax: 131_072,
      price: { input: '2.00', output: '10.00', cache_read: '0.20' },
    },
    {
      id: 'together/glm-5.3',
      upstreamModel: 'zai-org/GLM-5.3',
      context: 1_048_575,
      outputMax: 262_144,
      price: { input: '1.40', output: '4.40', cache_read: '0.26' },
    },
    {
      id: 'together/glm-5.3-flash',
      upstreamModel: 'zai-org/GLM-5.3-Flash',
      context: 1_048_575,
      outputMax: 400_000,
      price: { input: '0.15', output: '0.50', cache_read: '0.03' },
    },
    {
      id: 'together/qwen3.7-max',
      upstreamModel: 'Qwen/Qwen3.7-Max',
      context: 1_000_000,
      outputMax: 131_072,
      price: { input: '2.50', output: '7.50', cache_read: '0.50' },
    },
    {
      id: 'together/gpt-oss-120b',
      upstreamModel: 'openai/gpt-oss-120b',
      context: 131_072,
      outputMax: 131_072,
      price: { input: '0.15', output: '0.60' },
    },
  ],
}
