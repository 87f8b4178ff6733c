/** For tests only: random requests and answers that content calls can carry, and what is left of them there. */

import fc from 'fast-check'
import { readJson } from '../../lib/index.ts'
import { recordedStreams } from '../../protocols/testing.ts'
import type { Usage } from '../../spec/index.ts'
import type { Json } from '../call.ts'
import type { CanonicalEvent, PartStart } from '../events.ts'
import { isObject, optional, parseJson } from '../json.ts'
import {
  type Answer,
  anyText,
  anyUsage,
  eventsOfParts,
  interleave,
  type PartEvents,
  type ProtocolSample,
  sseOf,
  type WholePart,
  withoutPlaces,
} from '../testing.ts'
import { carryInBytes } from './thought-bytes.ts'

const words = fc.string({ minLength: 1, maxLength: 12 })
const maybe = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> => fc.option(value, { nil: undefined })
const base64 = fc.base64String({ minLength: 4 })

const logprob = anyText.chain((token) =>
  fc.record({
    token: fc.constant(token),
    logprob: fc.integer({ min: -50, max: 0 }),
    bytes: fc.constant([...Buffer.from(token)]),
    top_logprobs: fc.constant([]),
  }),
)
const page = fc.uuid().map((id) => ({ web: { uri: `https://${id}.test`, title: id } }))
const citation = fc.oneof(
  page,
  page.map((source) => ({ ...source, segment: { startIndex: 0, endIndex: 5, text: 'words' } })),
  fc.uuid().map((id) => ({ uri: `https://${id}.test`, startIndex: 1, endIndex: 9, license: 'MIT' })),
)
const text = fc
  .record({ texts: fc.array(anyText, { maxLength: 4 }), logprobs: maybe(logprob), citations: fc.array(citation, { maxLength: 2 }) })
  .map(
    ({ texts, logprobs, citations }): PartEvents => ({
      kind: { type: 'text' },
      inner: [
        ...texts.map((one) => ({ type: 'text-delta', text: one, ...(logprobs === undefined ? {} : { logprobs: [logprobs] }) }) as const),
        ...citations.map((value) => ({ type: 'citation', origin: 'gemini', value }) as const),
      ],
    }),
  )
const ORIGINS = ['anthropic-messages', 'openai-chat', 'openai-responses', 'gemini'] as const
const thought = fc
  .record({ texts: fc.array(anyText, { maxLength: 3 }), origin: fc.constantFrom(...ORIGINS), signature: maybe(words), id: maybe(words) })
  .map(
    ({ texts, origin, signature, id }): PartEvents => ({
      kind: { type: 'reasoning', origin, ...(origin === 'gemini' ? {} : optional('id', id)) },
      inner: [
        ...texts.map((one) => ({ type: 'reasoning-delta', text: one }) as const),
        ...(signature === undefined ? [] : [{ type: 'signature', signature } as const]),
      ],
    }),
  )
const hidden = fc
  .record({ origin: fc.constantFrom('anthropic-messages', 'openai-responses'), encrypted: words })
  .map(({ origin, encrypted }): PartEvents => ({ kind: { type: 'reasoning', origin, encrypted }, inner: [] }))
const refusal = fc
  .array(anyText, { minLength: 1, maxLength: 2 })
  .map((texts): PartEvents => ({ kind: { type: 'refusal' }, inner: texts.map((one) => ({ type: 'refusal-delta', text: one }) as const) }))
const media = fc.oneof(
  base64.map((data): PartEvents => ({ kind: { type: 'image', mimeType: 'image/png', data }, inner: [] })),
  fc.record({ data: base64, transcript: maybe(words) }).map(
    ({ data, transcript }): PartEvents => ({
      kind: { type: 'audio', mimeType: 'audio/wav', data, ...optional('transcript', transcript) },
      inner: [],
    }),
  ),
)
const foreign = fc.constantFrom<PartEvents>(
  {
    kind: {
      ...{ type: 'foreign', protocol: 'gemini', name: 'executableCode' },
      value: { executableCode: { language: 'PYTHON', code: '1' }, thoughtSignature: 's' },
    },
    inner: [],
  },
  { kind: { type: 'foreign', protocol: 'anthropic-messages', name: 'x', value: {} }, inner: [] },
)

