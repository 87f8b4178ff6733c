import { crc32 } from 'node:zlib'
import { type SeededRandom, type SimProtocol, seededRandom } from '../../../../sim/index.ts'
import { type ReplyReader, SseScanner } from '../../../../src/protocols/index.ts'
import { isSameUsage, SPOKEN_PROTOCOLS } from '../../../streams.ts'
import { type FuzzTarget, rule } from '../target.ts'

const LINE_ENDS = ['\n', '\n', '\n', '\r\n', '\r'] as const
const PROTOCOLS = ['openai', 'openai-responses', 'anthropic', 'gemini'] as const
/** Payloads that readers of replies look into. */
const PAYLOADS = [
  ...['', ' ', 'x', '[DONE]', '{}', '{"error":{"message":"full","type":"overloaded_error"}}', 'null', '[]', '{"a":'],
  '{"id":"c","model":"m","choices":[{"index":0,"delta":{"content":"a fare"},"finish_reason":null}]}',
  '{"id":"c","model":"m","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"t","function":{"name":"f","arguments":"{}"}}]}}]}',
  '{"id":"c","choices":[],"usage":{"prompt_tokens":9,"completion_tokens":12,"prompt_tokens_details":{"cached_tokens":4}}}',
  '{"type":"message_start","message":{"id":"m","model":"m","usage":{"input_tokens":25,"output_tokens":1}}}',
  '{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}',
  '{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"é渡\\u00e9"}}',
  '{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":15}}',
  '{"type":"message_stop"}',
  '{"type":"response.created","response":{"id":"r","model":"m","output":[]}}',
  '{"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":"fare"}',
  '{"type":"response.completed","response":{"id":"r","usage":{"input_tokens":37,"output_tokens":11}}}',
  '{"candidates":[{"content":{"parts":[{"text":"a fare"}],"role":"model"},"index":0}],"modelVersion":"m"}',
  '{"candidates":[{"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":7,"candidatesTokenCount":5,"thoughtsTokenCount":3}}',
] as const
/** The longest event that the second scanner keeps. */
const SHORT_MAX = 96
/** Times that a stream goes through the scanner: whole, cut, and cut with little memory. */
const FEEDS = 3
/** Readers of replies count tokens, which takes a hundred times as long as finding events. */
const REPLY_ONE_IN = 24

/** Streams of events: the scanner against a reading of the standard's own words, cut anywhere; and the readers of replies that stand on it. */
export const sseTarget: FuzzTarget = {
  dictionary: [
    'data',
    'data:',
    'data: ',
    'event: x',
    'id: 1',
    'retry: 5',
    ':',
    '\n',
    '\r',
    '\r\n',
    '\n\n',
    '\r\r',
    '\uFEFF',
    '\xef\xbb\xbf',
    ...PAYLOADS,
  ],
  bytesMax: 16_384,
  make: makeStream,
  read: (input) => {
    const random = seededRandom(crc32(input))
    const told = scanned(input, [])
    sameEvents(told, plainlyRead(input))
    const cuts = cutsOf(input, random)
    sameEvents(scanned(input, cuts), told)
    fewerEvents(scanned(input, cuts, SHORT_MAX), told)
    if (random.below(REPLY_ONE_IN) === 0) sameReply(random.pick(PROTOCOLS), { input, cuts })
    return Math.max(1, FEEDS * told.length)
  },
}

function makeStream(random: SeededRandom): Buffer {
  const end = random.pick(LINE_ENDS)
  const lines: string[] = random.below(8) === 0 ? ['\uFEFF'] : []
  for (let left = 1 + random.below(random.below(4) === 0 ? 80 : 8); left > 0; left -= 1) {
    if (random.below(2) === 0) lines.push(`event: ${random.pick(['message', 'ping', 'response.completed', 'message_delta'])}${end}`)
    if (random.below(8) === 0) lines.push(`: kept alive${end}`)
    for (let more = random.below(6) === 0 ? 2 : 1; more > 0; more -= 1)
      lines.push(`data:${random.pick(['', ' ', '  '])}${random.pick(PAYLOADS)}${end}`)
    lines.push(random.below(10) === 0 ? random.pick(LINE_ENDS) : end)
  }
  return Buffer.from(lines.join(''))
}

/** An event: its data as bytes, and where it stands. */
type Told = { readonly data: string; readonly start: number; readonly end: number }

