/** For tests only: random events and calls, what they come to, and replies served to the official clients. */

import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import { readJson } from '../lib/index.ts'
import type { CallAddress } from '../protocols/index.ts'
import type { Recording } from '../protocols/testing.ts'
import { USAGE_CLASSES, type Usage } from '../spec/index.ts'
import type { ReplyContext } from './adapter.ts'
import type { CanonicalCall, Json, ProtocolName } from './call.ts'
import type { CanonicalEvent, EventReader, EventWriter, PartStart } from './events.ts'

/** All events that a reader tells of a reply that comes in pieces. */
export function readAll(reader: EventReader, bytes: Buffer, cuts: readonly number[] = []): CanonicalEvent[] {
  const events: CanonicalEvent[] = []
  let from = 0
  for (const cut of [...cuts.map((one) => one % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length]) {
    events.push(...reader.push(Buffer.from(bytes.subarray(from, cut))))
    from = cut
  }
  return [...events, ...reader.end()]
}

/** The bytes that a writer makes of events. */
export const writeAll = (writer: EventWriter, events: readonly CanonicalEvent[]): Buffer =>
  Buffer.concat([...events.map((event) => writer.push(event)), writer.end()])

/** A call that asks for nothing much. */
export const plainCall = (protocol: ProtocolName, more: Partial<CanonicalCall> = {}): CanonicalCall => ({
  ...{ protocol, model: 'm', isStream: true, wantsUsage: true, system: [], messages: [], tools: [], toolChoice: undefined },
  ...{ isParallel: undefined, outputMax: undefined, temperature: undefined, topP: undefined, topK: undefined, seed: undefined },
  ...{ presencePenalty: undefined, frequencyPenalty: undefined, stop: [], topLogprobs: undefined, choices: 1, format: { kind: 'text' } },
  ...{ reasoning: undefined, serviceTier: undefined, verbosity: undefined, promptCacheKey: undefined, unknown: [] },
  ...more,
})

/** What a reply to such a call is written for. */
export const contextOf = (protocol: ProtocolName, more: Partial<CanonicalCall> = {}): ReplyContext => ({
  call: plainCall(protocol, more),
  requestId: '0193c0de-0000-7000-8000-000000000001',
  now: () => 1_790_000_000_000,
})

/** A part as it is when it has ended. */
export type WholePart = {
  readonly kind: PartStart
  text: string
  readonly logprobs: Json[]
  readonly citations: Json[]
  signature: string | undefined
}

/** What a sequence of events comes to. */
export type Answer = {
  id: string | undefined
  model: string | undefined
  createdAt: number | undefined
  usage: Usage | undefined
  readonly choices: Map<number, { readonly parts: WholePart[]; finish: string | undefined; stopSequence: string | undefined }>
  ending: string
}

/** What events come to; throws where they are not in the order that canonical events have. */
export function answerOf(events: readonly CanonicalEvent[]): Answer {
  const answer: Answer = { id: undefined, model: undefined, createdAt: undefined, usage: undefined, choices: new Map(), ending: '' }
  const open = new Map<number, number>()
  for (const event of events) {
    if (answer.ending !== '') throw new Error(`${event.type} after ${answer.ending}`)
    if (event.type === 'start') Object.assign(answer, { id: event.id, model: event.model, createdAt: event.createdAt })
    else if (event.type === 'usage') answer.usage = event.usage
    else if (event.type === 'error') answer.ending = `error ${event.code} ${event.message}`
    else if (event.type === 'end') answer.ending = 'end'
    else takePart(answer, open, event)
  }
  return answer
}

function takePart(answer: Answer, open: Map<number, number>, event: Extract<CanonicalEvent, { choice: number }>): void {
  const choice = answer.choices.get(event.choice) ?? { parts: [], finish: undefined, stopSequence: undefined }
  answer.choices.set(event.choice, choice)
  if (choice.finish !== undefined) throw new Error(`${event.type} after the finish of its choice`)
  if (event.type === 'finish') {
    if (open.get(event.choice) !== undefined) throw new Error('a finish with a part open')
    Object.assign(choice, { finish: event.reason, stopSequence: event.stopSequence })
    return
  }
  if (event.type === 'part-start') {
    if (open.get(event.choice) !== undefined || event.part !== choice.parts.length)
      throw new Error(`part ${event.part} begins out of order`)
    open.set(event.choice, event.part)
    choice.parts.push({ kind: event.kind, text: '', logprobs: [], citations: [], signature: undefined })
    return
  }
  const part = choice.parts[event.part]
  if (part === undefined || open.get(event.choice) !== event.part) throw new Error(`${event.type} outside its part`)
  if (event.type === 'part-end') open.delete(event.choice)
  else if (event.type === 'signature') part.signature = event.signature
  else if (event.type === 'citation') part.citations.push(event.value)
  else part.text += event.text
  if (event.type === 'text-delta' && Array.isArray(event.logprobs)) part.logprobs.push(...event.logprobs)
}

/** Any text, with characters of all planes, lone surrogates and what JSON and server-sent events treat specially. */
export const anyText = fc.oneof(
  fc.string({ minLength: 1, unit: 'binary' }),
  fc.constantFrom('\n', '\r\n', 'data: [DONE]\n\n', '"', '\\', '\u2028', '\ud83d', '\ude00', '😀', '</s>', '{"a":1}'),
)

/** Figures of a usage that adds up; reasoning is a part of output. */
export const anyUsage: fc.Arbitrary<Usage> = fc
  .record(Object.fromEntries(USAGE_CLASSES.map((name) => [name, fc.nat(10_000)])) as Record<keyof Usage, fc.Arbitrary<number>>)
  .map((usage) => ({
    ...usage,
    ...{ images: 0, webSearches: 0, toolCalls: 0, calls: 0, audioSeconds: 0, characters: 0, embedding: 0 },
    reasoning: Math.min(usage.reasoning, usage.output),
  }))

/** What a usage says once it has gone through OpenAI's words, which have fewer: the same totals, and most classes. */
export const foldedUsage = (usage: Usage): Usage => ({
  ...usage,
  input: usage.input + usage.embedding,
  cacheWrite5m: usage.cacheWrite5m + usage.cacheWrite1h,
  cacheWrite1h: 0,
  embedding: 0,
})

/** The events of one part, without its place. */
export type PartEvents = { readonly kind: PartStart; readonly inner: readonly PartInner[] }
type PartInner = WithoutPlace<Extract<CanonicalEvent, { part: number }>>
type WithoutPlace<Event> = Event extends CanonicalEvent ? Omit<Event, 'choice' | 'part'> : never

/** Parts in a row as events of a choice, without its end. */
export const eventsOfParts = (choice: number, parts: readonly PartEvents[]): CanonicalEvent[] =>
  parts.flatMap(({ kind, inner }, part): CanonicalEvent[] => [
    { type: 'part-start', choice, part, kind },
    ...inner.map((event): CanonicalEvent => ({ ...event, choice, part })),
    { type: 'part-end', choice, part },
  ])

/** Merges the events of several choices, which keep their own order; `picks` says whose turn it is. */
export function interleave(lists: readonly (readonly CanonicalEvent[])[], picks: readonly number[]): CanonicalEvent[] {
  const rest = lists.map((list) => [...list])
  const merged: CanonicalEvent[] = []
  for (const pick of picks) {
    const event = rest[pick % rest.length]?.shift()
    if (event !== undefined) merged.push(event)
  }
  return [...merged, ...rest.flat()]
}

/** Whether some JSON is the same but for members that tell where things stood. */
export const withoutPlaces = (value: unknown): unknown =>
  readJson(JSON.stringify(value, (name, inner: unknown) => (name === 'at' ? undefined : inner)))

/** What the tests that are the same for every protocol need of one. */
export type ProtocolSample = {
  readonly name: ProtocolName
  /** Of the calls that it reads, where the protocol has one. */
  readonly address?: CallAddress
  /** Of the call that its answers are for. */
  readonly call: Partial<CanonicalCall>
  /** Requests with everything that a canonical call has a place for. */
  readonly anyRequest: fc.Arbitrary<Json>
  /** Answers with everything that the protocol tells, and some that it does not. */
  readonly anyEvents: fc.Arbitrary<CanonicalEvent[]>
  /** What the protocol keeps of an answer. */
  readonly keptOf: (answer: Answer) => unknown
  /** What has to be the same of a whole answer and a stream; all of it, where this is not told. */
  readonly keptWhole?: (answer: Answer) => unknown
  /** What a call says that is read and written once more. */
  readonly sameCall: (call: CanonicalCall) => unknown
  /** A tool call's arguments as the protocol gives them back; as they came, where this is not told. */
  readonly toldArguments?: (kind: Extract<PartStart, { type: 'tool-call' }>, text: string) => string
  /** Recorded streams of upstreams that speak it. */
  readonly streams: () => readonly Recording[]
  /** An answer with everything in it, in which tests put what does not belong there. */
  readonly hostile: { readonly whole: Json; readonly stream: readonly Json[] }
  /** Objects as the events of a stream. */
  readonly sse: (objects: readonly Json[]) => Buffer
}

/** Events without a name, and what follows the last. */
export const sseOf =
  (last: string) =>
  (objects: readonly Json[]): Buffer =>
    Buffer.from(objects.map((one) => `data: ${JSON.stringify(one)}\n\n`).join('') + last)

/** A server on a free port of this machine that answers each request with the next of some replies. */
export async function serve(replies: readonly { readonly body: Buffer; readonly isStream: boolean; readonly status?: number }[]) {
  const waiting = [...replies]
  const server = createServer((request, response) => {
    request.resume()
    request.on('end', () => {
      const reply = waiting.shift()
      response.writeHead(reply?.status ?? 200, { 'content-type': reply?.isStream === true ? 'text/event-stream' : 'application/json' })
      response.end(reply?.body)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async (): Promise<void> => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** Replaces one value somewhere inside some JSON; `path` picks the way down. */
export function mutate(value: Json, path: readonly number[], other: Json): Json {
  const [step, ...rest] = path
  if (step === undefined || typeof value !== 'object' || value === null) return other
  const names = Object.keys(value)
  const name = names[step % Math.max(1, names.length)]
  if (name === undefined) return other
  if (Array.isArray(value)) return value.map((inner: Json, index) => (String(index) === name ? mutate(inner, rest, other) : inner))
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, key === name ? mutate(inner as Json, rest, other) : inner]))
}

/** JSON that nobody expects. */
export const hostileJson = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>,
  fc.constantFrom<Json>(null, true, -1, 1e308, 2 ** 53, '', '\ud800', [], {}, [null], [[]], { type: null }, 'x'.repeat(10_000)),
  fc.constant(JSON.parse('{"__proto__":{"type":"text"},"constructor":1,"toString":[]}') as Json),
  fc.integer({ min: 65, max: 3_000 }).map((depth) => JSON.parse('['.repeat(depth) + ']'.repeat(depth)) as Json),
)
