import { type Failure, FailureError, failure } from '../../failures.ts'
import { errorEvent, limitsEvent, readClientEvent, type ServerEvent } from '../../protocols/index.ts'
import { inputTokensOf, type Outcome, outputTokensOf } from '../../spec/index.ts'
import type { Plan } from '../route.ts'
import type { Target } from '../targets.ts'
import type { Funds } from './funds.ts'
import { HoldRefused } from './hold-refused.ts'
import type { PartSession } from './open-part.ts'
import { SessionOver } from './session-over.ts'
import { TranscriptMeter } from './transcript-meter.ts'

/** What is done with an event of the upstream's: it goes on as it came, it stays here, or something else goes on in its place. */
export type Onward = { readonly does: 'pass' | 'drop' } | { readonly does: 'replace'; readonly text: string }

/** What the meter of a session works with. */
export type MeterOptions = {
  readonly funds: Funds
  readonly target: Target
  readonly plan: Plan
  /** The plan of transcripts by a model. Fails as planTranscript does. */
  readonly planTranscript: (model: string) => Plan
  readonly newId: () => string
  /** Ends a response at the upstream; returns what to wait for where the upstream reads too slowly. */
  readonly cancel: (responseId: string) => Promise<void> | undefined
  /** A hold that is needed for what comes unasked was refused. */
  readonly onRefused: (refused: HoldRefused) => void
}

const PASS: Onward = { does: 'pass' }
const DROP: Onward = { does: 'drop' }

/** Bytes of text for a token at the most, for what is read of it where the upstream does not tell. */
const BYTES_PER_TOKEN = 8
/** What an answer may be counted above its bound before it is ended; an honest upstream ends it by itself. */
const TOLERANCE_SHARE = 4
const TOLERANCE_TOKENS = 16

/** Codes in which an upstream tells of the house's account, and of its limits: never the customer's. */
const HOUSE_CODES = /quota|billing|api_key|authenticat|permission|organization|rate_limit/
const LIMITED_SECONDS = 5

const isOfHouse = ({ code }: { readonly code: string }): boolean => HOUSE_CODES.test(code)
const houseFailure = ({ code }: { readonly code: string }): Failure =>
  code.includes('rate_limit') ? failure('upstream_limited', { seconds: LIMITED_SECONDS }) : failure('upstream_failed')

/**
 * The money of a session. Each response and each transcript is a part with a hold of its own, which is there before anything goes to the
 * upstream that can bring the part about; what the upstream begins unasked is covered by one more hold that lies ready all the time.
 */
export class SessionMeter {
  readonly #options: MeterOptions
  /** Events that asked for a response which has not begun: their ids at the upstream, which are ours, and those that the client gave them. */
  readonly #asked = new Map<string, string | undefined>()
  /** Those of them whose hold is being asked for, so that they have not gone out. */
  readonly #unsent = new Set<string>()
  readonly #cancelled = new Set<string>()
  /** Until the upstream says otherwise it answers whoever has spoken: that is how sessions begin. */
  #answersUnasked = true
  #contextTokens = 0
  #reportedModel: string | undefined
  #cutAs: Outcome | undefined
  readonly #transcripts: TranscriptMeter

  constructor(options: MeterOptions) {
    this.#options = options
    this.#transcripts = new TranscriptMeter(options)
  }

  /** Whether a response was asked for that has not begun. */
  get isAwaiting(): boolean {
    return this.#asked.size > 0
  }

