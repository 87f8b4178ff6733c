import { failure } from '../failures.ts'
import { errorCode, formatUsd, type HeaderFields } from '../lib/index.ts'
import type { ReplyReader } from '../protocols/index.ts'
import type { Outcome } from '../spec/index.ts'
import { arrayReply } from './array-reply.ts'
import { ClientGone } from './client-gone.ts'
import type { Gateway } from './gateway.ts'
import { type Leg, lossesOf } from './legs.ts'
import { isBeyondBound, LengthStopped } from './length-bound.ts'
import type { OpenCall } from './open-call.ts'
import { replyTypeOf } from './reply-type.ts'
import { answerWhole, beginAnswer, callLines, jsonLines, sayable } from './respond.ts'
import { translatedReply } from './translated-reply.ts'
import type { UpstreamReply } from './upstream-reply.ts'

/** A non-streamed answer up to this size waits until it is whole, so that its cost can go into a header. */
const WAITING_BYTES_MAX = 1024 * 1024

/**
 * Steps 7 and 8, relay and settle: the reply's bytes to the customer with back-pressure, the usage read on the way, and the
 * settlement handed to control before the last byte goes out. Resolves when the exchange is over.
 */
export function relay(gateway: Gateway, open: OpenCall, reply: UpstreamReply): Promise<void> {
  const { reader, isStream, type } = readerOf(gateway, open, reply)
  open.reader = reader
  open.noteFirstByte()
  return new Promise((resolve, reject) => {
    const relaying = new Relay(gateway, { open, reply, reader, isStream, type, resolve, reject })
    open.exchange.response.once('close', () => relaying.onClose())
    open.exchange.response.on('drain', () => reply.resume())
    reply.pipe(relaying)
  })
}

/** Bytes of JSON for a token of a prompt, roughly. */
const BYTES_PER_TOKEN = 4

const JSON_TYPE = 'application/json'

/** The reader of a reply, whether what goes to the customer is a stream, and of what type it is. */
function readerOf(gateway: Gateway, open: OpenCall, reply: UpstreamReply): ReadReply & { readonly type: string } {
  const { reader, isStream } = protocolReaderOf(gateway, open, reply)
  if (!isStream) return { reader, isStream, type: typeOf(open, reply) }
  const { address, protocol, requestId } = open.exchange
  if (address?.isArray !== true) return { reader, isStream, type: 'text/event-stream; charset=utf-8' }
  return { reader: arrayReply(reader, { protocol, requestId }), isStream, type: JSON_TYPE }
}

/** The reader of a reply in the customer's protocol, and whether it is a stream. */
function protocolReaderOf(gateway: Gateway, { leg, call, exchange }: OpenCall, { status, headers }: UpstreamReply): ReadReply {
  const comesAsStream = /^text\/event-stream\b/i.test(String(headers['content-type']))
  const translation = leg?.translation
  const removesUsage = translation === undefined && !call.wantsUsage
  const protocol = leg?.protocol ?? exchange.protocol
  const contentType = String(headers['content-type'])
  const reader = protocol.readReply({
    isStream: comesAsStream,
    removesUsage,
    contentType,
    call: leg?.call ?? call,
    upstreamModel: leg?.target.route.upstreamModel,
  })
  if (translation === undefined) return { reader, isStream: comesAsStream }
  const context = {
    requestId: exchange.requestId,
    now: () => gateway.clock.now(),
    inputEstimate: Math.ceil(call.textBytes / BYTES_PER_TOKEN),
  }
  const translated = translatedReply(reader, { translation, status, isStream: comesAsStream, context })
  return { reader: translated, isStream: translation.call.isStream && status < 400 }
}

type ReadReply = { readonly reader: ReplyReader; readonly isStream: boolean }

type RelayOptions = {
  readonly open: OpenCall
  readonly reply: UpstreamReply
  readonly reader: ReplyReader
  readonly isStream: boolean
  /** Of what goes to the customer. */
  readonly type: string
  readonly resolve: () => void
  readonly reject: (thrown: unknown) => void
}

class Relay {
  readonly #gateway: Gateway
  readonly #options: RelayOptions
  #waiting: Buffer[] | undefined
  #waitingBytes = 0
  /** Whether anything of the reply has gone out. */
  #hasPassed = false
  #isOver = false

