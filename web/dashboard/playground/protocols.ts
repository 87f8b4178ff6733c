/** What is asked of a model, whatever the protocol; numbers as they were typed are read already. */
export type Ask = {
  readonly model: string
  readonly system: string
  readonly prompt: string
  readonly temperature: number | undefined
  readonly maxTokens: number | undefined
}

/** What a piece of an answer adds: text, and what was told of its usage so far. */
export type Piece = { readonly text?: string; readonly input?: number; readonly output?: number }

/** A protocol that clients speak: how an ask is written in it, and how the pieces of its streamed answer are read. */
export type PlaygroundProtocol = {
  readonly name: string
  readonly path: (ask: Ask) => string
  readonly headers: Readonly<Record<string, string>>
  readonly body: (ask: Ask) => object
  readonly read: (event: unknown) => Piece
}

type Json = { readonly [name: string]: Json } & readonly Json[]
/** A member of a value that may lack it. */
const at = (value: unknown, ...names: readonly (string | number)[]): unknown =>
  names.reduce<unknown>((found, name) => (typeof found === 'object' && found !== null ? (found as Json)[name as string] : undefined), value)
const textAt = (value: unknown, ...names: readonly (string | number)[]): Piece => {
  const text = at(value, ...names)
  return typeof text === 'string' ? { text } : {}
}
const countsAt = (value: unknown, input: string, output: string): Piece => {
  const [read, made] = [at(value, input), at(value, output)]
  return { ...(typeof read === 'number' && { input: read }), ...(typeof made === 'number' && { output: made }) }
}
const given = <Value>(name: string, value: Value | undefined): object => (value === undefined || value === '' ? {} : { [name]: value })

const MESSAGES_TOKENS = 1024

/** Source: platform.openai.com/docs/api-reference/chat/create (2026-11-26). */
const chat: PlaygroundProtocol = {
  name: 'Chat completions',
  path: () => '/v1/chat/completions',
  headers: {},
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

/** Source: platform.openai.com/docs/api-reference/responses-streaming (2026-11-26). */
const responses: PlaygroundProtocol = {
  name: 'Responses',
  path: () => '/v1/responses',
  headers: {},
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

/** Source: docs.anthropic.com/en/api/messages-streaming (2026-11-26). */
const messages: PlaygroundProtocol = {
  name: 'Messages',
  path: () => '/v1/messages',
  headers: { 'anthropic-version': '2023-06-01' },
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

/** Source: ai.google.dev/api/generate-content (2026-11-26). */
const gemini: PlaygroundProtocol = {
  name: 'Gemini',
  path: ({ model }) => `/v1beta/models/${encodeURIComponent(model)}:streamGenerateContent?alt=sse`,
  headers: {},
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

/** The protocols of the playground, by the name that an address has for them. */
export const PLAYGROUND_PROTOCOLS = { chat, responses, messages, gemini } as const satisfies Readonly<Record<string, PlaygroundProtocol>>
export type ProtocolName = keyof typeof PLAYGROUND_PROTOCOLS

/** The same ask as a line for a shell, with the key in a variable. */
export function curlOf(protocol: PlaygroundProtocol, ask: Ask, base: string): string {
  const headers = Object.entries({ authorization: 'Bearer $FAREBOX_KEY', 'content-type': 'application/json', ...protocol.headers })
  const lines = headers.map(([name, value]) => `  -H "${name}: ${value}"`)
  return [`curl -N '${base}${protocol.path(ask)}'`, ...lines, `  -d ${shellQuoted(JSON.stringify(protocol.body(ask), null, 2))}`].join(
    ' \\\n',
  )
}

/** A text that a POSIX shell reads as it is. Source: POSIX.1-2024 XCU 2.2.2 (read 2026-11-26). */
const shellQuoted = (text: string): string => `'${text.replace(/'/g, `'\\''`)}'`
