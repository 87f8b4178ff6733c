import type { KnownUpstream } from './known-upstream.ts'

/**
 * https://console.groq.com/docs, GROQ_API_KEY (2026-11-26). Prices: LiteLLM's map (1.110.2) and models.dev as pi-ai 1.5.2 has it.
 */
export const groq: KnownUpstream = {
  variable: 'GROQ_API_KEY',
  id: 'groq',
  name: 'Groq',
  kind: 'openai-compatible',
  baseUrl: 'https://api.groq.com/openai/v1',
  privacy: {
    retention: 'none, or 30 days where a fault or abuse is looked into',
    evidence: 'https://console.groq.com/docs/your-data',
    checked: '2026-11-26',
  },
  models: [
    {
      id: 'groq/gpt-oss-120b',
      upstreamModel: 'openai/gpt-oss-120b',
      context: 131_072,
      outputMax: 65_536,
      price: { input: '0.15', output: '0.60', cache_read: '0.075' },
    },
    {
      id: 'groq/gpt-oss-20b',
      upstreamModel: 'openai/gpt-oss-20b',
      context: 131_072,
      outputMax: 65_536,
      price: { input: '0.075', output: '0.30', cache_read: '0.0375' },
    },
    {
      id: 'groq/qwen3.8-27b',
      upstreamModel: 'qwen/qwen3.8-27b',
      context: 131_072,
      outputMax: 16_384,
      price: { input: '0.80', output: '4.00' },
    },
  ],
}
