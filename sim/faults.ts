import type { SimProtocol } from './request.ts'

/**
 * What a client should see: 'ok' the whole answer; 'partial' a beginning of it, then a well-formed end or error; 'error' no answer
 * but an error. `expects` is for streamed calls, `expectsUnstreamed` for the others.
 */
export type SimExpectation = 'error' | 'ok' | 'partial'

/** A fault as data: its name, which protocol knows it, what a client should see of it, and what the upstream does. */
export type SimFault = {
  readonly name: SimFaultName
  /** `both`: all of them; `openai`: its chat completions, and its responses too where it is the whole answer that is another. */
  readonly protocol: 'both' | 'openai' | 'anthropic'
  readonly expects: SimExpectation
  readonly expectsUnstreamed: SimExpectation
  readonly does: string
}

/** How a fault is carried out: on the bare socket, as another answer, as other frames, or only as another way to write. */
export type SimFaultGroup = 'socket' | 'answer' | 'frames' | 'writing'

type Row = readonly [SimFaultGroup, SimFault['protocol'], SimExpectation, SimExpectation, string]

const ROWS = {
  // on the bare socket, before or instead of a proper answer
  'hang-before-headers': ['socket', 'both', 'error', 'error', 'takes the request and never answers'],
  'reset-before-headers': ['socket', 'both', 'error', 'error', 'TCP reset before any byte'],
  'close-before-headers': ['socket', 'both', 'error', 'error', 'closes before any byte'],
  'hang-mid-headers': ['socket', 'both', 'error', 'error', 'half a header block, then silence'],
  'many-headers': ['socket', 'both', 'error', 'error', '100,000 headers (faultMax)'],
  'continue-loop': ['socket', 'both', 'error', 'error', '100 Continue without end (64 MiB, faultMax)'],
  'http-0.9': ['socket', 'both', 'error', 'error', 'a body without a status line'],
  'chunked-garbage': ['socket', 'both', 'error', 'error', 'chunked encoding whose first chunk size is no number'],
  'chunked-garbage-later': ['socket', 'both', 'partial', 'error', 'one proper chunk, then a chunk size that is no number'],
  'content-length-too-long': ['socket', 'both', 'partial', 'error', 'says 1,000 bytes more than it sends, then closes'],
  'content-length-too-short': ['socket', 'both', 'partial', 'error', 'says half of what it sends'],
  'content-length-twice': ['socket', 'both', 'error', 'error', 'two different lengths'],
  'gzip-bomb': ['socket', 'both', 'error', 'error', 'gzip that nobody asked for and that grows to 1 GiB (faultMax)'],
  'endless-line': ['socket', 'both', 'partial', 'error', 'one line that never ends (64 MiB, faultMax)'],
  'one-byte-per-second': ['writing', 'both', 'partial', 'error', 'the body at one byte per second (splitDelayMs)'],
  // another answer
  'html-502': ['answer', 'both', 'error', 'error', '502 with a page of HTML'],
  'html-200': ['answer', 'both', 'error', 'error', '200 with a page of HTML'],
  'empty-200': ['answer', 'both', 'error', 'error', '200 without a body'],
  'status-204': ['answer', 'both', 'error', 'error', '204'],
  'limited-429': ['answer', 'both', 'error', 'error', '429, Retry-After 7'],
  'limited-429-negative': ['answer', 'both', 'error', 'error', '429, Retry-After -1'],
  'limited-429-huge': ['answer', 'both', 'error', 'error', '429, Retry-After 1000000000000'],
  'limited-429-date': ['answer', 'both', 'error', 'error', '429, Retry-After as a date of 1994'],
  'quota-429': ['answer', 'openai', 'error', 'error', '429 insufficient_quota: the operator is out of money'],
  'error-500-echo': ['answer', 'both', 'error', 'error', '500 whose message repeats the last user message'],
  'overloaded-503': ['answer', 'openai', 'error', 'error', '503'],
  'overloaded-529': ['answer', 'anthropic', 'error', 'error', '529 overloaded_error'],
  'unauthorized-401': ['answer', 'both', 'error', 'error', '401: the operator key is wrong'],
  'balance-402': ['answer', 'both', 'error', 'error', '402: the operator is out of money'],
  'invalid-400': ['answer', 'both', 'error', 'error', '400 that names a field and repeats the last user message'],
  'model-404': ['answer', 'both', 'error', 'error', '404 for the model'],
  'redirect-302': ['answer', 'both', 'error', 'error', '302 to /redirected on the same upstream'],
  'prompt-in-header': ['answer', 'both', 'ok', 'ok', 'a proper answer with the last user message in a header'],
  // other frames
  'hang-mid-stream': ['frames', 'both', 'partial', 'error', 'silence after some output'],
  'reset-mid-stream': ['frames', 'both', 'partial', 'error', 'TCP reset after some output'],
  'cut-after': ['frames', 'both', 'partial', 'error', 'closes after some output'],
  'half-close': ['frames', 'both', 'partial', 'error', 'closes its direction only after some output'],
  'reset-after-last-token': ['frames', 'both', 'partial', 'error', 'TCP reset after all output, before finish and usage'],
  'hang-after-done': ['frames', 'both', 'ok', 'ok', 'everything sent, the connection never ended'],
  'endless-events': ['frames', 'both', 'partial', 'error', 'output without end (64 MiB, faultMax)'],
  'malformed-event': ['frames', 'both', 'partial', 'error', 'an event whose JSON is cut off, then the rest'],
  'error-event': ['frames', 'both', 'partial', 'error', 'an error event after some output, with status 200'],
  'error-event-first': ['frames', 'both', 'error', 'error', 'an error event as the first frame, with status 200'],
  'duplicated-events': ['frames', 'both', 'ok', 'ok', 'pings, finish, usage and end mark twice'],
  'unknown-events': ['frames', 'both', 'ok', 'ok', 'events and fields of types that do not exist yet'],
  'no-usage': ['frames', 'both', 'ok', 'ok', 'no usage anywhere'],
  'usage-huge': ['frames', 'both', 'ok', 'ok', 'usage of 1e18 tokens'],
  'usage-negative': ['frames', 'both', 'ok', 'ok', 'usage below zero'],
  'usage-strings': ['frames', 'both', 'ok', 'ok', 'usage as strings'],
  'usage-fractions': ['frames', 'both', 'ok', 'ok', 'usage of 1.5 tokens'],
  'usage-null': ['frames', 'both', 'ok', 'ok', 'usage fields that are null'],
  'usage-every-chunk': ['frames', 'openai', 'ok', 'ok', 'cumulative usage in every chunk'],
  'usage-in-finish': ['frames', 'openai', 'ok', 'ok', 'usage in the frame with finish_reason, as DeepSeek sends it'],
  'usage-after-done': ['frames', 'openai', 'ok', 'ok', 'the usage frame after [DONE]'],
  'message-delta-repeated': ['frames', 'anthropic', 'ok', 'ok', 'cumulative message_delta several times'],
  'no-done': ['frames', 'both', 'ok', 'ok', 'no [DONE] or message_stop; closes after the usage frame'],
  // only another way to write
  'split-utf8': ['writing', 'both', 'ok', 'ok', 'every byte in a write of its own'],
  'no-final-newline': ['writing', 'both', 'ok', 'ok', 'the last line has no end'],
  crlf: ['writing', 'both', 'ok', 'ok', 'CRLF line ends'],
  cr: ['writing', 'both', 'ok', 'ok', 'CR line ends'],
  comments: ['writing', 'both', 'ok', 'ok', 'comment lines between the events'],
  'byte-order-mark': ['writing', 'both', 'ok', 'ok', 'a byte order mark before the first event'],
  'no-space-after-colon': ['writing', 'both', 'ok', 'ok', '"data:" without the optional space'],
} as const satisfies Record<string, Row>

/** Names of the faults. */
export type SimFaultName = keyof typeof ROWS

/** Whether a word names a fault. */
export const isSimFaultName = (word: string): word is SimFaultName => Object.hasOwn(ROWS, word)

/** How a fault is carried out. */
export const faultGroupOf = (name: SimFaultName): SimFaultGroup => ROWS[name][0]

/** The protocols that know a fault. */
export function protocolsOf({ name, protocol }: SimFault): readonly SimProtocol[] {
  if (protocol === 'both') return ['openai', 'openai-responses', 'anthropic', 'gemini']
  return protocol === 'openai' && faultGroupOf(name) === 'answer' ? ['openai', 'openai-responses'] : [protocol]
}

/** All faults, as data for checks and tests. */
export const SIM_FAULTS: readonly SimFault[] = Object.keys(ROWS)
  .filter(isSimFaultName)
  .map((name) => {
    const [, protocol, expects, expectsUnstreamed, does] = ROWS[name]
    return { name, protocol, expects, expectsUnstreamed, does }
  })
