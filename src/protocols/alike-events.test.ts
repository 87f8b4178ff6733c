// Guarantee: what is known of a stream is the same whether its events are read each for itself or as the last one again, whatever they are.
import assert from 'node:assert/strict'
import { describe, mock, test } from 'node:test'
import fc from 'fast-check'
import { NO_USAGE } from '../spec/index.ts'
import { PROTOCOLS } from './index.ts'
import { JsonScanner } from './json-scanner.ts'
import type { ProtocolId } from './protocol.ts'
import { knownBy } from './testing.ts'

/** Makes an event of a text and a number; several of one shape are alike. */
type Shape = (text: string, number: number) => object | string

const chunk = (choice: object, more: object = {}) => ({ id: 'c1', created: 7, model: 'm', choices: [choice], usage: null, ...more })
const CHAT: readonly Shape[] = [
  (text, number) => chunk({ index: 0, delta: { content: text } }, { obfuscation: 'x'.repeat(number) }),
  (text) => chunk({ index: 0, delta: { content: text }, finish_reason: null }),
  (text) => ({ obfuscation: text, ...chunk({ index: 0, delta: { tool_calls: [{ index: 0, function: { arguments: text } }] } }) }),
  (text) => chunk({ delta: { content: '', reasoning: text, reasoning_details: [{ type: 'reasoning.text', text }] } }),
  (text) => chunk({ delta: { content: text }, logprobs: { content: [{ token: text, logprob: -0.5 }] } }),
  (text) => chunk({ delta: { content: text }, message: { content: text } }),
  (text) => chunk({ delta: text, message: text }),
  (text) => chunk({ delta: { audio: { data: Buffer.from(text).toString('base64'), transcript: text } } }),
  (text, number) => chunk({ index: number, delta: { content: text } }),
  (text, number) => chunk({ delta: { content: text } }, { service_tier: number % 2 === 0 ? 'default' : 'flex' }),
  (text, number) => chunk({ delta: { content: text } }, { usage: { prompt_tokens: 3, completion_tokens: number } }),
  (text) => ({ ...chunk({ delta: { content: text } }), model: text }),
  (_, number) => ({ ...chunk({}), choices: [], usage: { prompt_tokens: 3, completion_tokens: number } }),
  (text, number) => ({ ...chunk({}), choices: [], usage: { prompt_tokens: 3, completion_tokens: number }, obfuscation: text }),
  () => '[DONE]',
]
const block = (delta: object, more: object = {}) => ({ type: 'content_block_delta', index: 0, delta, ...more })
const ANTHROPIC: readonly Shape[] = [
  (text) => block({ type: 'text_delta', text }),
  (text) => block({ type: 'thinking_delta', thinking: text }),
  (text) => block({ type: 'input_json_delta', partial_json: text }),
  (text) => block({ text, stop_reason: text }),
  (text, number) => block({ text }, { usage: { output_tokens: number } }),
  (text, number) => block({ text }, { message: { model: text, usage: { output_tokens: number } } }),
  (text) => ({ type: 'ping', delta: { text } }),
  (_, index) => ({ type: 'content_block_start', index, content_block: { type: 'text', text: '' } }),
  (text, index) => ({ type: 'content_block_stop', index, delta: { text } }),
  (text, number) => ({ type: 'message_delta', delta: { stop_reason: text }, usage: { output_tokens: number } }),
  (text) => ({ type: 'message_stop', delta: { text } }),
]
const made = (delta: unknown, more: object = {}) => ({ type: 'response.output_text.delta', item_id: 'i', output_index: 0, delta, ...more })
const RESPONSES: readonly Shape[] = [
  (text, number) => made(text, { sequence_number: number, logprobs: [], obfuscation: 'x'.repeat(number) }),
  (text, number) => ({ sequence_number: number, ...made(text) }),
  (text, number) => made(text, { sequence_number: [1, 0.5, null, {}][number % 4] }),
  (text, number) => JSON.stringify(made(text, { sequence_number: 0 })).replace(/0}$/, `${['1', '01', '-1', '', '1e1'][number % 5]}}`),
  (text, number) => made(text, { sequence_number: String(number) }),
  (text) => made(text, { logprobs: [{ token: text }] }),
  (text, number) => made(text, { response: { id: 'r', model: text, usage: { input_tokens: 3, output_tokens: number } } }),
  (text, number) => made({ text }, { sequence_number: number }),
  (text) => ({ ...made(text), type: 'response.function_call_arguments.delta' }),
  (text) => ({ ...made(text), type: 'response.audio.delta' }),
  (text, number) => ({ ...made(text), type: 'response.completed', response: { usage: { input_tokens: 3, output_tokens: number } } }),
  (text) => ({ ...made(text), type: 'error' }),
]
const SHAPES: Readonly<Partial<Record<ProtocolId, readonly Shape[]>>> = {
  'openai-chat': CHAT,
  'anthropic-messages': ANTHROPIC,
  'openai-responses': RESPONSES,
}

