import { anthropicBody, anthropicFrames } from './anthropic.ts'
import { type Exchange, isGone, pause, untilClosed, writeOut, writeSplit } from './exchange.ts'
import { faultAfterOf, faultyFrames } from './fault-frames.ts'
import { geminiBody, geminiFrames } from './gemini.ts'
import { habitFrames } from './habits.ts'
import { bodyTokensOf, type EncodeOptions, openaiBody, openaiFrames } from './openai.ts'
import { type Ending, type Frame, type LineEnd, type Reply, wireOf } from './reply.ts'
import type { SimRequest } from './request.ts'
import { responsesBody, responsesFrames } from './responses.ts'
import type { SimScript } from './script.ts'

/** What goes out: the reply, as the request and the script want it. `onSent` hears of the tokens of each frame once it is written. */
export type Sending = {
  readonly request: SimRequest
  readonly script: SimScript
  readonly reply: Reply
  readonly headers: Readonly<Record<string, string>>
  readonly onSent: (tokens: number) => void
}

/** Sends a reply, streamed or not. True when it went out to its planned end; false when the client left before. */
export async function sendReply(exchange: Exchange, sending: Sending): Promise<boolean> {
  await pause(exchange, sending.script.firstByteDelayMs ?? 0)
  if (isGone(exchange)) return false
  return sending.request.isStream ? sendStream(exchange, sending) : sendBody(exchange, sending)
}

/** The frames of a sending, its fault worked in. */
export function framesOf({ request, script, reply }: Omit<Sending, 'onSent' | 'headers'>): Iterable<Frame> {
  const options = encodeOptionsOf(request, script)
  const frames = FRAMES[request.protocol](reply, options)
  const usual = request.protocol === 'openai' ? habitFrames(frames, script.habit, reply) : frames
  return faultyFrames(usual, { reply, protocol: request.protocol, script })
}

const FRAMES = { openai: openaiFrames, 'openai-responses': responsesFrames, anthropic: anthropicFrames, gemini: geminiFrames } as const
const BODIES = { openai: openaiBody, 'openai-responses': responsesBody, anthropic: anthropicBody, gemini: geminiBody } as const

/** The JSON of a sending that is not streamed, and the output tokens in it. */
export function bodyOf({ request, script, reply }: Omit<Sending, 'onSent' | 'headers'>): {
  readonly json: string
  readonly tokens: number
} {
  const options = encodeOptionsOf(request, script)
  const whole = BODIES[request.protocol](reply, options)
  const fault = script.fault ?? ''
  const isChanged = fault.startsWith('usage-') || fault === 'no-usage' || fault.startsWith('error-event')
  const tokens = bodyTokensOf(reply, { ...options, isReasoningShown: options.isReasoningShown || request.protocol === 'anthropic' })
  if (fault === 'malformed-event') return { json: whole.slice(0, whole.length >> 1), tokens }
  if (!isChanged) return { json: whole, tokens }
  // The whole answer is treated as the one frame with usage; an error event takes its place.
  const only: Frame = { kind: fault === 'no-usage' ? 'finish' : 'delta', data: whole, tokens: 0 }
  const changed = [...faultyFrames([only], { reply, protocol: request.protocol, script: { ...script, faultAfter: 1 } })]
  return { json: changed.at(-1)?.data ?? whole, tokens: fault.startsWith('error-event') ? 0 : tokens }
}

const encodeOptionsOf = (request: SimRequest, script: SimScript): EncodeOptions => ({
  tokensPerChunk: script.tokensPerChunk ?? 1,
  wantsUsage: request.wantsUsage,
  isReasoningShown: request.showsReasoning ?? script.isReasoningShown ?? false,
  isRefusal: script.isRefusal ?? false,
})

/** How the frames of a stream are written, by the faults that change only that. */
export function writerOf(script: SimScript, lineEnd: LineEnd = '\n'): (frame: Frame) => string {
  if (script.fault === 'byte-order-mark') return afterMark(lineEnd)
  return WRITERS[script.fault ?? ''] ?? ((frame) => wireOf(frame, lineEnd))
}

function afterMark(lineEnd: LineEnd): (frame: Frame) => string {
  let mark = '\uFEFF'
  return (frame) => {
    const text = mark + wireOf(frame, lineEnd)
    mark = ''
    return text
  }
}

