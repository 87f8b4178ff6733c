import type { WebSocket } from 'ws'
import { type Failure, FailureError } from '../../failures.ts'
import { errorEvent, readServerEvent } from '../../protocols/index.ts'
import type { Gateway } from '../gateway.ts'
import { failureOf } from '../respond.ts'
import { answerPings } from './answer-pings.ts'
import { CLOSE_CODES, LINGER_MS } from './bounds.ts'
import type { UpstreamSession } from './connect-upstream.ts'
import type { Funds } from './funds.ts'
import { HoldRefused } from './hold-refused.ts'
import { Lane, pass } from './lane.ts'
import type { SessionEnd } from './session-end.ts'
import { type MeterOptions, SessionMeter } from './session-meter.ts'
import { SessionOver } from './session-over.ts'

/** What a session is made of; both sides are connected. `onEnd` is told once, when everything is settled. */
export type SessionParts = {
  readonly client: WebSocket
  readonly upstream: UpstreamSession
  readonly funds: Funds
  readonly meter: Pick<MeterOptions, 'plan' | 'planTranscript'>
  readonly idleMs: number
  readonly onEnd: () => void
}

/** A session between a client and an upstream, from when both are there until all of it is settled. */
export class RealtimeSession {
  readonly #gateway: Gateway
  readonly #parts: SessionParts
  readonly #meter: SessionMeter
  readonly #idle: NodeJS.Timeout
  #isEnding = false
  #isUpstreamGone = false

  constructor(gateway: Gateway, parts: SessionParts) {
    this.#gateway = gateway
    this.#parts = parts
    const { funds, upstream } = parts
    this.#meter = new SessionMeter({
      ...parts.meter,
      funds,
      target: upstream.leg.target,
      newId: () => this.#newId(),
      cancel: (id) => this.#cancel(id),
      onRefused: ({ failure }) => this.#refuse(failure),
    })
    this.#idle = setTimeout(() => this.end({ code: CLOSE_CODES.goingAway, outcome: 'timed-out', status: 504 }), parts.idleMs)
  }

  /** Begins to pass events on. */
  run(): void {
    const { client, upstream } = this.#parts
    new Lane(client, (message, isBinary) => this.#onClient(message, isBinary))
    new Lane(upstream.socket, (message) => this.#onUpstream(message))
    for (const socket of [client, upstream.socket]) answerPings(socket)
    // What breaks a connection closes it too, with the code for what it was.
    client.on('error', () => undefined)
    client.once('close', () => this.end({ code: CLOSE_CODES.usual, outcome: 'client-aborted', status: 499 }))
    upstream.socket.once('close', (code) => this.#onUpstreamClose(code))
    if (upstream.socket.readyState !== upstream.socket.OPEN) this.#onUpstreamClose(0)
    upstream.socket.resume()
    if (client.readyState !== client.OPEN) this.end({ code: CLOSE_CODES.usual, outcome: 'client-aborted', status: 499 })
  }

  /** Ends the session; later calls change nothing. What is under way is cut short at the upstream and charged as it says. */
  end(ending: SessionEnd): void {
    if (this.#isEnding) return
    this.#isEnding = true
    clearTimeout(this.#idle)
    this.#meter.cutShort(ending.outcome)
    this.#tell(ending)
    void this.#settle(ending)
  }

  #onClient(message: Buffer, isBinary: boolean): Promise<void> | undefined {
    if (this.#isEnding) return undefined
    this.#idle.refresh()
    if (!isBinary) return this.#admit(message)
    this.end({ code: CLOSE_CODES.notText, outcome: 'client-aborted', status: 499 })
    return undefined
  }

  async #admit(message: Buffer): Promise<void> {
    try {
      const text = await this.#meter.admit(message)
      if (!this.#isEnding) await pass(this.#parts.upstream.socket, text)
    } catch (thrown) {
      await this.#onThrown(thrown)
    }
  }

  #onUpstream(message: Buffer): Promise<void> | undefined {
    if (!this.#isEnding) this.#idle.refresh()
    return this.#takeAndPass(message)
  }

  async #takeAndPass(message: Buffer): Promise<void> {
    try {
      const onward = await this.#meter.take(readServerEvent(message))
      if (this.#isEnding || onward.does === 'drop') return
      await pass(this.#parts.client, onward.does === 'replace' ? onward.text : message)
    } catch (thrown) {
      await this.#onThrown(thrown)
    }
  }

  /**
   * An event that cannot be taken is told as the protocol tells it; without money the session is over. Returns what to wait for before the
   * next event of the side that sent it.
   */
  #onThrown(thrown: unknown): Promise<void> | undefined {
    if (this.#isEnding || thrown instanceof SessionOver) return undefined
    if (thrown instanceof HoldRefused && thrown.isFatal) {
      this.#refuse(thrown.failure)
      return undefined
    }
    const told = thrown instanceof HoldRefused ? thrown.failure : failureOf(thrown)
    const passing = pass(this.#parts.client, errorEvent(told, { own: this.#newId() }))
    if (!(thrown instanceof HoldRefused || thrown instanceof FailureError)) {
      this.end({ code: CLOSE_CODES.broken, outcome: 'client-aborted', status: 500 })
    }
    return passing
  }

  #refuse(failure: Failure): void {
    const code = failure.status >= 500 ? CLOSE_CODES.tryLater : CLOSE_CODES.refused
    this.end({ code, failure, outcome: 'client-aborted', status: failure.status })
  }

  #onUpstreamClose(code: number): void {
    this.#isUpstreamGone = true
    this.#parts.funds.noteSettled()
    const isOrderly = code === CLOSE_CODES.usual || code === CLOSE_CODES.goingAway
    if (!isOrderly) this.#parts.upstream.attempt.broke()
    this.end({ code: isOrderly ? code : CLOSE_CODES.broken, outcome: 'upstream-cut', status: 502 })
  }

  #tell({ code, failure }: SessionEnd): void {
    const { client } = this.#parts
    if (failure !== undefined) client.send(errorEvent(failure, { own: this.#newId() }), () => {})
    client.close(code, failure?.code)
    // A client that reads nothing would not see its close.
    client.resume()
  }

  async #settle({ outcome, status }: SessionEnd): Promise<void> {
    const { funds, upstream, onEnd } = this.#parts
    for (const id of funds.responses.openIds) void this.#cancel(id)
    const isAwaiting = (): boolean => this.#meter.isAwaiting
    if (!this.#isUpstreamGone) await Promise.race([funds.idle(LINGER_MS, isAwaiting), closed(upstream.socket)])
    // What the house ended, or the upstream, before it came is nobody's to pay.
    if (outcome === 'client-aborted' && status < 500) this.#meter.beginAsked()
    funds.close(outcome, status)
    upstream.socket.close()
    upstream.attempt.end()
    onEnd()
  }

  #cancel(responseId: string): Promise<void> | undefined {
    const { socket } = this.#parts.upstream
    if (socket.readyState !== socket.OPEN) return undefined
    return pass(socket, JSON.stringify({ type: 'response.cancel', event_id: this.#newId(), response_id: responseId }))
  }

  #newId(): string {
    return `event_${this.#gateway.ids.uuid().replaceAll('-', '')}`
  }
}

const closed = (socket: WebSocket): Promise<void> =>
  new Promise((resolve) => {
    if (socket.readyState === socket.CLOSED) resolve()
    else socket.once('close', () => resolve())
  })