  /** From now on responses are cut short, and end so; nothing more of the client's goes out. */
  cutShort(outcome: Outcome): void {
    this.#cutAs = outcome
    for (const eventId of this.#unsent) this.#asked.delete(eventId)
  }

  /** What was asked for and never came begins under its hold, to end with the session: the upstream has read what it was asked about. */
  beginAsked(): void {
    for (const eventId of this.#asked.keys()) this.#options.funds.responses.begin(eventId, this.#partSession)
    this.#asked.clear()
  }

  /** The event as it goes to the upstream, once everything it can cost is held. Fails as reading does; throws HoldRefused, SessionOver. */
  async admit(message: Buffer): Promise<string> {
    const { plan, target, newId, funds } = this.#options
    const { outputMax } = plan.model
    const event = readClientEvent(message, { model: plan.model.id, upstreamModel: target.route.upstreamModel, outputMax })
    // A client that gives two events one id must not make them count as one.
    const eventId = event.asksResponse ? newId() : (event.eventId ?? newId())
    const transcriber = this.#transcripts.choose(event.transcriber)
    if (event.asksResponse) {
      this.#asked.set(eventId, event.eventId)
      this.#unsent.add(eventId)
    }
    if (event.answersUnasked === true) this.#answersUnasked = true
    this.#want()
    try {
      await funds.cover()
      if (this.#cutAs !== undefined) throw new SessionOver()
    } catch (thrown) {
      this.#asked.delete(eventId)
      this.#want()
      throw this.#refusalOf(thrown)
    } finally {
      this.#unsent.delete(eventId)
    }
    this.#contextTokens += Math.floor(event.textBytes / BYTES_PER_TOKEN)
    return event.write(eventId, transcriber)
  }

  /** What is done with an event of the upstream's. Throws HoldRefused, SessionOver. */
  async take(event: ServerEvent): Promise<Onward> {
    const { funds, newId } = this.#options
    switch (event.kind) {
      case 'session':
        this.#answersUnasked = event.answersUnasked ?? this.#answersUnasked
        this.#reportedModel = event.model ?? this.#reportedModel
        this.#transcripts.switchTo(event.transcriber)
        this.#topUp()
        return PASS
      case 'response-created':
        await this.#beginResponse(event.id)
        return PASS
      case 'response-grew':
        await this.#grow(event)
        return PASS
      case 'response-done':
        this.#endResponse(event)
        return isOfHouse(event) ? { does: 'replace', text: event.instead(houseFailure(event)) } : PASS
      case 'heard':
        await this.#transcripts.begin(event.itemId)
        this.#topUp()
        return PASS
      case 'transcribed':
        await this.#transcripts.end(event.itemId, event.told)
        return PASS
      case 'not-transcribed':
        this.#transcripts.fail(event.itemId)
        return PASS
      case 'limits': {
        const text = limitsEvent(funds.limits, newId())
        return text === undefined ? DROP : { does: 'replace', text }
      }
      case 'error':
        return this.#takeError(event)
      case 'other':
        return PASS
      case 'unreadable':
        return DROP
    }
  }

  #want(): void {
    this.#options.funds.responses.wanted = this.#asked.size + (this.#answersUnasked ? 1 : 0)
  }

  /** Sees to it that holds are ready again, while the session goes on. */
  #topUp(): void {
    if (this.#cutAs !== undefined) return
    this.#want()
    this.#options.funds.cover().catch((thrown: unknown) => {
      const refused = this.#refusalOf(thrown)
      if (refused instanceof HoldRefused) this.#options.onRefused(refused)
    })
  }

  async #beginResponse(id: string): Promise<void> {
    const [first] = this.#asked.keys()
    if (first !== undefined) this.#asked.delete(first)
    await this.#options.funds.responses.beginSurely(id, this.#partSession)
    this.#topUp()
    // Nobody is there to hear it.
    if (this.#cutAs !== undefined) await this.#options.cancel(id)
  }

  get #partSession(): PartSession {
    return { contextTokens: this.#contextTokens, reportedModel: this.#reportedModel }
  }

  #grow({ id, made }: Extract<ServerEvent, { kind: 'response-grew' }>): Promise<void> | undefined {
    const part = this.#options.funds.responses.partOf(id)
    if (part === undefined) return undefined
    part.grow(made)
    const bound = part.outputMax + Math.ceil(part.outputMax / TOLERANCE_SHARE) + TOLERANCE_TOKENS
    if (part.madeTokensMin <= bound || this.#cancelled.has(id)) return undefined
    this.#cancelled.add(id)
    return this.#options.cancel(id)
  }

  #endResponse({ id, isFailed, told }: Extract<ServerEvent, { kind: 'response-done' }>): void {
    const { funds } = this.#options
    const part = funds.responses.partOf(id)
    if (part === undefined) return
    part.tell(told)
    const isLost = isFailed && told.usage === undefined
    const whole = this.#cancelled.delete(id) ? 'length-stopped' : 'completed'
    const used = funds.responses.end(id, isLost ? 'upstream-failed' : (this.#cutAs ?? whole), isLost ? 502 : 200)
    if (told.usage !== undefined && used !== undefined) this.#contextTokens = inputTokensOf(used) + outputTokensOf(used)
    funds.noteSettled()
  }

  #takeError(event: Extract<ServerEvent, { kind: 'error' }>): Onward {
    const { eventId = '' } = event
    const answered = this.#asked.has(eventId) ? this.#asked.get(eventId) : eventId
    // The hold stays for the next response.
    this.#asked.delete(eventId)
    this.#want()
    if (this.#cutAs !== undefined) this.#options.funds.noteSettled()
    if (isOfHouse(event)) return { does: 'replace', text: errorEvent(houseFailure(event), { own: this.#options.newId(), answered }) }
    return answered === eventId ? PASS : { does: 'replace', text: event.answering(answered) }
  }

  #refusalOf(thrown: unknown): unknown {
    if (!(thrown instanceof FailureError)) return thrown
    return new HoldRefused(thrown.failure, this.#answersUnasked || thrown.failure.status !== 429)
  }
}
