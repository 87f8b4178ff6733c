// Guarantee: the numbers that a tool is called with arrive digit by digit as they were written, whoever speaks what on either side.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { Adapter } from './adapter.ts'
import { ADAPTERS } from './adapters.ts'
import { type JsonObject, PROTOCOL_NAMES, type ProtocolName } from './call.ts'
import { makeLosses } from './loss.ts'
import { contextOf, readAll, writeAll } from './testing.ts'

const ADDRESS = { model: 'm', isStream: false }
const adapterOf = (name: ProtocolName): Adapter => ADAPTERS[name] ?? assert.fail(`no adapter for ${name}`)

const digits = (least: number, most: number) =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: least, maxLength: most }).map((all) => all.join(''))
const whole = digits(1, 40).map((all) => all.replace(/^0+(?=\d)/, ''))
const fraction = digits(1, 40).map((all) => `.${all}`)
const power = fc.tuple(fc.constantFrom('e', 'E'), fc.constantFrom('', '+', '-'), digits(1, 3)).map((all) => all.join(''))
/** A number as somebody may spell it. */
const number = fc.oneof(
  fc
    .tuple(fc.constantFrom('', '-'), whole, fc.oneof(fc.constant(''), fraction), fc.oneof(fc.constant(''), power))
    .map((all) => all.join('')),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }).map(String),
  fc.constantFrom(
    '1.0',
    '1e400',
    '-1E+400',
    '-0',
    '0.1e1',
    '9007199254740993',
    '9223372036854775807',
    '18446744073709551615',
    '1e-400',
    '0.0',
  ),
  fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer()).map((value) => JSON.stringify(value)),
)
/** Keys with an escape are read by another reader; names of digits would go first. */
const key = fc.oneof(
  fc.constantFrom('"user_id"', '"us\\u0065r"', '"input"', '"args"', '"response"', '"a\\"input"', '"usage"', '"type"'),
  fc.string().map((name) => JSON.stringify(`k${name}`)),
)
const text = fc.oneof(
  fc.string().map((one) => JSON.stringify(one)),
  fc.constantFrom('"1.0"', '"\\\\"', '"\\"input\\":{\\"a\\":1.0"', '"}"'),
)
const space = fc.constantFrom('', ' ')
const { object } = fc.letrec<{ value: string; object: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    number,
    text,
    fc.constantFrom('true', 'null'),
    fc.array(tie('value'), { maxLength: 4 }).map((all) => `[${all.join(',')}]`),
    tie('object'),
  ),
  object: fc
    .uniqueArray(fc.tuple(key, space, tie('value')), { maxLength: 4, selector: ([name]) => JSON.parse(name) as string })
    .map((all) => `{${all.map(([name, gap, inner]) => `${name}${gap}:${gap}${inner}`).join(',')}}`),
}))

const TEXT = /"(?:[^"\\]|\\.)*"/g
/** The numbers of JSON as they are spelled. */
const numbersOf = (json: string): readonly string[] => json.replace(TEXT, '').match(/-?\d[\d.eE+-]*/g) ?? []

/** The object that follows the last of some words in JSON, as it is spelled. */
function objectAfter(json: string, words: string): string {
  const from = json.indexOf(words) + words.length
  assert.ok(from >= words.length, `no ${words} in ${json}`)
  const plain = json.slice(from).replace(TEXT, (one) => '"'.repeat(one.length))
  let depth = 0
  for (let at = 0; at < plain.length; at += 1) {
    if (plain[at] === '{') depth += 1
    if (plain[at] === '}') depth -= 1
    if (depth === 0) return json.slice(from, from + at + 1)
  }
  return assert.fail(`no end of ${words}`)
}

/** What one protocol makes of a call of a tool, without any of our code: `args` is the text of an object, `pad` a text beside it. */
type Wire = {
  readonly request: (args: string, pad: string) => string
  readonly reply: (args: string, pad: string) => string
  /** Objects of a stream, as text; the arguments come in the pieces that are given. */
  readonly stream: (pieces: readonly string[]) => readonly string[]
  /** The arguments in what was written. */
  readonly inRequest: (body: string) => string
  readonly inReply: (body: string) => string
  readonly inStream: (events: readonly string[]) => string
}

const quoted = (one: string): string => JSON.stringify(one)
type Told = Record<string, unknown>
const told = (json: string): JsonObject & Told => JSON.parse(json) as JsonObject & Told
/** The text at a place; none where there is no text. */
function textAt(object: unknown, ...path: readonly (string | number)[]): string {
  const found = path.reduce<unknown>((inner, name) => (inner as Told | undefined)?.[name], object)
  return typeof found === 'string' ? found : ''
}