/** Arguments as this protocol gives them back: of the shortest spelling. */
const args = fc.dictionary(words, fc.jsonValue()).map((value) => JSON.stringify(readJson(JSON.stringify(value))))
const toolCall = fc.record({ id: fc.uuid(), name: words, value: args, cut: fc.nat(), signature: maybe(words) }).map(
  ({ id, name, value, cut, signature }): PartEvents => ({
    kind: { type: 'tool-call', id, name },
    inner: [
      ...[value.slice(0, cut % value.length), value.slice(cut % value.length)].map(
        (one) => ({ type: 'arguments-delta', text: one }) as const,
      ),
      ...(signature === undefined ? [] : [{ type: 'signature', signature } as const]),
    ],
  }),
)
const oddCall = fc.record({ id: fc.uuid(), name: words, plain: anyText, isCustom: fc.boolean() }).map(
  ({ id, name, plain, isCustom }): PartEvents => ({
    kind: { type: 'tool-call', id, name, ...(isCustom ? { isCustom } : {}) },
    inner: [{ type: 'arguments-delta', text: plain }],
  }),
)

const FINISHES = ['stop', 'length', 'tool-calls', 'filter', 'refusal', 'stop-sequence', 'pause', 'other'] as const

/** Events of an answer of one or two choices, whose events come in any mixture. */
const anyEvents: fc.Arbitrary<CanonicalEvent[]> = fc
  .record({
    choices: fc.array(
      fc.record({
        parts: fc.array(fc.oneof(text, thought, hidden, refusal, media, foreign, toolCall, oddCall), { maxLength: 6 }),
        reason: fc.constantFrom(...FINISHES),
      }),
      { minLength: 1, maxLength: 2 },
    ),
    ...{ picks: fc.array(fc.nat(), { maxLength: 60 }), usage: anyUsage, id: fc.uuid() },
  })
  .map(({ choices, picks, usage, id }): CanonicalEvent[] => [
    { type: 'start', id, model: 'served', createdAt: undefined },
    ...interleave(
      choices.map(({ parts, reason }, choice): CanonicalEvent[] => [
        ...eventsOfParts(choice, parts),
        { type: 'finish', choice, reason, stopSequence: reason === 'stop-sequence' ? 'END' : undefined },
      ]),
      picks,
    ),
    { type: 'usage', usage },
    { type: 'end' },
  ])
  // Objects of the kind that JSON gives.
  .map((events) => structuredClone(events) as CanonicalEvent[])

/** What a usage says once it has gone through this protocol's words. */
const toldUsage = (usage: Usage): Usage => ({
  ...usage,
  input: usage.input + usage.cacheWrite5m + usage.cacheWrite1h + usage.embedding,
  ...{ cacheWrite5m: 0, cacheWrite1h: 0, embedding: 0 },
})

/** What the protocol keeps of an answer: refusals and citations are told at its end, of thoughts of others what has to come back. */
function keptOf(answer: Answer): unknown {
  const choices = [...answer.choices].toSorted(([a], [b]) => a - b)
  return {
    ...answer,
    usage: answer.usage === undefined ? undefined : toldUsage(answer.usage),
    choices: choices.map(([index, { parts, finish }]) => {
      const refused = parts.flatMap(({ kind, text: told }) => (kind.type === 'refusal' ? [told] : [])).join('')
      return {
        index,
        refused,
        parts: mergedParts(parts.flatMap(keptPart)),
        logprobs: parts.flatMap(({ logprobs }) => logprobs),
        citations: parts.flatMap(({ citations }) => citations.map((one) => JSON.stringify(one))).toSorted(),
        finish: keptFinish(finish, { isRefused: refused !== '', hasCalls: parts.some(({ kind }) => kind.type === 'tool-call') }),
      }
    }),
  }
}