/** Where a stream is cut: nowhere else but at a few places, or after every byte. */
function cutsOf(input: Buffer, random: SeededRandom): readonly number[] {
  if (input.length < 400 && random.below(4) === 0) return Array.from(input, (_, at) => at)
  return Array.from({ length: random.below(6) }, () => random.below(input.length + 1)).toSorted((one, other) => one - other)
}

/** A stream in pieces, each in memory of its own, which is overwritten once it was read. */
function inPieces(input: Buffer, cuts: readonly number[], take: (piece: Buffer) => void): void {
  let from = 0
  for (const to of [...cuts, input.length]) {
    const piece = Buffer.from(input.subarray(from, to))
    take(piece)
    piece.fill(0x7e)
    from = to
  }
}

function scanned(input: Buffer, cuts: readonly number[], eventBytesMax?: number): readonly Told[] {
  const told: Told[] = []
  const scanner = new SseScanner(
    ({ bytes, from, to, start, end }) => told.push({ data: bytes.toString('latin1', from, to), start, end }),
    eventBytesMax,
  )
  inPieces(input, cuts, (piece) => {
    scanner.push(piece)
    rule((scanner.unfinished?.length ?? 0) <= (eventBytesMax ?? Number.POSITIVE_INFINITY), 'more is kept than may be')
    rule(scanner.eventStart <= scanner.total, 'an event begins after what has come')
  })
  scanner.end()
  rule(scanner.total === input.length, 'bytes were not counted')
  return told
}

function sameEvents(told: readonly Told[], others: readonly Told[]): void {
  rule(told.length === others.length, 'another number of events')
  for (const [index, { data, start, end }] of told.entries()) {
    const other = others[index]
    rule(other?.data === data, 'other data')
    rule(other.start === start && other.end === end, 'another place')
  }
}

/** With little memory long events are not told; all others are, and nothing else. */
function fewerEvents(fewer: readonly Told[], all: readonly Told[]): void {
  const left = all.filter(({ start, end }) => end - start <= SHORT_MAX || fewer.some((one) => one.start === start))
  sameEvents(fewer, left)
}

/**
 * The events by the standard's own words: lines first, then fields; and, as we tell it, a last one without its blank line. Source:
 * https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation (2026-11).
 */
function plainlyRead(input: Buffer): readonly Told[] {
  const text = input.toString('latin1')
  const told: Told[] = []
  let [start, data] = [0, undefined as string | undefined]
  const finish = (end: number): void => {
    if (data !== undefined) told.push({ data, start, end })
    start = end
    data = undefined
  }
  for (const { 0: whole, 1: line = '', index } of text.matchAll(/([^\r\n]*)(?:\r\n|\r|\n|$)/g)) {
    const at = index + whole.length
    const field = index === 0 ? line.replace(/^\xef\xbb\xbf/, '') : line
    if (line === '' && whole !== '') finish(at)
    else if (field === 'data' || field.startsWith('data:')) {
      const value = field.slice(5).replace(/^ /, '')
      data = data === undefined ? value : `${data}\n${value}`
    }
  }
  finish(text.length)
  return told
}

type Cut = { readonly input: Buffer; readonly cuts: readonly number[] }

/** A reader of replies passes a stream on as it came, and makes the same of it however it was cut. */
function sameReply(spoken: SimProtocol, { input, cuts }: Cut): void {
  const [whole, inParts] = [[], cuts].map((at) => {
    const reader = SPOKEN_PROTOCOLS[spoken].readReply({ isStream: true, removesUsage: false })
    const out: Buffer[] = []
    inPieces(input, at, (piece) => out.push(Buffer.from(reader.push(piece))))
    out.push(Buffer.from(reader.end()))
    rule(Buffer.concat(out).equals(input), `${spoken}: what goes out is not what came`)
    return reader
  }) as unknown as readonly [ReplyReader, ReplyReader]
  rule(isSameUsage(whole.usage(), inParts.usage()), `${spoken}: another usage when cut`)
  rule(whole.isComplete() === inParts.isComplete(), `${spoken}: complete in one way of cutting alone`)
  rule(whole.countedOutput() === inParts.countedOutput(), `${spoken}: another count of what was made`)
  rule(whole.isUsageSuspect() === inParts.isUsageSuspect(), `${spoken}: suspect in one way of cutting alone`)
}
