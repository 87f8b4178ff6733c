import {
  ADAPTERS,
  type CanonicalCall,
  type CanonicalEvent,
  type JsonObject,
  type Part,
  type PartStart,
  PROTOCOL_NAMES,
  type ProtocolName,
} from '../../src/translation/index.ts'
import { BASES } from './translation-probes.ts'

/** Something that an upstream may answer: a part, what is in it, and what proves it. */
type Told = { readonly tells: string; readonly kind: PartStart; readonly text: string; readonly signature?: string }

const TOLD: readonly Told[] = [
  { tells: 'text', kind: { type: 'text' }, text: 'a' },
  { tells: 'thoughts', kind: { type: 'reasoning', origin: 'openai-chat' }, text: 'a' },
  { tells: 'thoughts that Anthropic signed', kind: { type: 'reasoning', origin: 'anthropic-messages' }, text: 'a', signature: 's' },
  { tells: 'thoughts that Gemini signed', kind: { type: 'reasoning', origin: 'gemini' }, text: 'a', signature: 's' },
  { tells: 'thoughts that OpenAI hid', kind: { type: 'reasoning', origin: 'openai-responses', id: 'rs_1', encrypted: 'e' }, text: '' },
  { tells: 'a call of a tool', kind: { type: 'tool-call', id: 'a', name: 'f' }, text: '{"a":1}' },
  { tells: 'a call of a tool that Gemini signed', kind: { type: 'tool-call', id: 'a', name: 'f' }, text: '{"a":1}', signature: 's' },
  { tells: 'a call of a tool that takes plain text', kind: { type: 'tool-call', id: 'a', name: 'f', isCustom: true }, text: 'a' },
  { tells: 'a refusal in words', kind: { type: 'refusal' }, text: 'a' },
  { tells: 'a picture', kind: { type: 'image', mimeType: 'image/png', data: 'AAAA' }, text: '' },
  { tells: 'sound, and what was said in it', kind: { type: 'audio', mimeType: 'audio/wav', data: 'AAAA', transcript: 'a' }, text: '' },
]

/** What each client is told of each thing that may be answered. */
export const answerRows = (): readonly (readonly string[])[] => [
  ...TOLD.map((told) => [told.tells, ...PROTOCOL_NAMES.map((client) => partCell(told, client))]),
  ['a source of the text', ...PROTOCOL_NAMES.map((client) => citationCell(client))],
  ['how likely each token was', ...PROTOCOL_NAMES.map((client) => logprobsCell(client))],
  ['which stop sequence was hit', ...PROTOCOL_NAMES.map((client) => stopCell(client))],
  ['a second answer', ...PROTOCOL_NAMES.map((client) => secondCell(client))],
]

const PLACE = { choice: 0, part: 0 }
const FINISH = { type: 'finish', choice: 0, reason: 'stop', stopSequence: undefined } as const

function partCell({ kind, text, signature }: Told, client: ProtocolName): string {
  const { told, next } = answered(client, [
    { type: 'part-start', ...PLACE, kind },
    ...(text === '' ? [] : [deltaOf(kind, text)]),
    ...(signature === undefined ? [] : [{ type: 'signature', ...PLACE, signature } as const]),
    { type: 'part-end', ...PLACE },
    FINISH,
  ])
  const kinds = told.flatMap((event) => (event.type === 'part-start' ? [event.kind] : []))
  const same = kinds.find(({ type }) => type === kind.type)
  const [other] = kinds
  if (same === undefined) return other === undefined ? '–' : `as ${other.type}`
  if (kind.type === 'tool-call' && same.type === 'tool-call' && same.isCustom !== kind.isCustom) return 'as JSON'
  const encrypted = kind.type === 'reasoning' ? kind.encrypted : undefined
  const comesBack = next().some((part) => isProvedBy(part, { signature, encrypted }))
  return comesBack || (signature === undefined && encrypted === undefined) ? '✓' : 'without what proves it'
}

