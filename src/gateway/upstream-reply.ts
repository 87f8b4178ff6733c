import type { IncomingHttpHeaders } from 'node:http'
import type { ReplyHead, ReplyRewriting } from '../providers/index.ts'
import type { ReplyControl, ReplyHandler } from './upstream-client/index.ts'

/** Who takes the bytes of a reply; `onData` answers false to pause it. */
export type ReplySink = {
  readonly onData: (chunk: Buffer) => boolean
  readonly onEnd: () => void
  readonly onError: (error: Error) => void
}

type Rewrites = (head: ReplyHead) => ReplyRewriting | undefined

const NOTHING = Buffer.alloc(0)
const NONE: readonly Buffer[] = []
const ignore = (): void => {}
const asItComes: Rewrites = () => undefined
const EARLY_BYTES_MAX = 65_536
const BEGINNING_BYTES_MAX = 16_384

/** One reply of an upstream as it comes in: nothing of it is kept but what arrived before someone took it. */
export class UpstreamReply implements ReplyHandler {
  status = 0
  headers: IncomingHttpHeaders = {}
  /** Resolves with the first byte of the body, or its end; rejects when the upstream failed before. */
  readonly started: Promise<void>
  #resolveStarted: () => void = ignore
  #rejectStarted: (error: Error) => void = ignore
  #controller: ReplyControl | undefined
  #sink: ReplySink | undefined
  /** What came before there was a taker; undefined for nothing. */
  #early: Buffer[] | undefined
  #earlyBytes = 0
  #ended: { readonly error?: Error } | undefined
  #isRequestOut = false
  #abortReason: Error | undefined
  #onMore: () => void = ignore
  #rewriting: ReplyRewriting | undefined
  readonly #rewrites: Rewrites
  readonly #onSent: () => void

  /** `onSent` is told when the request goes out; `rewrites`: how replies are read that come in a form of their own. */
  constructor(onSent: () => void, rewrites: Rewrites = asItComes) {
    this.#onSent = onSent
    this.#rewrites = rewrites
    this.started = new Promise((resolve, reject) => {
      this.#resolveStarted = resolve
      this.#rejectStarted = reject
    })
  }

  /** Whether all of it has come, or no more will. */
  get isOver(): boolean {
    return this.#ended !== undefined
  }

  /** Whether it has come whole and nobody reads the request's body any more. */
  get isRequestOut(): boolean {
    return this.#isRequestOut
  }

  /** Whether the reply is over and had no body. */
  get isEmpty(): boolean {
    return this.#ended !== undefined && this.#early === undefined
  }

  /** Waits until `isEnough` of what has come, up to sixteen kilobytes, or until it is over; rejects when the upstream failed before. */
  async begun(isEnough: () => boolean): Promise<void> {
    await this.started
    while (this.#ended === undefined && this.#earlyBytes < BEGINNING_BYTES_MAX && !isEnough()) {
      await new Promise<void>((resolve) => {
        this.#onMore = resolve
      })
    }
    if (this.#ended?.error !== undefined) throw this.#ended.error
  }

  /** What has come of the body and was not taken yet, up to sixteen kilobytes. */
  beginning(): Buffer {
    return Buffer.concat(this.#early ?? []).subarray(0, BEGINNING_BYTES_MAX)
  }

  onRequestStart(controller: ReplyControl): void {
    this.#controller = controller
    if (this.#abortReason === undefined) this.#onSent()
    else controller.abort(this.#abortReason)
  }

  onResponseStart(_: ReplyControl, status: number, headers: IncomingHttpHeaders): void {
    if (status < 200) return
    this.#rewriting = this.#rewrites({ status, headers })
    this.status = this.#rewriting?.status ?? status
    this.headers = this.#rewriting?.headers ?? headers
  }

  onResponseData(controller: ReplyControl, chunk: Buffer): void {
    const rewriting = this.#rewriting
    const bytes = rewriting === undefined ? chunk : made(() => rewriting.push(chunk))
    if (bytes instanceof Error) controller.abort(bytes)
    else if (bytes.length > 0) this.#take(controller, bytes)
  }

  #take(controller: ReplyControl, chunk: Buffer): void {
    if (this.#sink === undefined) {
      if (this.#early === undefined) this.#early = [chunk]
      else this.#early.push(chunk)
      this.#earlyBytes += chunk.length
      // A small reply is here whole before its taker is; to stop and go on for it costs more than to keep it.
      if (this.#earlyBytes > EARLY_BYTES_MAX) controller.pause()
      this.#start()
      this.#onMore()
    } else if (!this.#sink.onData(chunk)) controller.pause()
  }

  onResponseEnd(controller: ReplyControl): void {
    const rewriting = this.#rewriting
    const rest = rewriting === undefined ? NOTHING : made(() => rewriting.end())
    if (rest instanceof Error) {
      this.onResponseError(controller, rest)
      return
    }
    if (rest.length > 0) this.#take(controller, rest)
    this.#isRequestOut = controller.isSent === true
    this.#ended = {}
    this.#start()
    this.#onMore()
    this.#sink?.onEnd()
  }

  /** Once: V8 tells Node of each promise that is resolved again, which costs more than all else here. */
  #start(): void {
    this.#resolveStarted()
    this.#resolveStarted = ignore
  }

  onResponseError(_: ReplyControl, error: Error): void {
    if (this.#ended !== undefined) return
    this.#ended = { error }
    this.#rejectStarted(error)
    this.#onMore()
    this.#sink?.onError(error)
  }

  /** Hands the reply to its taker, what arrived early first. */
  pipe(sink: ReplySink): void {
    const early = this.#early ?? NONE
    this.#early = undefined
    let wantsMore = true
    for (const chunk of early) wantsMore = sink.onData(chunk) && wantsMore
    this.#sink = sink
    if (this.#ended?.error !== undefined) sink.onError(this.#ended.error)
    else if (this.#ended !== undefined) sink.onEnd()
    else if (wantsMore) this.resume()
    else this.#controller?.pause()
  }

  resume(): void {
    if (this.#controller?.paused === true) this.#controller.resume()
  }

  /** Ends the call at the upstream. */
  abort(reason: Error): void {
    this.#abortReason ??= reason
    if (this.#ended === undefined) this.#controller?.abort(reason)
  }
}

/** What a rewriting makes of what came; why it can make nothing of it. */
function made(make: () => Buffer): Buffer | Error {
  try {
    return make()
  } catch (thrown) {
    return thrown instanceof Error ? thrown : new Error('a reply that cannot be read')
  }
}