const chatCall = (args: string): string => `[{"index":0,"id":"c1","type":"function","function":{"name":"f","arguments":${quoted(args)}}}]`
const chat: Wire = {
  request: (args, pad) =>
    `{"model":"m","messages":[{"role":"user","content":${quoted(pad)}},{"role":"assistant","content":null,"tool_calls":${chatCall(args)}},{"role":"tool","tool_call_id":"c1","content":"ok"}]}`,
  reply: (args, pad) =>
    `{"id":"r","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":${quoted(pad)},"tool_calls":${chatCall(args)}},"finish_reason":"tool_calls"}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}`,
  stream: (pieces) => [
    ...pieces.map(
      (piece) => `{"id":"r","model":"m","choices":[{"index":0,"delta":{"tool_calls":${chatCall(piece)}},"finish_reason":null}]}`,
    ),
    '{"id":"r","model":"m","choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}',
  ],
  inRequest: (body) => textAt(told(body), 'messages', 1, 'tool_calls', 0, 'function', 'arguments'),
  inReply: (body) => textAt(told(body), 'choices', 0, 'message', 'tool_calls', 0, 'function', 'arguments'),
  inStream: (events) => events.map((one) => textAt(told(one), 'choices', 0, 'delta', 'tool_calls', 0, 'function', 'arguments')).join(''),
}

const responseCall = (args: string): string =>
  `{"type":"function_call","id":"fc_1","call_id":"c1","name":"f","arguments":${quoted(args)},"status":"completed"}`
const outputs = (items: string): string =>
  `{"id":"r","object":"response","model":"m","status":"completed","created_at":1.0,"output":[${items}]}`
const argumentsOf = (items: unknown): string =>
  String((items as readonly Told[]).find((item) => item['type'] === 'function_call')?.['arguments'])
const responses: Wire = {
  request: (args, pad) =>
    `{"model":"m","temperature":1.0,"input":[{"role":"user","content":${quoted(pad)}},${responseCall(args)},{"type":"function_call_output","call_id":"c1","output":"ok"}]}`,
  reply: (args, pad) =>
    outputs(
      `{"type":"message","role":"assistant","content":[{"type":"output_text","text":${quoted(pad)},"annotations":[]}]},${responseCall(args)}`,
    ),
  stream: (pieces) => [
    `{"type":"response.output_item.added","output_index":0,"item":${responseCall('')}}`,
    ...pieces.map(
      (piece) => `{"type":"response.function_call_arguments.delta","output_index":0,"item_id":"fc_1","delta":${quoted(piece)}}`,
    ),
    `{"type":"response.output_item.done","output_index":0,"item":${responseCall(pieces.join(''))}}`,
    `{"type":"response.completed","response":${outputs('')}}`,
  ],
  inRequest: (body) => argumentsOf(told(body)['input']),
  inReply: (body) => argumentsOf(told(body)['output']),
  inStream: (events) =>
    events.map((one) => (told(one)['type'] === 'response.function_call_arguments.delta' ? textAt(told(one), 'delta') : '')).join(''),
}

const toolUse = (args: string): string => `{"type":"tool_use","id":"t1","name":"f","input" : ${args}}`
const messages: Wire = {
  request: (args, pad) =>
    `{"model":"m","max_tokens":9,"temperature":1.0,"messages":[{"role":"user","content":${quoted(pad)}},{"role":"assistant","content":[${toolUse(args)}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":"ok"}]}]}`,
  reply: (args, pad) =>
    `{"id":"r","type":"message","role":"assistant","model":"m","content":[{"type":"text","text":${quoted(pad)}},${toolUse(args)}],"stop_reason":"tool_use","stop_sequence":null,"usage":{"input_tokens":1,"output_tokens":1}}`,
  stream: (pieces) => [
    '{"type":"message_start","message":{"id":"r","model":"m","usage":{"input_tokens":1,"output_tokens":1}}}',
    // A provider of its own may tell all of the input at once.
    `{"type":"content_block_start","index":0,"content_block":${toolUse(pieces.length === 1 ? (pieces[0] ?? '') : '{}')}}`,
    ...(pieces.length === 1 ? [] : pieces).map(
      (piece) => `{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":${quoted(piece)}}}`,
    ),
    '{"type":"content_block_stop","index":0}',
    '{"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"output_tokens":1}}',
    '{"type":"message_stop"}',
  ],
  inRequest: (body) => objectAfter(body, '"input":'),
  inReply: (body) => objectAfter(body, '"input":'),
  inStream: (events) => events.map((one) => textAt(told(one), 'delta', 'partial_json')).join(''),
}

const functionCall = (args: string): string => `{"functionCall":{"name":"f","args": ${args}}}`
const geminiReply = (parts: string, end: string): string =>
  `{"candidates":[{"content":{"role":"model","parts":[${parts}]},"index":0${end}}],"usageMetadata":{"promptTokenCount":1,"candidatesTokenCount":1,"totalTokenCount":2},"modelVersion":"m","responseId":"r"}`