  constructor(gateway: Gateway, options: RelayOptions) {
    this.#gateway = gateway
    this.#options = options
    if (options.isStream || flowsAtOnce(options.reply)) this.#writeHead()
    else this.#waiting = []
  }

  onData(chunk: Buffer): boolean {
    const { open, reader } = this.#options
    if (this.#isOver) return true
    const bytes = reader.push(chunk)
    if (reader.isPastTelling?.() === true) return this.#letGo(bytes)
    if (this.#waiting !== undefined) return this.#wait(bytes)
    if (this.#options.isStream && reader.hasLastFrame && reader.isComplete() && reader.isUsageFinal()) this.#settle()
    else if (this.#options.isStream && isBeyondBound(open.plan, reader)) return this.#stopAtLength(bytes)
    if (bytes.length === 0) return true
    this.#hasPassed = true
    return open.exchange.response.write(bytes)
  }

  /** The upstream did not heed its bound: the stream ends as it should have, and the upstream is let go. */
  #stopAtLength(bytes: Buffer): boolean {
    const { open, reply, reader } = this.#options
    const { requestId } = open.exchange
    open.settle('length-stopped', reply.status)
    const stop = { requestId, choices: open.call.choices, usage: open.usage, wantsUsage: open.call.wantsUsage }
    open.exchange.response.end(reader.stopAtLength(bytes, stop))
    this.#finish()
    reply.abort(new LengthStopped())
    return true
  }

  /** What comes can be told no more: the answer ends as one that broke off, and the upstream is let go. */
  #letGo(bytes: Buffer): boolean {
    const { reply, reader } = this.#options
    this.#endBroken('upstream-cut', Buffer.concat([bytes, reader.end()]))
    reply.abort(new PastTelling())
    return true
  }

  onEnd(): void {
    const { reader, isStream, reply } = this.#options
    if (this.#isOver) return
    const rest = reader.end()
    // Some upstreams tell an error with status 200.
    const isAnswer = reply.status >= 400 || !reader.isError()
    const isWhole = isAnswer && (reader.isComplete() || (isStream && reader.isUsageFinal()))
    if (isWhole) this.#endWhole(rest)
    else this.#endBroken('upstream-cut', rest)
  }

  #endWhole(rest: Buffer): void {
    if (this.#waiting !== undefined) {
      this.#endWaiting(rest)
      return
    }
    this.#settle()
    this.#options.open.exchange.response.end(rest)
    this.#finish()
  }

  #endWaiting(rest: Buffer): void {
    this.#isOver = true
    let lines: string
    // What cannot be said is known before it is charged.
    try {
      lines = this.#headLines()
    } catch (thrown) {
      this.#options.reject(thrown)
      return
    }
    this.#settle(() => this.#answerWaiting(lines, rest))
  }

  onError(error: Error): void {
    if (this.#isOver) return
    const { reader, isStream } = this.#options
    if (error instanceof ClientGone) this.onClose()
    // All was said; what broke is only the connection that the upstream should have ended.
    else if (isStream && reader.isComplete()) this.#endWhole(reader.end())
    else this.#endBroken(BODY_TIMEOUTS.has(errorCode(error)) ? 'timed-out' : 'upstream-cut', reader.end())
  }

  /** The client's connection is gone; unless all was said, it left early. */
  onClose(): void {
    if (this.#isOver) return
    this.#options.open.settle('client-aborted', 499)
    this.#options.reply.abort(new ClientGone())
    this.#finish()
  }

  /** Ends a started answer in the protocol's own way; one that has not begun becomes an error of its own. */
  #endBroken(outcome: Outcome, rest: Buffer): void {
    const { open, isStream, reader } = this.#options
    const { response, protocol, requestId } = open.exchange
    const told = failure(outcome === 'timed-out' ? 'upstream_timeout' : 'upstream_cut')
    if (this.#waiting !== undefined) {
      open.reader = undefined
      open.settle('upstream-failed', told.status)
      const body = protocol.encodeError(told, requestId)
      answerWhole(response, { status: told.status, lines: callLines(open.exchange) + jsonLines(body), body })
    } else {
      open.settle(this.#hasPassed && (!isStream || hasAnswered(reader)) ? outcome : 'upstream-failed', this.#options.reply.status)
      if (isStream) response.end(reader.endsItself ? rest : protocol.encodeStreamError(told, requestId))
      else response.destroy()
    }
    this.#finish()
  }

  #settle(then?: () => void): void {
    const { open, reply } = this.#options
    open.settle(reply.status < 400 ? 'completed' : 'upstream-refused', reply.status, then)
  }

  #wait(bytes: Buffer): boolean {
    this.#waiting?.push(bytes)
    this.#waitingBytes += bytes.length
    if (this.#waitingBytes <= WAITING_BYTES_MAX) return true
    const { open, reader } = this.#options
    const waiting = this.#waiting ?? []
    this.#writeHead()
    this.#waiting = undefined
    this.#hasPassed = true
    reader.noteReleased?.(Buffer.concat(waiting))
    let wantsMore = true
    for (const part of waiting) wantsMore = open.exchange.response.write(part)
    return wantsMore
  }

  /** Answers outside of any call that could catch what goes wrong here. */
  #answerWaiting(lines: string, rest: Buffer): void {
    const { open, reply, reject } = this.#options
    try {
      const body = joined([...(this.#waiting ?? []), rest])
      const told = `${lines}x-farebox-cost-usd: ${formatUsd(open.cost)}\r\ncontent-length: ${body.length}\r\n`
      answerWhole(open.exchange.response, { status: reply.status, lines: told, body })
      this.#finish()
    } catch (thrown) {
      reject(thrown)
    }
  }

  #writeHead(): void {
    const { open, reply } = this.#options
    beginAnswer(open.exchange.response, reply.status, this.#headLines())
  }

  /** Throws UnsayableHead. */
  #headLines(): string {
    const { open, type } = this.#options
    const { leg, exchange } = open
    const limits = exchange.protocol.limitHeaders(exchange.limits, this.#gateway.clock.now())
    return `${callLines(exchange)}${limits}${sayable(fieldsOfReply(leg, type))}`
  }

  #finish(): void {
    this.#isOver = true
    this.#options.resolve()
  }
}

/** A reply that is larger than can be told in another protocol, or makes no sense there. */
class PastTelling extends Error {}

/** Whether something of an answer came in a stream: more than words that keep a stream alive, or an error. */
function hasAnswered(reader: ReplyReader): boolean {
  if (reader.usage() !== undefined || reader.countedOutput() > 0) return true
  const media = reader.countedMedia?.()
  return media !== undefined && media.imageOutput + media.audioOutput > 0
}

/** A body that paused too long, of either client. */
const BODY_TIMEOUTS: ReadonlySet<string> = new Set(['UPSTREAM_BODY_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'])

/** Sound whose length the upstream does not know yet is for listening while it is made. */
const flowsAtOnce = ({ headers, status }: UpstreamReply): boolean =>
  status < 400 && headers['content-length'] === undefined && /^(?:audio\/|application\/octet-stream)/i.test(String(headers['content-type']))

/** The content type of an answer that is no stream. */
const typeOf = ({ leg, exchange }: OpenCall, reply: UpstreamReply): string =>
  leg?.translation === undefined ? (replyTypeOf(reply, leg?.protocol ?? exchange.protocol) ?? JSON_TYPE) : JSON_TYPE

/** Where the answer comes from, what of the request did not reach it, and of what type it is. */
function fieldsOfReply(leg: Leg | undefined, type: string): HeaderFields {
  if (leg === undefined) return ['content-type', type]
  const losses = lossesOf(leg)
  const route = leg.target.label
  if (losses.length === 0) return ['x-farebox-route', route, 'content-type', type]
  return ['x-farebox-route', route, 'x-farebox-translation-loss', losses.join(', '), 'content-type', type]
}

/** One buffer of several; the one that has anything in it, where there is one. */
function joined(parts: readonly Buffer[]): Buffer {
  const filled = parts.filter((part) => part.length > 0)
  return filled.length === 1 && filled[0] !== undefined ? filled[0] : Buffer.concat(filled)
}
