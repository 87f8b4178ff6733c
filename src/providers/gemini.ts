import { type Provider, plainPath } from './provider.ts'

/**
 * Google's Gemini API with a key, and what speaks like it. A bound of the output is taken by all of its models, and prompt and bound need
 * not fit its context together. Source: https://ai.google.dev/api (2026-11-26).
 */
export const gemini: Provider = {
  speaks: () => ['gemini', 'gemini-embed', 'gemini-batch-embed', 'gemini-count'],
  path: plainPath,
  headers: (upstream) => (upstream.apiKey === undefined ? {} : { 'x-goog-api-key': upstream.apiKey }),
  addsOutputMax: true,
  outputMaxField: 'max_tokens',
}
