import type { KnownUpstream } from './known-upstream.ts'

/**
 * https://docs.fireworks.ai, FIREWORKS_API_KEY (2026-11-26). Prices: LiteLLM's map (1.110.2) and models.dev as pi-ai 1.5.2 has it; bounds of
 * the output as in together.ts.
 */
export const fireworks: KnownUpstream = {
  variable: 'FIREWORKS_API_KEY',
  id: 'fireworks',
  name: 'Fireworks',
  listedAs: ['fireworks_ai', 'fireworks-ai'],
  kind: 'openai-compatible',
  baseUrl: 'https://api.fireworks.ai/inference/v1',
  privacy: { retention: 'none', evidence: 'https://docs.fireworks.ai/guides/security_compliance/data_handling', checked: '2026-11-26' },
  models: [
    {
      id: 'fireworks/deepseek-v4.1-flash',
      upstreamModel: 'accounts/fireworks/models/deepseek-v4p1-flash',
      context: 1_048_576,
      outputMax: 393_216,
      price: { input: '0.30', output: '1.20', cache_read: '0.006' },
    },
    {
      id: 'fireworks/kimi-k3.1-pro',
      upstreamModel: 'accounts/fireworks/models/kimi-k3p1-pro',
      context: 1_048_576,
      outputMax: 131_072,
      price: { input: '2.00', output: '10.00', cache_read: '0.20' },
    },
    {
      id: 'fireworks/kimi-k3',
      upstreamModel: 'accounts/fireworks/models/kimi-k3',
      context: 1_048_576,
      outputMax: 131_072,
      price: { input: '3.00', output: '15.00', cache_read: '0.30' },
    },
    {
      id: 'fireworks/glm-5.3-flash',
      upstreamModel: 'accounts/fireworks/models/glm-5p3-flash',
      context: 1_048_576,
      outputMax: 131_072,
      price: { input: '0.15', output: '0.50', cache_read: '0.03' },
    },
    {
      id: 'fireworks/minimax-m3',
      upstreamModel: 'accounts/fireworks/models/minimax-m3',
      context: 512_000,
      outputMax: 512_000,
      price: { input: '0.30', output: '1.20', cache_read: '0.06' },
    },
    {
      id: 'fireworks/qwen3.8-max',
      upstreamModel: 'accounts/fireworks/models/qwen3p8-max',
      context: 262_144,
      outputMax: 131_072,
      price: { input: '2.00', output: '6.00', cache_read: '0.25' },
    },
  ],
}
