import { failure } from '../failures.ts'
import { errorCode, formatUsd } from '../lib/index.ts'
import type { ReplyReader } from '../protocols/index.ts'
import type { Outcome } from '../spec/index.ts'
import { arrayReply } from './array-reply.ts'
import { ClientGone } from './client-gone.ts'
import type { Gateway } from './gateway.ts'
import { type Leg, lossesOf } from './legs.ts'
import { isBeyondBound, LengthStopped } from './length-bound.ts'
import type { OpenCall } from './open-call.ts'
import { replyTypeOf } from './reply-type.ts'
import { answerWhole, beginAnswer, callLines, jsonLines, sayable, UnsayableHead } from './respond.ts'
import { type TranslatedReply, translatedReply } from './translated-reply.ts'
import type { ReplySink, UpstreamReply } from './upstream-reply.ts'

/** A non-streamed answer up to this size waits until it is whole, so that its cost can go into a header. */
const WAITING_BYTES_MAX = 1024 * 1024

/**
 * Steps 7 and 8, relay and settle: the reply's bytes to the customer with back-pressure, the usage read on the way, and the
 * settlement handed to control before the last byte goes out. Resolves when the exchange is over.
 */
export function relay(gateway: Gateway, open: OpenCall, reply: UpstreamReply): Promise<void> {
  const relaying = new Relay(gateway, open, reply)
  return new Promise((resolve, reject) => relaying.begin(resolve, reject))
}

/** Bytes of JSON for a token of a prompt, roughly. */
const BYTES_PER_TOKEN = 4

const JSON_TYPE = 'application/json'
const STREAM_TYPE = 'text/event-stream; charset=utf-8'

/** The reader of a reply in the customer's protocol, and whether what goes to the customer is a stream. */
function readerOf(gateway: Gateway, open: OpenCall, { status, headers }: UpstreamReply): ReadReply {
  const { leg, call, exchange } = open
  const contentType = String(headers['content-type'])
  const isStream = contentType !== JSON_TYPE && /^text\/event-stream\b/i.test(contentType)
  const translation = leg?.translation
  const protocol = leg?.protocol ?? exchange.protocol
  const reader = protocol.readReply({
    isStream,
    removesUsage: translation === undefined && !call.wantsUsage,
    contentType,
    call: leg?.call ?? call,
    upstreamModel: leg?.target.route.upstreamModel,
  })
  if (translation === undefined) return { reader, isStream }
  const context = contextOf(gateway, open)
  return {
    reader: translatedReply(reader, { translation, status, isStream, context }),
    isStream: translation.call.isStream && status < 400,
  }
}

type ReadReply = { readonly reader: ReplyReader; readonly isStream: boolean }

const contextOf = ({ clock }: Gateway, { call, exchange }: OpenCall): TranslatedReply['context'] => ({
  requestId: exchange.requestId,
  now: () => clock.now(),
  inputEstimate: Math.ceil(call.textBytes / BYTES_PER_TOKEN),
})

const ignore = (): void => undefined

class Relay implements ReplySink {
  readonly #gateway: Gateway
  readonly #open: OpenCall
  readonly #reply: UpstreamReply
  readonly #reader: ReplyReader
  readonly #isStream: boolean
  /** Of what goes to the customer. */
  readonly #type: string
  #resolve = ignore
  #reject: (thrown: unknown) => void = ignore
  /** Whether the answer waits until it is whole; what has come of it. */
  #isWaiting = false
  #waiting: Buffer[] | undefined
  #waitingBytes = 0
  /** Whether anything of the reply has gone out. */
  #hasPassed = false
  #isOver = false

  constructor(gateway: Gateway, open: OpenCall, reply: UpstreamReply) {
    const { protocol, requestId, address } = open.exchange
    const { reader, isStream } = readerOf(gateway, open, reply)
    const isArray = isStream && address?.isArray === true
    this.#gateway = gateway
    this.#open = open
    this.#reply = reply
    this.#reader = isArray ? arrayReply(reader, { protocol, requestId }) : reader
    this.#isStream = isStream
    this.#type = isStream ? (isArray ? JSON_TYPE : STREAM_TYPE) : typeOf(open, reply)
    open.reader = this.#reader
  }

