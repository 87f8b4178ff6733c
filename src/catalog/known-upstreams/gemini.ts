import type { KnownUpstream } from './known-upstream.ts'

/**
 * https://ai.google.dev/gemini-api/docs/openai and /docs/pricing (2026-06-14). Models that think by default are left out: this
 * endpoint's completion_tokens does not hold their thinking, which Google bills.
 */
export const gemini: KnownUpstream = {
  variable: 'GEMINI_API_KEY',
  id: 'gemini',
  name: 'Google Gemini',
  kind: 'openai-compatible',
  baseUrl: 'https://generativelanguage.googleapis.com/v1beta/openai',
  models: [
    {
      id: 'gemini-2.5-flash-lite',
      context: 1_048_576,
      outputMax: 65_536,
      price: { input: '0.10', output: '0.40', cache_read: '0.01' },
    },
  ],
}
