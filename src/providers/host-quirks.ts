import type { InBodyErrors } from './in-body-errors.ts'
import type { Provider } from './provider.ts'

type Quirk = Pick<Provider, 'onlyOutputField' | 'tellsUsageUnasked' | 'refusesThoughts' | 'errorsInBody'>

/** Where an OpenAI-compatible upstream differs from the others, by its host. */
export type HostQuirk = Quirk & { readonly host: RegExp; readonly why: string }

/** Source: https://platform.minimax.io/docs/api-reference/errorcode.md (2026-11-26). Errors of 1026, 1027, 1042 and 2013 are about the request. */
const BASE_RESP: InBodyErrors = {
  object: 'base_resp',
  code: 'status_code',
  statuses: {
    ...{ 1001: 408, 1002: 429, 1004: 401, 1008: 402, 1026: 400, 1027: 400, 1039: 429, 1041: 429, 1042: 400 },
    ...{ 2013: 400, 2045: 429, 2049: 401, 2056: 429 },
  },
}

/**
 * What is known of hosts; all else is taken to speak as OpenAI does. Sources, all read 2026-11-26: https://docs.mistral.ai/api and
 * https://github.com/openai/openai-agents-python/issues/442, https://github.com/editor-code-assistant/eca/issues/315 (Mistral),
 * https://api-docs.deepseek.com/api/create-chat-completion, https://docs.together.ai/reference/chat-completions-1,
 * https://docs.z.ai/api-reference/llm/chat-completion, https://www.volcengine.com/docs/82379/1494384 (Ark),
 * https://platform.minimax.io/docs/api-reference/text-openai-api. What was thought: https://github.com/janhq/jan/issues/8136 (Groq),
 * https://github.com/BerriAI/litellm/issues/30835 (Mistral) (2026-11-29).
 */
export const HOST_QUIRKS: readonly HostQuirk[] = [
  {
    host: /^api\.mistral\.ai$/,
    onlyOutputField: 'max_tokens',
    tellsUsageUnasked: true,
    refusesThoughts: true,
    why: 'refuses `max_completion_tokens`, `stream_options.include_usage` and `reasoning_content` of earlier answers; the last chunk with choices tells the usage',
  },
  { host: /^api\.groq\.com$/, refusesThoughts: true, why: 'refuses `reasoning_content` of earlier answers' },
  { host: /^api\.deepseek\.com$/, onlyOutputField: 'max_tokens', why: 'knows `max_tokens` alone' },
  { host: /^api\.together\.(?:ai|xyz)$/, onlyOutputField: 'max_tokens', why: 'knows `max_tokens` alone' },
  { host: /^(?:open\.bigmodel\.cn|api\.z\.ai)$/, onlyOutputField: 'max_tokens', why: 'knows `max_tokens` alone' },
  {
    host: /^ark\.[a-z0-9-]+\.volces\.com$/,
    onlyOutputField: 'max_completion_tokens',
    why: '`max_tokens` does not bound what is thought, which is billed; `max_completion_tokens` bounds both',
  },
  {
    host: /^api\.minimaxi?\.(?:io|com)$/,
    onlyOutputField: 'max_completion_tokens',
    errorsInBody: BASE_RESP,
    why: '`max_tokens` is deprecated; the last chunk of a stream tells the whole answer once more, and the usage; errors come with status 200, in `base_resp`',
  },
]

/** What is odd about the upstream at an address. */
export function quirksOf(baseUrl: string): (Quirk & Partial<Pick<Provider, 'outputMaxField'>>) | undefined {
  const { hostname } = new URL(baseUrl)
  const quirk = HOST_QUIRKS.find(({ host }) => host.test(hostname))
  if (quirk === undefined) return undefined
  const { onlyOutputField, tellsUsageUnasked = false, refusesThoughts = false, errorsInBody } = quirk
  const told = errorsInBody === undefined ? {} : { errorsInBody }
  const bound = onlyOutputField === undefined ? {} : { onlyOutputField, outputMaxField: onlyOutputField }
  return { ...bound, tellsUsageUnasked, refusesThoughts, ...told }
}
