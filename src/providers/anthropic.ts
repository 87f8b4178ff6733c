import { anthropicHeaders } from './anthropic-headers.ts'
import { isAnthropicProtocol, isOpenaiProtocol, keyHeaders, type Provider, spokenBy } from './provider.ts'

/**
 * Anthropic messages, whose base URL ends before the version. Source: https://docs.anthropic.com/en/api/messages (2026-11-21). Where a
 * server of this kind is said to speak others' protocols too, OpenAI's lie under the same version.
 */
export const anthropic: Provider = {
  speaks: (upstream) => spokenBy(upstream, ['anthropic-messages']),
  path: (protocol, call) => {
    const path = protocol.upstreamPath(call)
    return isOpenaiProtocol(protocol.id) ? `/v1${path}` : path
  },
  headers: ({ apiKey }, client, protocol) => ({
    ...anthropicHeaders(apiKey, isAnthropicProtocol(protocol) ? client : {}),
    ...(isAnthropicProtocol(protocol) ? {} : keyHeaders(protocol, apiKey)),
  }),
  accountHeader: 'anthropic-organization-id',
  addsOutputMax: false,
  outputMaxField: 'max_tokens',
}