const gemini: Wire = {
  request: (args, pad) =>
    `{"contents":[{"role":"user","parts":[{"text":${quoted(pad)}}]},{"role":"model","parts":[${functionCall(args)}]},{"role":"user","parts":[{"functionResponse":{"name":"f","response":{"output":"ok"}}}]}],"generationConfig":{"temperature":1.0}}`,
  reply: (args, pad) => geminiReply(`{"text":${quoted(pad)}},${functionCall(args)}`, ',"finishReason":"STOP"'),
  stream: (pieces) => [geminiReply(functionCall(pieces.join('')), ',"finishReason":"STOP"')],
  inRequest: (body) => objectAfter(body, '"args":'),
  inReply: (body) => objectAfter(body, '"args":'),
  inStream: (events) => objectAfter(events.join(''), '"args":'),
}

const WIRES: Readonly<Record<ProtocolName, Wire>> = {
  'openai-chat': chat,
  'openai-responses': responses,
  'anthropic-messages': messages,
  gemini,
}

/** Pieces of a text, cut anywhere. */
const cut = (whole: string, cuts: readonly number[]): readonly string[] => {
  const places = [0, ...cuts.map((one) => one % (whole.length + 1)).toSorted((a, b) => a - b), whole.length]
  return places.slice(1).map((to, index) => whole.slice(places[index], to))
}
const eventsIn = (body: string): readonly string[] =>
  body.split(/\r?\n/).flatMap((line) => (line.startsWith('data: {') ? [line.slice('data: '.length)] : []))

for (const source of PROTOCOL_NAMES) {
  for (const target of PROTOCOL_NAMES) {
    describe(`${source} to ${target}`, () => {
      const [from, to] = [WIRES[source], WIRES[target]]
      // What is longer is read as it comes.
      const pad = fc.oneof({ weight: 9, arbitrary: fc.constant('Hi') }, { weight: 1, arbitrary: fc.constant('x'.repeat(70_000)) })
      test('a call in a request', () => {
        fc.assert(
          fc.property(object, pad, (args, beside) => {
            const losses = makeLosses()
            const call = adapterOf(source).readRequest(Buffer.from(from.request(args, beside)), ADDRESS)
            const written = adapterOf(target).writeRequest(call, { model: 'up', losses, outputMax: 9 })
            assert.deepEqual(numbersOf(to.inRequest(written)), numbersOf(args))
            assert.equal(JSON.stringify(JSON.parse(to.inRequest(written))), JSON.stringify(JSON.parse(args)))
          }),
          { numRuns: 150 },
        )
      })
      test('a call in a whole reply', () => {
        fc.assert(
          fc.property(object, pad, (args, beside) => {
            const events = readAll(adapterOf(source).readWhole(), Buffer.from(from.reply(args, beside)), [7, 70_100])
            const written = writeAll(adapterOf(target).writeWhole(contextOf(target)), events).toString()
            assert.deepEqual(numbersOf(to.inReply(written)), numbersOf(args))
          }),
          { numRuns: 150 },
        )
      })
      test('a call in a stream', () => {
        fc.assert(
          fc.property(object, fc.array(fc.nat(), { maxLength: 3 }), (args, cuts) => {
            const sent = from
              .stream(cut(args, cuts))
              .map((one) => `data: ${one}\n\n`)
              .join('')
            const events = readAll(adapterOf(source).readStream(), Buffer.from(sent))
            const written = writeAll(adapterOf(target).writeStream(contextOf(target)), events).toString()
            assert.deepEqual(numbersOf(to.inStream(eventsIn(written))), numbersOf(args))
          }),
          { numRuns: 150 },
        )
      })
    })
  }
}

test('what a function of Gemini gave keeps its numbers too', () => {
  const body = `{"contents":[{"role":"user","parts":[{"text":"Hi"}]},{"role":"model","parts":[${functionCall('{}')}]},{"role":"user","parts":[{"functionResponse":{"name":"f","response":{"id":18446744073709551615,"at":1.0}}}]}]}`
  const call = adapterOf('gemini').readRequest(Buffer.from(body), ADDRESS)
  for (const target of PROTOCOL_NAMES) {
    const written = adapterOf(target).writeRequest(call, { model: 'up', losses: makeLosses(), outputMax: 9 })
    assert.match(written, /id\\?":18446744073709551615,\\?"at\\?":1\.0}/, target)
  }
})

test('numbers that are read are numbers, however they are spelled', () => {
  const body = '{"model":"m","max_tokens":10.0,"temperature":1e0,"messages":[{"role":"user","content":"Hi"}]}'
  const { outputMax, temperature } = adapterOf('anthropic-messages').readRequest(Buffer.from(body))
  assert.deepEqual([outputMax, temperature], [10, 1])
})