const WRITERS: { readonly [fault: string]: (frame: Frame) => string } = {
  crlf: (frame) => wireOf(frame, '\r\n'),
  cr: (frame) => wireOf(frame, '\r'),
  comments: (frame) => `: keep-alive\n\n${wireOf(frame)}:\n`,
  'no-space-after-colon': (frame) => wireOf(frame).replace('event: ', 'event:').replace('data: ', 'data:'),
  'no-final-newline': (frame) => (frame.kind === 'done' ? wireOf(frame).trimEnd() : wireOf(frame)),
}

async function sendStream(exchange: Exchange, sending: Sending): Promise<boolean> {
  const { script } = sending
  const write = writerOf(script, sending.request.protocol === 'gemini' ? '\r\n' : '\n')
  const framesPerWrite = script.framesPerWrite ?? 1
  const split = splitOf(script)
  exchange.response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', ...sending.headers })
  let batch: Frame[] = []
  let isFirst = true
  const flush = async (): Promise<boolean> => {
    if (!isFirst) await pause(exchange, script.chunkDelayMs ?? 0)
    isFirst = false
    const isSent = await writeSplit(exchange, batch.map(write).join(''), split)
    if (isSent) sending.onSent(batch.reduce((sum, frame) => sum + frame.tokens, 0))
    batch = []
    return isSent
  }
  for (const frame of framesOf(sending)) {
    batch.push(frame)
    if (batch.length < framesPerWrite && frame.ending === undefined) continue
    if (!(await flush())) return false
    if (frame.ending !== undefined) return endOnPurpose(exchange, frame.ending)
  }
  if (batch.length > 0 && !(await flush())) return false
  return endWell(exchange)
}

const splitOf = (script: SimScript) => {
  if (script.fault === 'one-byte-per-second') return { bytes: 1, delayMs: script.splitDelayMs ?? 1000 }
  const bytes = script.fault === 'split-utf8' ? 1 : script.splitBytes
  return { bytes, delayMs: script.splitDelayMs ?? 0 }
}

async function sendBody(exchange: Exchange, sending: Sending): Promise<boolean> {
  const { script } = sending
  const { json, tokens } = bodyOf(sending)
  const ending = ENDINGS[script.fault ?? '']
  exchange.response.writeHead(200, {
    'content-type': 'application/json',
    ...(script.fault === 'endless-events' ? {} : { 'content-length': String(Buffer.byteLength(json)) }),
    ...sending.headers,
  })
  if (script.fault === 'endless-events') return sendEndlessJson(exchange, script)
  const isEndedEarly = ending !== undefined && faultAfterOf(script) >= 0
  const part = isEndedEarly ? json.slice(0, json.length >> 1) : json
  if (!(await writeSplit(exchange, part, splitOf(script)))) return false
  if (isEndedEarly) return endOnPurpose(exchange, ending)
  sending.onSent(tokens)
  return endWell(exchange)
}

const ENDINGS: { readonly [fault: string]: Ending } = {
  'hang-mid-stream': 'hang',
  'reset-mid-stream': 'reset',
  'reset-after-last-token': 'reset',
  'cut-after': 'cut',
  'half-close': 'half-close',
}

async function sendEndlessJson(exchange: Exchange, script: SimScript): Promise<boolean> {
  const block = 'a'.repeat(16_384)
  await writeOut(exchange, '{"choices":[{"index":0,"message":{"role":"assistant","content":"')
  for (let bytes = 0; bytes < (script.faultMax ?? 64 * 1024 * 1024); bytes += block.length) {
    if (!(await writeSplit(exchange, block, { bytes: undefined, delayMs: 0 }))) return false
  }
  return endOnPurpose(exchange, 'cut')
}

/** Ends a response properly; true when the last byte was handed to the system. */
function endWell({ response, socket }: Exchange): Promise<boolean> {
  return new Promise((resolve) => {
    const done = (): void => {
      socket.off('close', done)
      resolve(response.writableFinished)
    }
    socket.once('close', done)
    response.end(done)
  })
}

/** Ends a connection as a fault wants it. A hang lasts until the client leaves, so it is never the planned end. */
export async function endOnPurpose(exchange: Exchange, ending: Ending): Promise<boolean> {
  const { socket } = exchange
  if (ending === 'hang') {
    await untilClosed(exchange)
    return false
  }
  // A reset throws away what the other side has not read yet; this gives it time to read.
  await pause(exchange, 50)
  if (isGone(exchange)) return false
  if (ending === 'reset') socket.resetAndDestroy()
  else if (ending === 'cut') socket.destroy()
  else {
    socket.end()
    await pause(exchange, 60_000)
    socket.destroy()
  }
  return true
}
