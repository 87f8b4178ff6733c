import { isOpenaiProtocol, keyHeaders, type Provider, spokenBy } from './provider.ts'

/**
 * Google's Gemini API with a key, and what speaks like it. A bound of the output is taken by all of its models, and prompt and bound need
 * not fit its context together. OpenAI's protocols have a path of their own there. Sources: https://ai.google.dev/api,
 * https://ai.google.dev/gemini-api/docs/openai, https://ai.google.dev/gemini-api/docs/priority-inference (2026-11-26).
 */
export const gemini: Provider = {
  speaks: (upstream) => spokenBy(upstream, ['gemini']),
  path: (protocol, call) => (isOpenaiProtocol(protocol.id) ? '/v1beta/openai' : '') + protocol.upstreamPath(call),
  headers: ({ apiKey }, _, protocol) => keyHeaders(protocol, apiKey),
  usualTier: { header: 'x-gemini-service-tier', word: 'standard' },
  addsOutputMax: true,
  wholeOutputMax: (upstreamModel) => (HALVED_WHOLE.test(upstreamModel) ? HALVED_WHOLE_TOKENS : undefined),
  outputMaxField: 'max_tokens',
}

/**
 * Models that make half as much in an answer that is no stream, by any protocol. Sources:
 * https://ai.google.dev/gemini-api/docs/generate-content/long-decode,
 * https://docs.cloud.google.com/gemini-enterprise-agent-platform/models/gemini/4-carbon (2026-11-30).
 */
const HALVED_WHOLE = /\bgemini-4-(?:argon|carbon)\b/
const HALVED_WHOLE_TOKENS = 32_768