function keptFinish(finish: string | undefined, { isRefused, hasCalls }: { readonly isRefused: boolean; readonly hasCalls: boolean }) {
  if (finish === 'length') return 'length'
  if (isRefused) return 'refusal'
  if (finish === 'filter' || finish === 'refusal') return 'filter'
  return finish === 'pause' || finish === 'other' ? 'other' : hasCalls ? 'tool-calls' : 'stop'
}

type KeptPart = { readonly kind: PartStart; readonly text: string; readonly signature: string | undefined }

function keptPart({ kind, text: told, signature }: WholePart): readonly KeptPart[] {
  if (kind.type === 'refusal' || (kind.type === 'foreign' && kind.protocol !== 'gemini')) return []
  if (kind.type === 'tool-call') {
    const { isCustom: _, ...rest } = kind
    return [{ kind: rest, text: toldArguments(kind, told), signature }]
  }
  if (kind.type !== 'reasoning') return told === '' && kind.type === 'text' ? [] : [{ kind, text: told, signature }]
  const { type: _, ...record } = kind
  const hasRecord = signature !== undefined || kind.id !== undefined || kind.encrypted !== undefined
  const proof = kind.origin === 'gemini' ? signature : hasRecord ? carryInBytes(recordOf(record, signature)) : undefined
  return told === '' && proof === undefined ? [] : [{ kind: { type: 'reasoning', origin: 'gemini' }, text: told, signature: proof }]
}

/** The members in the order in which the writer has them, as they are compared by their bytes. */
const recordOf = ({ origin, id, encrypted }: Omit<Extract<PartStart, { type: 'reasoning' }>, 'type'>, signature: string | undefined) => ({
  ...{ origin, ...optional('signature', signature), ...optional('encrypted', encrypted), ...optional('id', id) },
})

/** Neighbours that cannot be told from each other are one. */
function mergedParts(parts: readonly KeptPart[]): readonly KeptPart[] {
  const kept: KeptPart[] = []
  for (const part of parts) {
    const last = kept.at(-1)
    const isProof = part.kind.type === 'reasoning' && part.text === '' && carriedText(part.signature) === undefined
    const isOpen = last?.kind.type === part.kind.type && last.signature === undefined
    const joins = isOpen && (part.kind.type === 'text' || (part.kind.type === 'reasoning' && !isProof))
    if (last !== undefined && joins) kept[kept.length - 1] = { ...part, text: last.text + part.text }
    else kept.push(part)
  }
  return kept
}

/** Whether a signature is one of our records, which is told as a thought even where it has no text. */
const carriedText = (signature: string | undefined): string | undefined =>
  signature !== undefined && Buffer.from(signature, 'base64').toString().startsWith('farebox.') ? signature : undefined

/** Arguments as an object, which they are here. */
function toldArguments({ isCustom }: { readonly isCustom?: boolean }, told: string): string {
  if (isCustom === true) return JSON.stringify({ input: told })
  const value = told === '' ? {} : parseJson(told)
  return JSON.stringify(isObject(value) ? value : { INVALID_JSON: told })
}

const textPart = fc.record({ text: anyText, thoughtSignature: maybe(words) })
const inline = fc
  .record({ mimeType: fc.constantFrom('image/png', 'audio/mpeg', 'application/pdf', 'text/plain', 'video/mp4'), data: base64 })
  .map((inlineData) => ({ inlineData }))
const file = fc
  .record({
    mimeType: fc.constantFrom('image/png', 'audio/mpeg', 'application/pdf', 'video/mp4'),
    fileUri: fc.oneof(
      fc.webUrl(),
      words.map((name) => `https://generativelanguage.googleapis.com/v1beta/files/${name}`),
    ),
  })
  .map((fileData) => ({ fileData }))
const userTurn = fc
  .array(fc.oneof(fc.record({ text: anyText }), inline, file), { minLength: 1, maxLength: 3 })
  .map((parts) => [{ role: 'user', parts }])
