import { z } from 'zod'
import { type Upstream, type UpstreamKind, type Usage, usageFrom } from '../spec/index.ts'

/** What is sent to try an upstream: an address, headers and a body of our own. */
export type TrialCall = { readonly url: string; readonly headers: Readonly<Record<string, string>>; readonly body: object }

/** How one kind of upstream is tried, and how its usage is read; undefined where the answer tells none. */
type Trying = {
  readonly call: (upstream: Upstream, model: string) => TrialCall
  readonly usage: (answer: unknown) => Usage | undefined
}

const WORDS = 'Say OK.'
/** Enough for models that do not answer below it, and still next to nothing. */
const OUTPUT_TOKENS_MAX = 16
const ANTHROPIC_VERSION = '2023-06-01'

const count = z.int().min(0).max(10_000_000)
const chatUsage = z.object({ usage: z.object({ prompt_tokens: count, completion_tokens: count }) })
const messagesUsage = z.object({ usage: z.object({ input_tokens: count, output_tokens: count }) })
const geminiUsage = z.object({
  usageMetadata: z.object({
    promptTokenCount: count,
    candidatesTokenCount: count.optional(),
    thoughtsTokenCount: count.optional(),
  }),
})

const bearer = (apiKey: string | undefined): Readonly<Record<string, string>> =>
  apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }

/** Source: https://platform.openai.com/docs/api-reference/chat/create (2026-11-27). */
const chat = (bound: 'max_completion_tokens' | 'max_tokens'): Trying => ({
  call: ({ baseUrl, apiKey }, model) => ({
    url: `${baseUrl}/chat/completions`,
    headers: bearer(apiKey),
    body: { model, messages: [{ role: 'user', content: WORDS }], [bound]: OUTPUT_TOKENS_MAX },
  }),
  usage: (answer) => {
    const read = chatUsage.safeParse(answer)
    return read.success ? usageFrom({ input: read.data.usage.prompt_tokens, output: read.data.usage.completion_tokens }) : undefined
  },
})

/** Source: https://docs.anthropic.com/en/api/messages (2026-11-27). */
const messages: Trying = {
  call: ({ baseUrl, apiKey, apiVersion }, model) => ({
    url: `${baseUrl}/v1/messages`,
    headers: { 'anthropic-version': apiVersion ?? ANTHROPIC_VERSION, ...(apiKey === undefined ? {} : { 'x-api-key': apiKey }) },
    body: { model, max_tokens: OUTPUT_TOKENS_MAX, messages: [{ role: 'user', content: WORDS }] },
  }),
  usage: (answer) => {
    const read = messagesUsage.safeParse(answer)
    return read.success ? usageFrom({ input: read.data.usage.input_tokens, output: read.data.usage.output_tokens }) : undefined
  },
}

/** Source: https://ai.google.dev/api/generate-content (2026-11-27). */
const gemini: Trying = {
  call: ({ baseUrl, apiKey }, model) => ({
    url: `${baseUrl}/v1beta/models/${encodeURIComponent(model)}:generateContent`,
    headers: apiKey === undefined ? {} : { 'x-goog-api-key': apiKey },
    body: { contents: [{ role: 'user', parts: [{ text: WORDS }] }], generationConfig: { maxOutputTokens: OUTPUT_TOKENS_MAX } },
  }),
  usage: (answer) => {
    const read = geminiUsage.safeParse(answer)
    if (!read.success) return undefined
    const { promptTokenCount, candidatesTokenCount = 0, thoughtsTokenCount = 0 } = read.data.usageMetadata
    // Gemini tells of thinking beside the candidates; with us it is a part of the output.
    return usageFrom({ input: promptTokenCount, output: candidatesTokenCount + thoughtsTokenCount, reasoning: thoughtsTokenCount })
  },
}

/** Kinds that want another signature than a key are tried by a call of a customer. */
const TRYINGS: Readonly<Partial<Record<UpstreamKind, Trying>>> = {
  openai: chat('max_completion_tokens'),
  'openai-compatible': chat('max_tokens'),
  anthropic: messages,
  gemini,
}

/** How an upstream is tried; undefined for kinds that are not. */
export const tryingOf = (kind: UpstreamKind): Trying | undefined => TRYINGS[kind]