const isProvedBy = (part: Part, proof: { readonly signature: string | undefined; readonly encrypted: string | undefined }): boolean =>
  (part.type === 'reasoning' && part.signature === proof.signature && part.encrypted === proof.encrypted) ||
  (part.type === 'tool-call' && part.signature === proof.signature)

function deltaOf({ type }: PartStart, text: string): CanonicalEvent {
  if (type === 'reasoning' || type === 'refusal') return { type: `${type}-delta`, ...PLACE, text }
  return { type: type === 'tool-call' ? 'arguments-delta' : 'text-delta', ...PLACE, text }
}

const textWith = (...more: readonly CanonicalEvent[]): readonly CanonicalEvent[] => [
  { type: 'part-start', ...PLACE, kind: { type: 'text' } },
  { type: 'text-delta', ...PLACE, text: 'a', logprobs: [{ token: 'a', logprob: -1, bytes: [97], top_logprobs: [] }] },
  ...more,
  { type: 'part-end', ...PLACE },
]

function citationCell(client: ProtocolName): string {
  const value = { type: 'url_citation', url: 'https://a.test', title: 'A' }
  const { told } = answered(client, [...textWith({ type: 'citation', ...PLACE, origin: 'openai-responses', value }), FINISH])
  return mark(told.some(({ type }) => type === 'citation'))
}

const logprobsCell = (client: ProtocolName): string =>
  mark(answered(client, [...textWith(), FINISH]).told.some((event) => event.type === 'text-delta' && event.logprobs !== undefined))

function stopCell(client: ProtocolName): string {
  const { told } = answered(client, [...textWith(), { ...FINISH, reason: 'stop-sequence', stopSequence: 'END' }])
  return mark(told.some((event) => event.type === 'finish' && event.stopSequence === 'END'))
}

const secondCell = (client: ProtocolName): string =>
  mark(
    answered(client, [...textWith(), FINISH, { ...FINISH, choice: 1 }]).told.some((event) => event.type === 'finish' && event.choice === 1),
  )

const mark = (isTold: boolean): string => (isTold ? '✓' : '–')

/** What a client is told of an answer, and the parts that come back when it sends the answer with its next request. */
function answered(client: ProtocolName, events: readonly CanonicalEvent[]) {
  const adapter = ADAPTERS[client]
  if (adapter === undefined) throw new Error(`${client} has no adapter`)
  const call: CanonicalCall = { ...adapter.readRequest(bytesOf(BASES[client]), ADDRESS), choices: 2 }
  const writer = adapter.writeWhole({ call, requestId: 'r', now: () => 0 })
  for (const event of [{ type: 'start', id: 'r', model: 'm', createdAt: 0 } as const, ...events, { type: 'end' } as const])
    writer.push(event)
  const reply = writer.end()
  const reader = adapter.readWhole()
  return {
    told: [...reader.push(reply), ...reader.end()],
    next: (): readonly Part[] =>
      adapter
        .readRequest(bytesOf({ ...BASES[client], ...NEXT[client](JSON.parse(reply.toString()) as never) }), ADDRESS)
        .messages.flatMap(({ parts }) => parts),
  }
}

const ADDRESS = { model: 'm', isStream: false }
const bytesOf = (body: JsonObject): Buffer => Buffer.from(JSON.stringify(body))

/** The next request's conversation, with the answer as the client got it. */
const NEXT: Readonly<Record<ProtocolName, (reply: never) => JsonObject>> = {
  'openai-chat': (reply: { choices: { message: JsonObject }[] }) => ({ messages: reply.choices.slice(0, 1).map(({ message }) => message) }),
  'openai-responses': (reply: { output: JsonObject[] }) => ({ input: reply.output }),
  'anthropic-messages': (reply: { content: JsonObject[] }) => ({ messages: [{ role: 'assistant', content: reply.content }] }),
  gemini: (reply: { candidates: { content: JsonObject }[] }) => ({ contents: reply.candidates.slice(0, 1).map(({ content }) => content) }),
}