const TEXT = fc.oneof(
  fc.constantFrom(' word', 'a', '', '\n', '"', '\\', 'é', '😀', '\ud83d', '\0', '12', 'two words', 'x'.repeat(1_100)),
  fc.string({ maxLength: 5 }),
)
/** What may come in the place of a byte of an event, or before it. */
const ODD = fc.constantFrom('', '"', '\\', '{', '}', ',', ':', '0', '1', '.', 'e', '\n', '\r', '\n\n', '\0', '\\u00e', '\ufeff', 'data')
const FAULT = fc.option(fc.record({ isInText: fc.boolean(), at: fc.nat(400), length: fc.nat(1), odd: ODD }), { freq: 4 })
const BEFORE = fc.constantFrom('', '', '', 'event: x\n', ': note\r\n', 'data: 1\n', '\ufeff')
const PART = fc.record({ text: TEXT, number: fc.constantFrom(0, 1, 1, 2, 3, 10), before: BEFORE, fault: FAULT })

/** Some events, one string each: runs of one shape, of which some have a fault. */
const eventsOf = (shapes: readonly Shape[]) =>
  fc
    .array(
      fc.record({
        shape: fc.constantFrom(...shapes),
        parts: fc.array(PART, { minLength: 1, maxLength: 5 }),
        end: fc.constantFrom('\n', '\n', '\n', '\r\n', '\r'),
      }),
      { maxLength: 4 },
    )
    .map((runs) =>
      runs.flatMap(({ shape, parts, end }) =>
        parts.map(({ text, number, before, fault }) => {
          const payload = shape(text, number)
          const event = `${before}data: ${typeof payload === 'string' ? payload : JSON.stringify(payload)}${end}${end}`
          if (fault === null) return event
          const at = fault.isInText ? event.indexOf(JSON.stringify(text)) + 1 : fault.at % event.length
          return event.slice(0, at) + fault.odd + event.slice(at + fault.length)
        }),
      ),
    )

const STOP = { requestId: 'r', choices: 1, usage: NO_USAGE, wantsUsage: true }

/** All that a reader knows after each of some parts, and what it let pass. */
function read(id: ProtocolId, parts: readonly Buffer[]) {
  const reader = PROTOCOLS[id].readReply({ isStream: true, removesUsage: true })
  const passed = parts.map((part) => reader.push(Buffer.from(part)).toString('latin1'))
  const stop = reader.stopAtLength(Buffer.alloc(0), STOP).toString()
  passed.push(reader.end().toString('latin1'))
  const { leastOutput, countedMedia, endsItself } = reader
  return { ...knownBy(reader), least: leastOutput(), media: countedMedia?.(), endsItself, stop, passed: passed.join('') }
}

const cutAt = (bytes: Buffer, places: readonly number[]): readonly Buffer[] => {
  const at = [0, ...places.map((place) => place % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length]
  return at.slice(1).map((end, index) => bytes.subarray(at[index], end))
}

for (const [id, shapes] of Object.entries(SHAPES) as readonly (readonly [ProtocolId, readonly Shape[]])[])
  describe(id, () => {
    test('as if each event was read for itself, wherever the stream is cut', () => {
      fc.assert(
        fc.property(eventsOf(shapes), fc.array(fc.nat(3_000), { maxLength: 6 }), (events, places) => {
          const bytes = Buffer.from(events.join(''))
          const wanted = read(id, cutAt(bytes, [...bytes.keys()]))
          const whole = events.map((event) => Buffer.from(event))
          const inTwo = events.flatMap((event) => cutAt(Buffer.from(event), [event.indexOf('\n') + 1]))
          for (const parts of [whole, inTwo, [bytes], cutAt(bytes, places)]) assert.deepEqual(read(id, parts), wanted)
        }),
        { numRuns: 1_500 },
      )
    })

    test('the usual ones are not scanned each, whatever their text is', () => {
      const [usual] = shapes
      const texts = [' word', '\n\n', '"é"', 'x', '', '\u0001', '中'].flatMap((text) => Array.from({ length: 7 }, () => text))
      const parts = texts.map((text, index) => Buffer.from(`data: ${JSON.stringify(usual?.(text, index))}\n\n`))
      const scan = mock.method(JsonScanner.prototype, 'push')
      const { countedOutput } = read(id, parts)
      assert.ok(scan.mock.callCount() <= 3, `${scan.mock.callCount()} scans of ${parts.length} events`)
      scan.mock.restore()
      assert.equal(countedOutput, read(id, cutAt(Buffer.concat(parts), [...Buffer.concat(parts).keys()])).countedOutput)
    })

    test('where none is alike each is scanned, and after a while none is kept', () => {
      const parts = Array.from({ length: 40 }, (_, index) =>
        Buffer.from(`: ${index}\ndata: ${JSON.stringify(shapes[0]?.('a', index))}\n\n`),
      )
      const copy = mock.method(Buffer.prototype, 'copy')
      read(id, parts)
      const copies = copy.mock.callCount()
      copy.mock.restore()
      assert.ok(copies < 4 * 20, `${copies} copies`)
    })
  })