  /** Takes the reply; tells one of both when the exchange is over. */
  begin(resolve: () => void, reject: (thrown: unknown) => void): void {
    this.#resolve = resolve
    this.#reject = reject
    this.#isWaiting = !this.#isStream && !flowsAtOnce(this.#reply)
    if (!this.#isWaiting) this.#writeHead()
    this.#reply.pipe(this)
  }

  onData(chunk: Buffer): boolean {
    if (this.#isOver) return true
    const reader = this.#reader
    const bytes = reader.push(chunk)
    if (reader.isPastTelling?.() === true) return this.#letGo(bytes)
    if (this.#isWaiting) return this.#wait(bytes)
    if (this.#isStream && reader.hasLastFrame && reader.isComplete() && reader.isUsageFinal()) this.#settle()
    else if (this.#isStream && isBeyondBound(this.#open.plan, reader)) return this.#stopAtLength(bytes)
    if (bytes.length === 0) return true
    this.#hasPassed = true
    return this.#open.exchange.response.write(bytes)
  }

  /** The upstream did not heed its bound: the stream ends as it should have, and the upstream is let go. */
  #stopAtLength(bytes: Buffer): boolean {
    const open = this.#open
    const { requestId, response } = open.exchange
    open.settle('length-stopped', this.#reply.status)
    const stop = { requestId, choices: open.call.choices, usage: open.usage, wantsUsage: open.call.wantsUsage }
    response.end(this.#reader.stopAtLength(bytes, stop))
    this.#finish()
    this.#reply.abort(new LengthStopped())
    return true
  }

  /** What comes can be told no more: the answer ends as one that broke off, and the upstream is let go. */
  #letGo(bytes: Buffer): boolean {
    this.#endBroken('upstream-cut', Buffer.concat([bytes, this.#reader.end()]))
    this.#reply.abort(new PastTelling())
    return true
  }

  onEnd(): void {
    if (this.#isOver) return
    const reader = this.#reader
    const rest = reader.end()
    // Some upstreams tell an error with status 200.
    const isAnswer = this.#reply.status >= 400 || !reader.isError()
    const isWhole = isAnswer && (reader.isComplete() || (this.#isStream && reader.isUsageFinal()))
    if (isWhole) this.#endWhole(rest)
    else this.#endBroken('upstream-cut', rest)
  }

  #endWhole(rest: Buffer): void {
    if (this.#isWaiting) {
      this.#endWaiting(rest)
      return
    }
    this.#settle()
    this.#open.exchange.response.end(rest)
    this.#finish()
  }

  #endWaiting(rest: Buffer): void {
    this.#isOver = true
    let lines: string
    // What cannot be said is known before it is charged.
    try {
      lines = this.#headLines()
    } catch (thrown) {
      this.#reject(thrown)
      return
    }
    this.#settle(() => this.#answerWaiting(lines, rest))
  }

  onError(error: Error): void {
    if (this.#isOver) return
    const reader = this.#reader
    if (error instanceof ClientGone) this.onClose()
    // All was said; what broke is only the connection that the upstream should have ended.
    else if (this.#isStream && reader.isComplete()) this.#endWhole(reader.end())
    else this.#endBroken(BODY_TIMEOUTS.has(errorCode(error)) ? 'timed-out' : 'upstream-cut', reader.end())
  }

  /** The client's connection is gone; unless all was said, it left early. */
  onClose(): void {
    if (this.#isOver) return
    this.#open.settle('client-aborted', 499)
    this.#reply.abort(new ClientGone())
    this.#finish()
  }

  /** Ends a started answer in the protocol's own way; one that has not begun becomes an error of its own. */
  #endBroken(outcome: Outcome, rest: Buffer): void {
    const open = this.#open
    const { response, protocol, requestId } = open.exchange
    const told = failure(outcome === 'timed-out' ? 'upstream_timeout' : 'upstream_cut')
    if (this.#isWaiting) {
      open.reader = undefined
      open.settle('upstream-failed', told.status)
      const body = protocol.encodeError(told, requestId)
      answerWhole(response, { status: told.status, lines: callLines(open.exchange) + jsonLines(body), body })
    } else {
      const hasCome = this.#hasPassed && (!this.#isStream || hasAnswered(this.#reader))
      open.settle(hasCome ? outcome : 'upstream-failed', this.#reply.status)
      if (this.#isStream) response.end(this.#reader.endsItself ? rest : protocol.encodeStreamError(told, requestId))
      else response.destroy()
    }
    this.#finish()
  }

  #settle(then?: () => void): void {
    const { status } = this.#reply
    this.#open.settle(status < 400 ? 'completed' : 'upstream-refused', status, then)
  }

  #wait(bytes: Buffer): boolean {
    if (bytes.length === 0) return true
    // Most come in one piece; a list that is made with it is no longer than that.
    const waiting = this.#waiting ?? [bytes]
    if (this.#waiting === undefined) this.#waiting = waiting
    else waiting.push(bytes)
    this.#waitingBytes += bytes.length
    if (this.#waitingBytes <= WAITING_BYTES_MAX) return true
    this.#writeHead()
    this.#isWaiting = false
    this.#waiting = undefined
    this.#hasPassed = true
    this.#reader.noteReleased?.(Buffer.concat(waiting))
    let wantsMore = true
    for (const part of waiting) wantsMore = this.#open.exchange.response.write(part)
    return wantsMore
  }

  /** Answers outside of any call that could catch what goes wrong here. */
  #answerWaiting(lines: string, rest: Buffer): void {
    try {
      const { cost, exchange } = this.#open
      const body = joined(this.#waiting, rest)
      const told = `${lines}x-farebox-cost-usd: ${formatUsd(cost)}\r\ncontent-length: ${body.length}\r\n`
      answerWhole(exchange.response, { status: this.#reply.status, lines: told, body })
      this.#finish()
    } catch (thrown) {
      this.#reject(thrown)
    }
  }

  #writeHead(): void {
    const { response } = this.#open.exchange
    beginAnswer(response, this.#reply.status, this.#headLines())
    response.on('drain', () => this.#reply.resume())
  }

  /** Throws UnsayableHead. */
  #headLines(): string {
    const { leg, exchange } = this.#open
    const limits = exchange.protocol.limitHeaders(exchange.limits, this.#gateway.clock.now)
    return `${callLines(exchange)}${limits}${linesOfReply(leg, this.#type)}`
  }

  #finish(): void {
    this.#isOver = true
    this.#resolve()
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

const typeLine = (type: string): string => sayable(['content-type', type])
const JSON_LINE = typeLine(JSON_TYPE)

/** Where the answer comes from, what of the request did not reach it, and of what type it is. Throws UnsayableHead. */
function linesOfReply(leg: Leg | undefined, type: string): string {
  const typed = type === JSON_TYPE ? JSON_LINE : typeLine(type)
  if (leg === undefined) return typed
  const { line } = leg.target
  if (line === undefined) throw new UnsayableHead()
  const losses = lossesOf(leg)
  return losses.length === 0 ? line + typed : `${line}${sayable(['x-farebox-translation-loss', losses.join(', ')])}${typed}`
}

/** One buffer of what waited and what came at the end, none of which is empty but the latter; the one that there is, where there is one. */
function joined(waiting: readonly Buffer[] | undefined, rest: Buffer): Buffer {
  if (waiting === undefined) return rest
  if (waiting.length === 1 && waiting[0] !== undefined && rest.length === 0) return waiting[0]
  return Buffer.concat([...waiting, rest])
}
