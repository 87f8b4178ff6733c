/** The one model every proxy is asked for; the upstream answers with the same name. */
export const BENCH_MODEL = 'gpt-4o-mini'

/** Which body a measurement sends. */
export type BodyName = '1kb' | '30kb' | '1mb' | 'stream' | 'translated'

/** Bytes of the upstream's answer that is not streamed. */
export const ANSWER_BYTES = 610

/** Events of one streamed answer: role, deltas, finish, usage, [DONE]. */
export const STREAM_DELTAS = 100
/** Milliseconds between two events of a stream. */
export const STREAM_INTERVAL_MS = 20
/** Bytes of one delta event, as real providers send them. */
const DELTA_BYTES = 330

const WORDS = 'the fare is taken and the ride is forgotten by all who carried it along the "long" road\n'

/** Text of exactly `length` characters, the same on every run. */
const textOf = (length: number): string => WORDS.repeat(Math.ceil(length / WORDS.length)).slice(0, length)

/** The JSON body of a request, of 1,024 B, about 31 kB (21 messages), about 1 MB (an image in base64), or 1,024 B and streamed, of a chat or a message. */
export function requestBody(name: BodyName): Buffer {
  if (name === '30kb') return Buffer.from(JSON.stringify({ ...base(), messages: conversation() }))
  if (name === '1mb') return Buffer.from(JSON.stringify({ ...base(), messages: [image()] }))
  if (name === 'translated') return padded({ ...base(), stream: true })
  return padded(name === 'stream' ? { ...base(), stream: true, stream_options: { include_usage: true } } : base())
}

const base = () => ({ model: BENCH_MODEL, max_tokens: 200, temperature: 0.7 })

function padded(fields: object): Buffer {
  const of = (content: string) => JSON.stringify({ ...fields, messages: [{ role: 'user', content }] })
  return Buffer.from(of('x'.repeat(1024 - of('').length)))
}

const conversation = () => Array.from({ length: 21 }, (_, i) => ({ role: i % 2 === 0 ? 'user' : 'assistant', content: textOf(1430) }))

function image(): object {
  const bytes = Buffer.alloc(786_432)
  // A fixed linear congruential sequence: the same incompressible-looking bytes on every run.
  let state = 1
  for (let i = 0; i < bytes.length; i++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    bytes[i] = state >>> 24
  }
  const url = `data:image/png;base64,${bytes.toString('base64')}`
  return {
    role: 'user',
    content: [
      { type: 'text', text: 'What is this?' },
      { type: 'image_url', image_url: { url } },
    ],
  }
}

const USAGE = { prompt_tokens: 210, completion_tokens: STREAM_DELTAS, total_tokens: 210 + STREAM_DELTAS }
const HEADER = { id: 'chatcmpl-bench0000000000000000000', created: 1_790_000_000, model: BENCH_MODEL, system_fingerprint: 'fp_bench00000' }

/** An OpenAI chat completion with usage, exactly ANSWER_BYTES long. */
export function answerBody(): Buffer {
  const of = (content: string) =>
    JSON.stringify({
      ...HEADER,
      object: 'chat.completion',
      choices: [{ index: 0, message: { role: 'assistant', content, refusal: null }, logprobs: null, finish_reason: 'stop' }],
      usage: USAGE,
    })
  return Buffer.from(of('x'.repeat(ANSWER_BYTES - of('').length)))
}

/** The events of a streamed answer, each with its HTTP/1.1 chunk framing; the usage event is there only when it was asked for. */
export function streamEvents(isUsageAsked: boolean): Buffer[] {
  const choice = (delta: object, finish: string | null) => [{ index: 0, delta, logprobs: null, finish_reason: finish }]
  const event = (choices: object[], more: object) => JSON.stringify({ ...HEADER, object: 'chat.completion.chunk', choices, ...more })
  const open = isUsageAsked ? { usage: null } : {}
  const delta = (obfuscation: string) => event(choice({ content: ' word' }, null), { ...open, obfuscation })
  const padding = 'x'.repeat(DELTA_BYTES - 'data: \n\n'.length - delta('').length)
  const events = [event(choice({ role: 'assistant', content: '' }, null), open)]
  for (let i = 0; i < STREAM_DELTAS; i++) events.push(delta(padding))
  events.push(event(choice({}, 'stop'), open))
  if (isUsageAsked) events.push(event([], { usage: USAGE }))
  events.push('[DONE]')
  return events.map(framed)
}

function framed(json: string): Buffer {
  const data = `data: ${json}\n\n`
  return Buffer.from(`${Buffer.byteLength(data).toString(16)}\r\n${data}\r\n`)
}
