import { anthropicDeltaUsage } from './anthropic.ts'
import { openaiUsage } from './openai.ts'
import type { Ending, Frame, Reply } from './reply.ts'
import type { SimProtocol } from './request.ts'
import type { SimScript } from './script.ts'

/** What the frames of a faulty stream are made from. */
export type FaultInput = { readonly reply: Reply; readonly protocol: SimProtocol; readonly script: SimScript }

/** The frames of a stream with the script's fault worked into them; unchanged when the fault is of another kind. */
export function faultyFrames(frames: Iterable<Frame>, input: FaultInput): Iterable<Frame> {
  const make = input.script.fault === undefined ? undefined : MAKERS[input.script.fault]
  return make === undefined ? frames : make(frames, input)
}

/** Output frames that go out before a fault in mid-stream. */
export const faultAfterOf = (script: SimScript): number => script.faultAfter ?? 3

type Maker = (frames: Iterable<Frame>, input: FaultInput) => Iterable<Frame>

const MAKERS: { readonly [fault: string]: Maker } = {
  'hang-mid-stream': endAfter('hang'),
  'reset-mid-stream': endAfter('reset'),
  'cut-after': endAfter('cut'),
  'half-close': endAfter('half-close'),
  'reset-after-last-token': (frames, input) => endAfter('reset')(frames, { ...input, script: { faultAfter: Number.POSITIVE_INFINITY } }),
  'hang-after-done': (frames) => mapFrames(frames, (frame) => (frame.kind === 'done' ? [{ ...frame, ending: 'hang' }] : [frame])),
  'endless-events': endlessEvents,
  'malformed-event': (frames, input) =>
    insertAfterOutput(frames, input, (last) => ({ ...last, tokens: 0, data: last.data.slice(0, last.data.length >> 1) })),
  'error-event': (frames, input) =>
    upTo(
      insertAfterOutput(frames, input, () => errorFrame(input)),
      isError,
    ),
  'error-event-first': (_, input) => [errorFrame(input)],
  'duplicated-events': (frames) => mapFrames(frames, (frame) => (isRepeatable(frame) ? [frame, frame] : [frame])),
  'unknown-events': unknownEvents,
  'no-usage': (frames, { protocol }) =>
    mapFrames(frames, (frame) => (protocol === 'openai' && frame.kind === 'usage' ? [] : [changeUsage(frame, () => undefined)])),
  'usage-huge': absurdUsage(() => 1e18),
  'usage-negative': absurdUsage(() => -5),
  'usage-strings': absurdUsage((value) => String(value)),
  'usage-fractions': absurdUsage(() => 1.5),
  'usage-null': absurdUsage(() => null),
  'usage-every-chunk': usageEveryChunk,
  'usage-in-finish': usageInFinish,
  'usage-after-done': usageAfterDone,
  'message-delta-repeated': repeatedDelta,
  // The last event of a response and of Gemini is also the one with the usage.
  'no-done': (frames, { protocol }) => mapFrames(frames, (frame) => (frame.kind === 'done' && !endsWithUsage(protocol) ? [] : [frame])),
}

const endsWithUsage = (protocol: SimProtocol): boolean => protocol === 'gemini' || protocol === 'openai-responses'

function* mapFrames(frames: Iterable<Frame>, change: (frame: Frame) => readonly Frame[]): Generator<Frame> {
  for (const frame of frames) yield* change(frame)
}

/** Ends the connection after `faultAfter` output frames, or before what follows the output when there are fewer. */
function endAfter(ending: Ending): Maker {
  return function* ended(frames, { script }) {
    let left = faultAfterOf(script)
    let held: Frame | undefined
    for (const frame of frames) {
      if ((left <= 0 && held !== undefined) || frame.kind === 'finish' || frame.kind === 'usage' || frame.kind === 'done') break
      if (held !== undefined) yield held
      held = frame
      if (frame.kind === 'delta') left -= 1
    }
    if (held !== undefined) yield { ...held, ending }
  }
}

function* insertAfterOutput(frames: Iterable<Frame>, { script }: FaultInput, make: (last: Frame) => Frame): Generator<Frame> {
  let left = faultAfterOf(script)
  for (const frame of frames) {
    yield frame
    if (frame.kind !== 'delta') continue
    left -= 1
    if (left === 0) yield make(frame)
  }
}

const isError = (frame: Frame): boolean => frame.kind === 'done' && frame.data.includes('"error"')

function* upTo(frames: Iterable<Frame>, isLast: (frame: Frame) => boolean): Generator<Frame> {
  for (const frame of frames) {
    yield frame
    if (isLast(frame)) return
  }
}

/** An error in the middle of a stream, in the protocol's words. */
function errorFrame({ protocol }: FaultInput): Frame {
  if (protocol === 'gemini') {
    const error = { code: 503, message: 'The model is overloaded. Please try again later.', status: 'UNAVAILABLE' }
    return { kind: 'done', data: JSON.stringify({ error }), tokens: 0, isBare: true }
  }
  if (protocol === 'anthropic') {
    const data = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }
    return { kind: 'done', name: 'error', data: JSON.stringify(data), tokens: 0 }
  }
  const error = { message: 'The server had an error while processing your request.', type: 'server_error', param: null, code: null }
  if (protocol === 'openai-responses')
    return { kind: 'done', name: 'error', data: JSON.stringify({ type: 'error', sequence_number: 9, error }), tokens: 0 }
  return { kind: 'done', data: JSON.stringify({ error }), tokens: 0 }
}