const modelTurn = fc
  .array(
    fc.oneof(
      textPart,
      inline,
      fc.record({ text: anyText, thought: fc.constant(true), thoughtSignature: maybe(words) }),
      fc.constant({ executableCode: { language: 'PYTHON', code: '1' } }),
    ),
    { minLength: 1, maxLength: 3 },
  )
  .map((parts) => [{ role: 'model', parts }])
const response = fc.oneof(
  fc.record({ output: anyText }),
  fc.record({ error: anyText }),
  fc.constant({}),
  fc.dictionary(words, fc.jsonValue()),
)
const exchange = fc
  .array(
    fc.record({
      ...{ name: words, id: maybe(fc.uuid()), args: maybe(fc.dictionary(words, fc.jsonValue())), response },
      ...{ signature: maybe(words), media: maybe(inline.filter(({ inlineData }) => inlineData.mimeType !== 'video/mp4')) },
    }),
    { minLength: 1, maxLength: 3 },
  )
  .map((calls) => [
    {
      role: 'model',
      parts: calls.map(({ id, name, args: told, signature }) => ({ functionCall: { id, name, args: told }, thoughtSignature: signature })),
    },
    {
      role: 'user',
      parts: calls.map(({ id, name, response: told, media: shown }) => ({
        functionResponse: { id, name, response: told, parts: shown === undefined ? undefined : [shown] },
      })),
    },
  ])
const contents = fc.array(fc.oneof(userTurn, modelTurn, exchange), { minLength: 1, maxLength: 4 }).map((turns) => turns.flat())

const schema = fc.constantFrom<Json>({ type: 'object', properties: { a: { type: 'string' } } }, { type: 'object' })
const declaration = fc.oneof(
  fc.record({ name: words, description: maybe(words), parametersJsonSchema: maybe(schema) }),
  fc.record({
    name: words,
    parameters: fc.constant({ type: 'OBJECT', properties: { a: { type: 'STRING', nullable: true }, b: { type: 'INTEGER' } } }),
  }),
)
const tools = fc.record({
  functions: fc.array(declaration, { minLength: 1, maxLength: 3 }),
  other: maybe(fc.constantFrom<Json>({ googleSearch: {} }, { codeExecution: {} }, { urlContext: {} })),
})
const functionCallingConfig = fc.oneof(
  fc.record({ mode: fc.constantFrom('AUTO', 'ANY', 'NONE') }),
  fc.record({ mode: fc.constantFrom('ANY', 'VALIDATED'), allowedFunctionNames: fc.array(words, { minLength: 1, maxLength: 2 }) }),
)
const format = fc.oneof(
  fc.constantFrom({ responseMimeType: 'text/plain' }, { responseMimeType: 'application/json' }),
  schema.map((responseJsonSchema) => ({ responseMimeType: 'application/json', responseJsonSchema })),
  fc.constant({ responseMimeType: 'application/json', responseSchema: { type: 'STRING', enum: ['a', 'b'] } }),
)
const thinkingConfig = fc.oneof(
  fc.record({ includeThoughts: maybe(fc.boolean()), thinkingBudget: maybe(fc.nat(24_576)) }),
  fc.record({ includeThoughts: maybe(fc.boolean()), thinkingLevel: fc.constantFrom('MINIMAL', 'LOW', 'MEDIUM', 'HIGH') }),
)
const sampling = fc.record({
  maxOutputTokens: maybe(fc.integer({ min: 1, max: 9_999 })),
  temperature: maybe(fc.constantFrom(0, 0.5, 2)),
  topP: maybe(fc.constantFrom(0, 0.5, 1)),
  topK: maybe(fc.nat(100)),
  candidateCount: maybe(fc.integer({ min: 1, max: 8 })),
  seed: maybe(fc.integer()),
  presencePenalty: maybe(fc.constantFrom(-2, 0, 1.5)),
  frequencyPenalty: maybe(fc.constantFrom(-2, 0, 1.5)),
  stopSequences: maybe(fc.array(words, { maxLength: 5 })),
  responseLogprobs: fc.constant(true),
  logprobs: maybe(fc.integer({ min: 1, max: 20 })),
  thinkingConfig: maybe(thinkingConfig),
})

