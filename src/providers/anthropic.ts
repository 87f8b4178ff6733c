import { anthropicHeaders } from './anthropic-headers.ts'
import { bearer, type Provider, spokenBy } from './provider.ts'

/**
 * Anthropic messages, whose base URL ends before the version. Source: https://docs.anthropic.com/en/api/messages (2026-11-21). Where a
 * server of this kind is said to speak OpenAI's protocols too, they lie under the same version.
 */
export const anthropic: Provider = {
  speaks: (upstream) => spokenBy(upstream, ['anthropic-messages']),
  path: (protocol, call) => {
    const path = protocol.upstreamPath(call)
    return protocol.id === 'openai-chat' || protocol.id === 'openai-responses' ? `/v1${path}` : path
  },
  headers: ({ apiKey }, client, protocol) =>
    protocol === 'anthropic-messages' ? anthropicHeaders(apiKey, client) : { ...anthropicHeaders(apiKey, {}), ...bearer(apiKey) },
  addsOutputMax: false,
  outputMaxField: 'max_tokens',
}