// Output is never doubled: a doubled piece would be other output, and the truth about tokens would be unclear.
const isRepeatable = (frame: Frame): boolean => frame.tokens === 0 && frame.kind !== 'structure' && frame.kind !== 'open'

function* unknownEvents(frames: Iterable<Frame>, { protocol }: FaultInput): Generator<Frame> {
  for (const frame of frames) {
    if (frame.kind === 'finish' || frame.kind === 'ping' || (frame.kind === 'done' && endsWithUsage(protocol))) yield strangeFrame(protocol)
    const isJson = frame.data.startsWith('{')
    yield isJson ? { ...frame, data: `{"not_yet_known":{"usage":{"prompt_tokens":7}},${frame.data.slice(1)}` } : frame
  }
}

const STRANGE_EVENT: Frame = { kind: 'structure', data: '{"futureEvent":{"usageMetadata":{"promptTokenCount":9}}}', tokens: 0 }

const strangeFrame = (protocol: SimProtocol): Frame =>
  protocol === 'gemini'
    ? STRANGE_EVENT
    : protocol === 'openai'
      ? { kind: 'structure', data: '{"object":"future.chunk","choices":[]}', tokens: 0 }
      : { kind: 'structure', name: 'future_event', data: '{"type":"future_event","usage":{"output_tokens":9}}', tokens: 0 }

function* endlessEvents(frames: Iterable<Frame>, { script }: FaultInput): Generator<Frame> {
  const bytesMax = script.faultMax ?? 64 * 1024 * 1024
  for (const frame of frames) {
    yield frame
    if (frame.kind !== 'delta') continue
    for (let bytes = 0; bytes < bytesMax; bytes += frame.data.length + 8) yield frame
    yield { ...frame, ending: 'cut' }
    return
  }
}

type Changed = (value: unknown) => unknown
type Usage = { readonly [field: string]: unknown }
type UsageHolder = {
  readonly usage?: Usage
  readonly usageMetadata?: Usage
  readonly message?: { readonly usage: Usage }
  readonly response?: { readonly usage: Usage }
}

/**
 * The frame with its usage replaced; undefined takes it out. Anthropic's opening event carries its usage inside the message, the last of a
 * response inside that.
 */
function changeUsage(frame: Frame, change: (usage: Usage) => unknown): Frame {
  if (!frame.data.startsWith('{') || !/"usage(?:Metadata)?": ?\{/.test(frame.data)) return frame
  const data = JSON.parse(frame.data) as UsageHolder
  if (data.usageMetadata !== undefined) return { ...frame, data: JSON.stringify({ ...data, usageMetadata: change(data.usageMetadata) }) }
  if (data.response !== undefined)
    return { ...frame, data: JSON.stringify({ ...data, response: { ...data.response, usage: change(data.response.usage) } }) }
  if (data.message !== undefined)
    return { ...frame, data: JSON.stringify({ ...data, message: { ...data.message, usage: change(data.message.usage) } }) }
  return { ...frame, data: JSON.stringify({ ...data, usage: change(data.usage ?? {}) }) }
}

const mapNumbers = (value: unknown, change: Changed): unknown => {
  if (typeof value === 'number') return change(value)
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((inner) => mapNumbers(inner, change))
  return Object.fromEntries(Object.entries(value).map(([field, inner]) => [field, mapNumbers(inner, change)]))
}

function absurdUsage(change: Changed): Maker {
  return (frames) => mapFrames(frames, (frame) => [changeUsage(frame, (usage) => mapNumbers(usage, change))])
}

function* usageEveryChunk(frames: Iterable<Frame>, { reply }: FaultInput): Generator<Frame> {
  let output = reply.usage.reasoning
  for (const frame of frames) {
    output += frame.tokens
    if (!frame.data.startsWith('{')) yield frame
    else yield { ...frame, data: JSON.stringify({ ...JSON.parse(frame.data), usage: openaiUsage({ ...reply.usage, output }) }) }
  }
}

function* usageInFinish(frames: Iterable<Frame>, { reply }: FaultInput): Generator<Frame> {
  for (const frame of frames) {
    if (frame.kind === 'usage') continue
    if (frame.kind !== 'finish') yield frame
    else yield { ...frame, data: JSON.stringify({ ...JSON.parse(frame.data), usage: openaiUsage(reply.usage) }) }
  }
}

function* usageAfterDone(frames: Iterable<Frame>): Generator<Frame> {
  let held: Frame | undefined
  for (const frame of frames) {
    if (frame.kind === 'usage') held = frame
    else yield frame
  }
  if (held !== undefined) yield held
}

function* repeatedDelta(frames: Iterable<Frame>, { reply }: FaultInput): Generator<Frame> {
  let output = 0
  for (const frame of frames) {
    output += frame.tokens
    const isLast = frame.kind === 'usage'
    if (isLast) yield { ...frame, data: partDelta(reply, output >> 1) }
    if (isLast) yield { ...frame, data: partDelta(reply, output) }
    yield frame
  }
}

const partDelta = (reply: Reply, output: number): string =>
  JSON.stringify({
    type: 'message_delta',
    delta: { stop_reason: null, stop_sequence: null },
    usage: anthropicDeltaUsage(reply.usage, output),
  })