/** Every field in snake case, which the protocol takes too. */
const inSnakeCase = (value: Json): Json => {
  if (Array.isArray(value)) return value.map(inSnakeCase)
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [SNAKE.get(name) ?? name, inSnakeCase(inner)]))
}
const SNAKE: ReadonlyMap<string, string> = new Map(
  [
    'systemInstruction',
    'generationConfig',
    'maxOutputTokens',
    'toolConfig',
    'functionCall',
    'functionResponse',
    'inlineData',
    'mimeType',
  ].map((name) => [name, name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)] as const),
)

/** Requests with everything that a canonical call has a place for. */
const anyRequest: fc.Arbitrary<Json> = fc
  .record({
    contents,
    systemInstruction: maybe(fc.record({ parts: fc.array(fc.record({ text: anyText }), { minLength: 1, maxLength: 2 }) })),
    tools: tools.map(({ functions, other }) => [{ functionDeclarations: functions }, ...(other === undefined ? [] : [other])]),
    toolConfig: maybe(fc.record({ functionCallingConfig })),
    generationConfig: fc.tuple(sampling, format).map(([settings, told]) => ({ ...settings, ...told })),
    serviceTier: maybe(fc.constantFrom('standard', 'flex', 'priority')),
    isSnake: fc.boolean(),
  })
  .map(({ isSnake, ...request }) => {
    const body = JSON.parse(JSON.stringify(request)) as Json
    return isSnake ? inSnakeCase(body) : body
  })

const PARTS: readonly Json[] = [
  { text: 'Hm', thought: true, thoughtSignature: 's' },
  { text: 'a', thoughtSignature: 't' },
  { functionCall: { id: 'a', name: 'f', args: { a: 1 } }, thoughtSignature: 'u' },
  { inlineData: { mimeType: 'image/png', data: 'AAAA' } },
  { executableCode: { language: 'PYTHON', code: '1' } },
]
const METADATA: Json = {
  groundingChunks: [{ web: { uri: 'https://a.test', title: 'A' } }],
  groundingSupports: [{ segment: { startIndex: 0, endIndex: 1, text: 'a' }, groundingChunkIndices: [0] }],
  webSearchQueries: ['q'],
}
const USAGE: Json = {
  ...{ promptTokenCount: 9, cachedContentTokenCount: 2, candidatesTokenCount: 3, thoughtsTokenCount: 4, totalTokenCount: 16 },
  promptTokensDetails: [{ modality: 'AUDIO', tokenCount: 1 }],
}
const answer = (parts: readonly Json[], more: object): Json => ({
  candidates: [{ content: { role: 'model', parts }, index: 0, ...more }],
  ...{ modelVersion: 'm', responseId: 'r', usageMetadata: USAGE },
})
const LAST = {
  ...{ finishReason: 'STOP', finishMessage: 'no', groundingMetadata: METADATA },
  citationMetadata: { citationSources: [{ uri: 'https://b.test', startIndex: 0 }] },
  logprobsResult: { chosenCandidates: [{ token: 'a', logProbability: -1 }], topCandidates: [{ candidates: [{ token: 'a' }] }] },
}

/** What the tests that are the same for every protocol need of this one. */
export const sample: ProtocolSample = {
  name: 'gemini',
  address: { model: 'm', isStream: true },
  call: { choices: 2 },
  anyRequest,
  anyEvents,
  keptOf,
  // How likely tokens were is told once for all of a whole answer.
  keptWhole: keptOf,
  sameCall: (call) => withoutPlaces({ ...call, names: undefined }),
  toldArguments,
  streams: () => recordedStreams(['gemini'], { hasNames: false, last: '' }),
  hostile: { whole: answer(PARTS, LAST), stream: [...PARTS.map((part) => answer([part], {})), answer([{ text: '' }], LAST)] },
  sse: sseOf(''),
}
