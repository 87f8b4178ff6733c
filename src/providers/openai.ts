import { OPENAI_SURFACES, type ProtocolId } from '../protocols/index.ts'
import type { Upstream } from '../spec/index.ts'
import { quirksOf } from './host-quirks.ts'
import { type Provider, plainPath } from './provider.ts'

const SPOKEN: readonly ProtocolId[] = ['openai-chat', ...OPENAI_SURFACES]

/**
 * OpenAI itself: all of its chat models take `max_completion_tokens`. Sources: https://platform.openai.com/docs/api-reference/chat
 * (2026-11-21), https://github.com/openai/openai-agents-python/pull/679 (2026-11-26).
 */
export const openai: Provider = {
  speaks: () => SPOKEN,
  path: plainPath,
  headers: (upstream) => (upstream.apiKey === undefined ? {} : { authorization: `Bearer ${upstream.apiKey}` }),
  accountHeader: 'openai-organization',
  addsOutputMax: true,
  outputMaxField: 'max_completion_tokens',
}

/**
 * Everything else that speaks its chat completions; such servers differ in the bounds they take and in what they do beyond their
 * context, some of them by their host.
 */
export const openaiCompatible = ({ baseUrl }: Pick<Upstream, 'baseUrl'>): Provider => ({
  ...{ ...openai, addsOutputMax: false, outputMaxField: 'max_tokens' as const },
  ...quirksOf(baseUrl),
})
