import { at, countsAt, given, type PlaygroundProtocol, textAt } from './protocol.ts'

const TEXT = { fields: ['system', 'prompt', 'temperature', 'maxTokens'], answer: 'events' } as const satisfies Partial<PlaygroundProtocol>

const MESSAGES_TOKENS = 1024

/** Chat as OpenAI has it, streamed. Source: platform.openai.com/docs/api-reference/chat/create (2026-11-26). */
export const chat: PlaygroundProtocol = {
  path: () => '/v1/chat/completions',
  headers: {},
  ...TEXT,
  body: ({ model, system, prompt, temperature, maxTokens }) => ({
    model,
    messages: [...(system === '' ? [] : [{ role: 'system', content: system }]), { role: 'user', content: prompt }],
    ...given('temperature', temperature),
    ...given('max_completion_tokens', maxTokens),
    ...{ stream: true, stream_options: { include_usage: true } },
  }),
  read: (event) => ({
    ...textAt(event, 'choices', 0, 'delta', 'content'),
    ...countsAt(at(event, 'usage'), 'prompt_tokens', 'completion_tokens'),
  }),
}

/** Responses, which are not stored. Source: platform.openai.com/docs/api-reference/responses-streaming (2026-11-26). */
export const responses: PlaygroundProtocol = {
  path: () => '/v1/responses',
  headers: {},
  ...TEXT,
  body: ({ model, system, prompt, temperature, maxTokens }) => ({
    ...{ model, input: prompt, store: false, stream: true },
    ...given('instructions', system),
    ...given('temperature', temperature),
    ...given('max_output_tokens', maxTokens),
  }),
  read: (event) => ({
    ...(at(event, 'type') === 'response.output_text.delta' ? textAt(event, 'delta') : {}),
    ...countsAt(at(event, 'response', 'usage'), 'input_tokens', 'output_tokens'),
  }),
}

/** Messages as Anthropic has them. Source: docs.anthropic.com/en/api/messages-streaming (2026-11-26). */
export const messages: PlaygroundProtocol = {
  path: () => '/v1/messages',
  headers: { 'anthropic-version': '2023-06-01' },
  ...TEXT,
  body: ({ model, system, prompt, temperature, maxTokens }) => ({
    ...{ model, messages: [{ role: 'user', content: prompt }], max_tokens: maxTokens ?? MESSAGES_TOKENS, stream: true },
    ...given('system', system),
    ...given('temperature', temperature),
  }),
  read: (event) => ({
    ...textAt(event, 'delta', 'text'),
    ...countsAt(at(event, 'message', 'usage'), 'input_tokens', 'output_tokens'),
    ...countsAt(at(event, 'usage'), 'input_tokens', 'output_tokens'),
  }),
}

/** Gemini's way of making content. Source: ai.google.dev/api/generate-content (2026-11-26). */
export const gemini: PlaygroundProtocol = {
  path: ({ model }) => `/v1beta/models/${encodeURIComponent(model)}:streamGenerateContent?alt=sse`,
  headers: {},
  ...TEXT,
  body: ({ system, prompt, temperature, maxTokens }) => ({
    contents: [{ role: 'user', parts: [{ text: prompt }] }],
    ...(system === '' ? {} : { systemInstruction: { parts: [{ text: system }] } }),
    generationConfig: { ...given('temperature', temperature), ...given('maxOutputTokens', maxTokens) },
  }),
  read: (event) => ({
    ...textAt(event, 'candidates', 0, 'content', 'parts', 0, 'text'),
    ...countsAt(at(event, 'usageMetadata'), 'promptTokenCount', 'candidatesTokenCount'),
  }),
}

/** The way before chat: a text that goes on. Source: platform.openai.com/docs/api-reference/completions/create (2026-11-27). */
export const completions: PlaygroundProtocol = {
  path: () => '/v1/completions',
  headers: {},
  fields: ['prompt', 'temperature', 'maxTokens'],
  answer: 'events',
  body: ({ model, prompt, temperature, maxTokens }) => ({
    ...{ model, prompt, stream: true, stream_options: { include_usage: true } },
    ...given('temperature', temperature),
    ...given('max_tokens', maxTokens),
  }),
  read: (event) => ({ ...textAt(event, 'choices', 0, 'text'), ...countsAt(at(event, 'usage'), 'prompt_tokens', 'completion_tokens') }),
}
