import { NONE_U32 } from '../channel/index.ts'
import type { HeaderFields, NanoUsd } from '../lib/index.ts'
import type { CallAddress, DecodedCall, LimitState, Protocol, ReplyReader } from '../protocols/index.ts'
import { NO_USAGE, type Outcome, priceOf, type ReportedModel, type Usage } from '../spec/index.ts'
import type { CallRequest } from './call-request.ts'
import type { CallResponse } from './call-response.ts'
import type { FetchedMedia } from './fetcher/index.ts'
import type { Gateway, OpenCallView } from './gateway.ts'
import type { Held } from './hold.ts'
import type { Leg } from './legs.ts'
import { measure, progressOf } from './measure.ts'
import type { Plan } from './route.ts'
import type { Attempt } from './routing/index.ts'
import { channelMillis, settlementOf } from './settlement-of.ts'
import type { Upload } from './upload.ts'

/** One HTTP exchange with a customer. */
export type Exchange = {
  readonly request: CallRequest
  readonly response: CallResponse
  readonly protocol: Protocol
  readonly address: CallAddress | undefined
  readonly requestId: string
  readonly ipTag: number
  readonly startedAt: number
  /** The body of a request that is a form, which goes on as it comes; undefined for others, and until it begins. */
  upload: Upload | undefined
  limits: LimitState
  /** What there is to say of paying for a call without a key; undefined for others. */
  payment?: PaymentTold | undefined
}

/** What an answer says of a payment: headers of whatever is answered, and fields that go into the body of an error. */
export type PaymentTold = { readonly headers: HeaderFields; readonly body?: object }

/** What an open call is made of. */
export type OpenCallOptions = { readonly exchange: Exchange; readonly call: DecodedCall; readonly plan: Plan; readonly held: Held }

/** Ends that speak against the route, where its try has not been judged yet. */
const BROKEN: ReadonlySet<Outcome> = new Set(['upstream-cut', 'upstream-failed', 'timed-out'])

/** A call between its hold and its settlement; it is settled exactly once, whoever comes first. */
export class OpenCall implements OpenCallView {
  readonly exchange: Exchange
  readonly call: DecodedCall
  readonly plan: Plan
  readonly #gateway: Gateway
  readonly #held: Held
  /** Where it was sent last; undefined until it was. */
  leg: Leg | undefined
  reader: ReplyReader | undefined
  /** Whether an upstream has the request and has not failed. */
  isWithUpstream = false
  /** Whether the headers of the reply told that it was served in the usual tier. */
  isUsualTier = false
  /** How often it was sent. */
  tries = 0
  /** The try that is under way; undefined before the first. */
  attempt: Attempt | undefined
  /** What was fetched for it, once for all tries; undefined where nothing was. */
  media: readonly FetchedMedia[] | undefined
  #firstByteAt: number | undefined
  #settledAt: number | undefined
  #cost: NanoUsd | undefined
  #usage: Usage = NO_USAGE
  #abort: (() => void) | undefined

  constructor(gateway: Gateway, options: OpenCallOptions) {
    this.#gateway = gateway
    this.exchange = options.exchange
    this.call = options.call
    this.plan = options.plan
    this.#held = options.held
    gateway.openCalls.set(this.#held.message.seq, this)
  }

  /** What was held, for the price of this caller. */
  get heldFor(): Held['message'] {
    return this.#held.message
  }

  /** Milliseconds since the call came in, up to its settlement. */
  get elapsedMs(): number {
    return (this.#settledAt ?? this.#gateway.clock.monotonic()) - this.exchange.startedAt
  }

  /** Who pays for it. */
  get accountId(): string {
    return this.#held.message.accountId
  }

  /** What it was settled for; no tokens before. */
  get usage(): Usage {
    return this.#usage
  }

  get isSettled(): boolean {
    return this.#cost !== undefined
  }

  /** Whether the client is there to be answered. */
  get isClientGone(): boolean {
    const { response } = this.exchange
    return response.destroyed || response.closed || response.socket?.destroyed === true
  }

  /** Names what ends the call at its upstream. */
  onAbort(abort: () => void): void {
    this.#abort = abort
  }

  abort(): void {
    this.#abort?.()
  }

  noteFirstByte(at: number): void {
    this.#firstByteAt ??= at
  }

  /** What it was settled for; nothing before. */
  get cost(): NanoUsd {
    return this.#cost ?? 0n
  }

  /**
   * Settles the call by its outcome; later calls change nothing. The settlement is on its way to control when this returns, or when `then`
   * is called, so that what is sent to the client after that is never more than control knows of.
   */
  settle(outcome: Outcome, status: number, then?: () => void): void {
    if (this.#cost !== undefined) {
      then?.()
      return
    }
    const { message } = this.#held
    this.#settledAt = this.#gateway.clock.monotonic()
    const measured = measure(this, outcome)
    this.#usage = measured.usage
    const { serviceTier } = measured
    const price = priceOf(this.plan.model.price, measured.usage, { serviceTier, multiplier: message.multiplier })
    this.#cost = price < message.amount ? price : message.amount
    this.#gateway.openCalls.delete(message.seq)
    const settlement = settlementOf({
      held: this.#held,
      measured,
      outcome,
      routeSerial: this.leg?.target.route.serial ?? 0,
      status,
      isStream: this.call.isStream ? 1 : 0,
      latencyMs: channelMillis(this.elapsedMs),
      firstByteMs: this.#firstByteAt === undefined ? NONE_U32 : channelMillis(this.#firstByteAt - this.exchange.startedAt),
    })
    this.#endAttempt(outcome, measured.reportedModel)
    this.#gateway.control.settle(settlement, then)
  }

  /** Tells control what has been used so far, in case this process dies; before the upstream's own figure an estimate that is sure to be low. */
  reportProgress(): void {
    if (this.reader === undefined || this.leg === undefined || this.isSettled) return
    const reported = this.reader.usage() ?? { ...NO_USAGE, input: Math.min(Math.floor(this.leg.call.textBytes / 8), this.plan.inputMax) }
    const usage = progressOf(this, reported)
    this.#gateway.control.progress({ seq: this.#held.message.seq, routeSerial: this.leg.target.route.serial, ...usage })
  }

  /** What the call's end says of the route that answered it. */
  #endAttempt(outcome: Outcome, reportedModel: ReportedModel): void {
    if (reportedModel === 'other') this.attempt?.noteOtherModel()
    if (BROKEN.has(outcome)) this.attempt?.broke()
    this.attempt?.end()
  }
}
