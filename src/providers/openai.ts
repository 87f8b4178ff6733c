import type { ProtocolId } from '../protocols/index.ts'
import type { ProtocolName, Upstream } from '../spec/index.ts'
import { anthropicHeaders } from './anthropic-headers.ts'
import { quirksOf } from './host-quirks.ts'
import { bearer, isAnthropicProtocol, keyHeaders, type Provider, spokenBy } from './provider.ts'

const OPENAI_HOST = 'api.openai.com'

const CHAT: readonly ProtocolName[] = ['openai-chat']
/** Models of OpenAI's that reason; those that search are offered in chats alone. */
const REASONING = /^(?:ft:)?(?:gpt-(?:[5-9]|\d\d)|o\d)(?!.*-(?:chat|search))/

/**
 * What OpenAI's models are asked in, by their name: calls in others' protocols go to the first, which is responses for those that reason, as they
 * refuse tools in chats unless they shall not reason. Sources: https://github.com/openai/openai-openapi/issues/541,
 * https://github.com/BerriAI/litellm/pull/34569 (2026-11-29).
 */
export const spokenAtOpenai = (upstreamModel: string): readonly ProtocolName[] =>
  REASONING.test(upstreamModel) ? ['openai-responses', 'openai-chat'] : ['openai-chat', 'openai-responses']
/** Counting is not what comes with responses elsewhere. */
const COUNT: readonly ProtocolId[] = ['openai-responses-count']

/**
 * OpenAI itself: all of its chat models take `max_completion_tokens`. What others offer under its kind speaks chats and the surfaces beside
 * them, unless the operator says more. Sources:
 * https://platform.openai.com/docs/api-reference/chat and /responses (2026-11-26), https://github.com/openai/openai-agents-python/pull/679
 * (2026-11-26).
 */
export const openai: Provider = {
  speaks: speaksFor(''),
  // Its base URL ends in the version, which Anthropic's path begins with.
  path: (protocol, call) => protocol.upstreamPath(call).replace(/^\/v1(?=\/)/, ''),
  headers: ({ apiKey }, client, protocol) => ({
    ...bearer(apiKey),
    ...(isAnthropicProtocol(protocol) ? anthropicHeaders(apiKey, client) : keyHeaders(protocol, apiKey)),
  }),
  accountHeader: 'openai-organization',
  addsOutputMax: true,
  outputMaxField: 'max_completion_tokens',
}

/** The same for one of its models. */
export const openaiOf = (_: Upstream, upstreamModel: string): Provider => ({ ...openai, speaks: speaksFor(upstreamModel) })

/**
 * Everything else that speaks its chat completions; such servers differ in the bounds they take and in what they do beyond their
 * context, some of them by their host. Those of one's own that speak Anthropic's protocol too look for the key in either place. Sources:
 * https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html, https://docs.ollama.com/api/anthropic-compatibility (2026-11-26).
 */
export const openaiCompatible = ({ baseUrl }: Pick<Upstream, 'baseUrl'>, upstreamModel = ''): Provider => ({
  ...{ ...openai, speaks: speaksFor(upstreamModel), addsOutputMax: false, outputMaxField: 'max_tokens' as const },
  ...quirksOf(baseUrl),
})

const isOpenai = ({ baseUrl }: Upstream): boolean => URL.parse(baseUrl)?.hostname === OPENAI_HOST

function speaksFor(upstreamModel: string): Provider['speaks'] {
  return (upstream) => (isOpenai(upstream) ? spokenBy(upstream, spokenAtOpenai(upstreamModel), COUNT) : spokenBy(upstream, CHAT))
}
