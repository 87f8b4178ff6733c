import { gzipSync } from 'node:zlib'
import { type Exchange, isGone, pause, untilClosed, writeSplit } from './exchange.ts'
import type { SimFaultName } from './faults.ts'
import { bodyOf, framesOf, type Sending, writerOf } from './send.ts'

/** Carries out a fault that node:http cannot: on the bare socket. True when it was played to its end before the client left. */
export async function playOnSocket(exchange: Exchange, fault: SimFaultName, sending: Sending): Promise<boolean> {
  await pause(exchange, sending.script.firstByteDelayMs ?? 0)
  const play = PLAYS[fault]
  if (play === undefined || isGone(exchange)) return false
  const isPlayed = await play(exchange, sending)
  exchange.socket.destroy()
  return isPlayed
}

const MIB = 1024 * 1024
const WHOLE = { bytes: undefined, delayMs: 0, isBare: true }
// Time for the other side to read before the connection goes.
const READ_MS = 50

type Play = (exchange: Exchange, sending: Sending) => Promise<boolean>

const PLAYS: { readonly [fault: string]: Play } = {
  'hang-before-headers': async (exchange) => {
    await untilClosed(exchange)
    return false
  },
  'reset-before-headers': async ({ socket }) => {
    socket.resetAndDestroy()
    return true
  },
  'close-before-headers': async () => true,
  'hang-mid-headers': async (exchange) => {
    await writeSplit(exchange, 'HTTP/1.1 200 OK\r\ncontent-type: text/ev', WHOLE)
    await untilClosed(exchange)
    return false
  },
  'many-headers': manyHeaders,
  'continue-loop': async (exchange, { script }) =>
    repeat(exchange, 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(100), script.faultMax ?? 64 * MIB),
  'http-0.9': (exchange, sending) => sendBare(exchange, ['', payloadOf(sending).text]),
  'chunked-garbage': (exchange, sending) => sendBare(exchange, [headOf(sending, CHUNKED), 'zz;not-a-number\r\n', payloadOf(sending).text]),
  'chunked-garbage-later': async (exchange, sending) => {
    const { text } = payloadOf(sending)
    const first = text.slice(0, text.indexOf('\n\n') + 2 || text.length >> 1)
    const chunk = `${Buffer.byteLength(first).toString(16)}\r\n${first}\r\n`
    return sendBare(exchange, [headOf(sending, CHUNKED), chunk, '-1\r\nnothing\r\n'])
  },
  'content-length-too-long': (exchange, sending) => sendWithLength(exchange, sending, (length) => length + 1000),
  'content-length-too-short': (exchange, sending) => sendWithLength(exchange, sending, (length) => length >> 1),
  'content-length-twice': (exchange, sending) => {
    const { text } = payloadOf(sending)
    const lengths = `content-length: ${Buffer.byteLength(text)}\r\ncontent-length: 5\r\n`
    return sendBare(exchange, [headOf(sending, lengths), text])
  },
  'gzip-bomb': gzipBomb,
  'endless-line': async (exchange, sending) => {
    const opening = sending.request.isStream ? 'data: {"choices":[{"delta":{"content":"' : '{"choices":[{"message":{"content":"'
    await writeSplit(exchange, `${headOf(sending, 'connection: close\r\n')}${opening}`, WHOLE)
    return repeat(exchange, 'a'.repeat(16_384), sending.script.faultMax ?? 64 * MIB)
  },
}

const CHUNKED = 'transfer-encoding: chunked\r\n'

function headOf({ request }: Sending, fields: string): string {
  const type = request.isStream ? 'text/event-stream; charset=utf-8' : 'application/json'
  return `HTTP/1.1 200 OK\r\ncontent-type: ${type}\r\n${fields}\r\n`
}

function payloadOf(sending: Sending): { readonly text: string; readonly tokens: number } {
  if (!sending.request.isStream) {
    const { json, tokens } = bodyOf(sending)
    return { text: json, tokens }
  }
  const frames = [...framesOf(sending)]
  return { text: frames.map(writerOf(sending.script)).join(''), tokens: frames.reduce((sum, frame) => sum + frame.tokens, 0) }
}

async function sendBare(exchange: Exchange, parts: readonly string[]): Promise<boolean> {
  for (const part of parts) {
    if (!(await writeSplit(exchange, part, WHOLE))) return false
  }
  exchange.socket.end()
  await pause(exchange, READ_MS)
  return true
}

async function sendWithLength(exchange: Exchange, sending: Sending, lie: (length: number) => number): Promise<boolean> {
  const { text, tokens } = payloadOf(sending)
  const length = lie(Buffer.byteLength(text))
  const isSent = await sendBare(exchange, [headOf(sending, `content-length: ${length}\r\n`), text])
  if (isSent) sending.onSent(tokens)
  return isSent
}

async function repeat(exchange: Exchange, block: string, bytesMax: number): Promise<boolean> {
  for (let bytes = 0; bytes < bytesMax; bytes += block.length) {
    if (!(await writeSplit(exchange, block, WHOLE))) return false
  }
  return true
}

async function manyHeaders(exchange: Exchange, sending: Sending): Promise<boolean> {
  const count = sending.script.faultMax ?? 100_000
  if (!(await writeSplit(exchange, 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n', WHOLE))) return false
  for (let index = 0; index < count; index += 100) {
    const block = Array.from({ length: Math.min(100, count - index) }, (_, offset) => `x-sim-${index + offset}: a\r\n`)
    if (!(await writeSplit(exchange, block.join(''), WHOLE))) return false
  }
  return sendBare(exchange, ['content-length: 2\r\n\r\n{}'])
}

/** A gzip body may be many gzip files in a row, so a bomb of any size needs one compressed mebibyte only. Source: RFC 1952 §2.2. */
async function gzipBomb(exchange: Exchange, sending: Sending): Promise<boolean> {
  const member = gzipSync(Buffer.alloc(MIB, 'a'))
  const head = headOf(sending, 'content-encoding: gzip\r\nconnection: close\r\n')
  if (!(await writeSplit(exchange, head, WHOLE))) return false
  for (let bytes = 0; bytes < (sending.script.faultMax ?? 1024 * MIB); bytes += MIB) {
    if (isGone(exchange)) return false
    const isFree = exchange.socket.write(member)
    if (!isFree) await new Promise<void>((resolve) => waitForRoom(exchange, resolve))
  }
  return sendBare(exchange, [])
}

function waitForRoom({ socket }: Exchange, done: () => void): void {
  const settle = (): void => {
    socket.off('drain', settle)
    socket.off('close', settle)
    done()
  }
  socket.once('drain', settle)
  socket.once('close', settle)
}
