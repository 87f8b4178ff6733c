import { NONE_U32 } from '../../channel/index.ts'
import { leastTokens, type Made, NOTHING_MADE, type ReplyReader, type ToldUsage } from '../../protocols/index.ts'
import { NO_USAGE, type Outcome, type Usage } from '../../spec/index.ts'
import type { Gateway, OpenCallView } from '../gateway.ts'
import type { Held } from '../hold.ts'
import { measure } from '../measure.ts'
import type { Plan } from '../route.ts'
import { channelMillis, settlementOf } from '../settlement-of.ts'

/** A hold that waits for what it is for. */
export type ReadyHold = { readonly held: Held; readonly plan: Plan }

/** What a part knows of its session: tokens that it holds at least, and the model that the upstream named. */
export type PartSession = { readonly contextTokens: number; readonly reportedModel: string | undefined }

/** A part that begins: a response, or a transcript. */
export type BegunPart = { readonly ready: ReadyHold; readonly session: PartSession }

/** Bytes of sound at the most that is usual for a second, so that a count is never above the truth. */
const SOUND_BYTES_PER_SECOND = 48_000
/** Source: https://platform.openai.com/docs/guides/realtime-costs: a token for 50 ms of what is spoken (2026-11-26). */
const SOUND_TOKENS_PER_SECOND = 20

/** One billed part of a session between its beginning and its settlement; it is settled exactly once. */
export class OpenPart implements OpenCallView {
  readonly #gateway: Gateway
  readonly #begun: BegunPart
  readonly #startedAt: number
  #made: Made = NOTHING_MADE
  #told: ToldUsage | undefined
  #firstByteAt: number | undefined
  #isSettled = false

  constructor(gateway: Gateway, begun: BegunPart) {
    this.#gateway = gateway
    this.#begun = begun
    this.#startedAt = gateway.clock.monotonic()
    gateway.openCalls.set(begun.ready.held.message.seq, this)
  }

  /** What has passed of it since. */
  grow({ textTokens, textBytes, soundBytes }: Made): void {
    this.#firstByteAt ??= this.#gateway.clock.monotonic()
    const made = this.#made
    this.#made = {
      textTokens: made.textTokens + textTokens,
      textBytes: made.textBytes + textBytes,
      soundBytes: made.soundBytes + soundBytes,
    }
  }

  /** What the upstream told of it, after which nothing comes. */
  tell(told: ToldUsage): void {
    this.#firstByteAt ??= this.#gateway.clock.monotonic()
    this.#told = told
  }

  /** Tokens that have been made at least, however the upstream cuts its text in pieces. */
  get madeTokensMin(): number {
    return leastTokens(this.#made.textTokens, this.#made.textBytes) + this.#soundTokens()
  }

  /** The most tokens that it may make. */
  get outputMax(): number {
    return this.#begun.ready.plan.outputMax
  }

  /** Settles it by its outcome and returns what it used; later calls change nothing. */
  settle(outcome: Outcome, status: number): Usage {
    const { held, plan } = this.#begun.ready
    const [leg] = plan.legs
    const elapsedMs = this.#gateway.clock.monotonic() - this.#startedAt
    if (this.#isSettled || leg === undefined) return NO_USAGE
    this.#isSettled = true
    this.#gateway.openCalls.delete(held.message.seq)
    const reader = this.#firstByteAt === undefined ? undefined : this.#reader()
    const call = { ...leg.call, promptUsage: () => ({ input: this.#contextTokens() }) }
    const measured = measure({ isWithUpstream: true, call, plan, leg: { ...leg, call }, reader, elapsedMs }, outcome)
    const settlement = settlementOf({
      held,
      measured,
      outcome,
      routeSerial: leg.target.route.serial,
      status,
      isStream: 1,
      latencyMs: channelMillis(elapsedMs),
      firstByteMs: this.#firstByteAt === undefined ? NONE_U32 : channelMillis(this.#firstByteAt - this.#startedAt),
    })
    this.#gateway.control.settle(settlement)
    return measured.usage
  }

  /** Tells control what has been used so far, in case this process dies. */
  reportProgress(): void {
    const { held, plan } = this.#begun.ready
    const [leg] = plan.legs
    if (this.#isSettled || leg === undefined || this.#firstByteAt === undefined) return
    this.#gateway.control.progress({ seq: held.message.seq, routeSerial: leg.target.route.serial, ...this.#counted() })
  }

  /** A part ends with its session. */
  abort(): void {}

  /** Tokens of the session that it reads at least. */
  #contextTokens(): number {
    return Math.min(this.#begun.session.contextTokens, this.#begun.ready.plan.inputMax)
  }

  #counted(): Usage {
    return {
      ...NO_USAGE,
      input: this.#contextTokens(),
      output: this.#made.textTokens,
      audioOutput: this.#soundTokens(),
    }
  }

  #soundTokens(): number {
    return Math.floor((this.#made.soundBytes * SOUND_TOKENS_PER_SECOND) / SOUND_BYTES_PER_SECOND)
  }

  /** The part as a reply that has been read, for the one measure that all calls have. */
  #reader(): ReplyReader {
    const told = this.#told
    return {
      push: (chunk) => chunk,
      end: () => Buffer.alloc(0),
      usage: () => told?.usage ?? this.#counted(),
      isUsageSuspect: () => told?.isSuspect === true,
      countedOutput: () => this.#counted().output,
      isComplete: () => told !== undefined,
      hasLastFrame: true,
      isUsageFinal: () => told?.usage !== undefined,
      isError: () => false,
      serviceTier: () => undefined,
      reportedModel: () => this.#begun.session.reportedModel,
      leastOutput: () => 0,
      endsItself: true,
      stopAtLength: (passed) => passed,
    }
  }
}
