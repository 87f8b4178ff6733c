import type { ServiceTier, Usage } from '../spec/index.ts'
import type { StringSpan } from './count-tokens.ts'
import { NOTHING } from './json-bytes.ts'
import { JsonScanner } from './json-scanner.ts'
import { passedTokens, sampleText, TEXT_KEYS, type TextSample, textTally } from './passed-text.ts'
import type { CountedMedia, ReplyReader } from './protocol.ts'
import { type ScanPlan, scanPlan } from './scan-plan.ts'
import { addTold, parseText, type ReplyUsage } from './usage-figures.ts'

/** For replies that tell no usage. */
export const NO_FIGURES: ReplyUsage = {
  add: () => undefined,
  usage: () => undefined,
  isSuspect: () => false,
  tierOf: () => undefined,
  serviceTier: () => undefined,
}

/** Most bytes of each of these that are kept until the reply ends. */
const CAPTURE_BYTES_MAX = 16_384

/** Bytes of English text per token, for replies that tell no usage; rounded down to the customer's favour. */
const BYTES_PER_TOKEN = 4

/** Names of the fields of a reply that are kept. */
export type ReplyNames = { readonly usage: string; readonly model: string; readonly error: string; readonly tier: string }

const USUAL_NAMES: ReplyNames = { usage: 'usage', model: 'model', error: 'error', tier: 'service_tier' }

/**
 * A text under one of a plan's `marks`, of which `mark` is the index: its offsets in the reply with its quotes, how deep it lies, in which
 * of the plan's `within`, else -1, and where the object begins that it lies in.
 */
export type ReplyMark = {
  readonly mark: number
  readonly start: number
  readonly end: number
  readonly depth: number
  readonly within: number
  readonly openedAt: number
}

/** What of a JSON reply is read, and who is told of values of its `marks` that are texts. */
export type ReplyReading = { readonly plan: ScanPlan; readonly onMark?: (mark: ReplyMark) => void }

/** What a plan of a reply is made of. `within`: root fields that marks are told to lie in. */
export type ReplyPlanParts = {
  readonly names?: ReplyNames
  readonly marks?: readonly string[]
  readonly within?: readonly string[]
}

/** A plan of a reply: what its fields are called, and other keys than those of texts that are told of. */
export function replyPlan({ names = USUAL_NAMES, marks = [], within = [] }: ReplyPlanParts = {}): ScanPlan {
  const { usage, model, error, tier } = names
  const fields = [usage, model, error, tier, ...within]
  return scanPlan({ fields, marks: [...TEXT_KEYS, ...marks], isLenient: true, captureBytesMax: CAPTURE_BYTES_MAX })
}
const REPLY = replyPlan()
const USAGE = 0
const MODEL = 1
const ERROR = 2
const TIER = 3

const WITHIN = 4

/**
 * Reads a whole JSON reply as it passes, keeping nothing of it but usage, model, the service tier and an error; every byte goes on unchanged.
 * One that is made of it by spreading is made of its `readerRecord`.
 */
export class JsonReply implements ReplyReader {
  readonly #sink: ReplyUsage
  readonly #plan: ScanPlan
  readonly #onMark: ((mark: ReplyMark) => void) | undefined
  readonly #scanner: JsonScanner
  #isBroken = false
  /** Where the usage begins that was read last. */
  #usageAt = -1
  #textBytes = 0
  /** Bytes of text in the answer, by key: a reply may tell the request again beside it. */
  readonly #answer: number[] = NO_TEXT.slice()
  #sample: TextSample | undefined
  readonly hasLastFrame = false
  readonly endsItself = false

  constructor(sink: ReplyUsage, { plan, onMark }: ReplyReading = { plan: REPLY }) {
    this.#sink = sink
    this.#plan = plan
    this.#onMark = onMark
    this.#scanner = new JsonScanner(plan, (mark, start, end) => this.#note(mark, start, end))
  }

  push(chunk: Buffer): Buffer {
    if (!this.#isBroken) this.#isBroken = !tryScan(this.#scanner, chunk)
    return chunk
  }

  end(): Buffer {
    return NOTHING
  }

  usage(): Usage | undefined {
    this.#readUsage()
    return this.#sink.usage()
  }

  isUsageSuspect(): boolean {
    this.#readUsage()
    return this.#sink.isSuspect()
  }

  countedOutput(): number {
    if (this.isComplete()) return Math.floor(this.#textBytes / BYTES_PER_TOKEN)
    return this.#sample === undefined ? 0 : passedTokens(this.#sample, textTally(this.#answerWithOpen()))
  }

  noteReleased(beginning: Buffer): void {
    this.#sample ??= sampleText(beginning, textSpans(beginning, this.#plan))
  }

  /** The text under one of the plan's `marks` that has begun and not ended, as far as it has come. */
  openMark(): ReplyMark | undefined {
    const open = this.#scanner.openText
    return open === undefined || open.mark < TEXT_KEYS.length ? undefined : this.#markAt(open.mark, open.start, open.end)
  }

  /** Whether what has passed counts as delivered: it is whole, or went out before it was. */
  isDelivered(): boolean {
    return this.isComplete() || this.#sample !== undefined
  }

  isComplete(): boolean {
    return this.#scanner.isComplete && !this.#isBroken
  }

  isUsageFinal(): boolean {
    return this.isComplete() && this.#scanner.captured(USAGE) !== undefined
  }

  /** Some upstreams write "error": null beside an answer. */
  isError(): boolean {
    return this.#scanner.endOf(ERROR) - this.#scanner.startOf(ERROR) > 'null'.length
  }

  leastOutput(): number {
    return 0
  }

  stopAtLength(passed: Buffer): Buffer {
    return passed
  }

  serviceTier(): ServiceTier | undefined {
    this.#readUsage()
    return this.#sink.tierOf(this.#textOf(TIER)) ?? this.#sink.serviceTier()
  }

  reportedModel(): string | undefined {
    return this.#textOf(MODEL)
  }

  #note(mark: number, start: number, end: number): void {
    if (mark >= TEXT_KEYS.length) {
      this.#onMark?.(this.#markAt(mark, start, end))
      return
    }
    const length = Math.max(0, end - start - 2)
    this.#textBytes += length
    if (isInAnswer(this.#plan, this.#scanner)) this.#answer[mark] = (this.#answer[mark] ?? 0) + length
  }

  #markAt(mark: number, start: number, end: number): ReplyMark {
    const { depth, openedAt, field } = this.#scanner
    return { mark: mark - TEXT_KEYS.length, start, end, depth, openedAt, within: Math.max(-1, field - WITHIN) }
  }

  #answerWithOpen(): readonly number[] {
    const open = isInAnswer(this.#plan, this.#scanner) ? this.#scanner.openText : undefined
    if (open === undefined) return this.#answer
    return this.#answer.map((sum, key) => (key === open.mark ? sum + Math.max(0, open.end - open.start - 1) : sum))
  }

  #readUsage(): void {
    const startsAt = this.#scanner.startOf(USAGE)
    const captured = startsAt === this.#usageAt ? undefined : this.#scanner.captured(USAGE)
    if (captured === undefined) return
    this.#usageAt = startsAt
    addTold(this.#sink, captured)
  }

  #textOf(field: number): string | undefined {
    const captured = this.#scanner.captured(field)
    return captured === undefined ? undefined : parseText(captured)
  }
}

const NO_MEDIA: CountedMedia = { imageOutput: 0, audioOutput: 0 }

const NO_TEXT: readonly number[] = TEXT_KEYS.map(() => 0)

/** Whether a text lies in the answer, where a plan says which fields are that. */
const isInAnswer = ({ fields }: ScanPlan, { field }: JsonScanner): boolean => fields.names.length <= WITHIN || field >= WITHIN

/** A reader of a whole JSON reply. */
export const readJsonReply = (sink: ReplyUsage, reading?: ReplyReading): JsonReply => new JsonReply(sink, reading)

/** A reader as a record of its own functions, of which another reader can be made by spreading. */
export const readerRecord = (reader: ReplyReader): ReplyReader => ({
  push: (chunk) => reader.push(chunk),
  end: () => reader.end(),
  usage: () => reader.usage(),
  isUsageSuspect: () => reader.isUsageSuspect(),
  countedOutput: () => reader.countedOutput(),
  ...(reader.countedMedia === undefined ? {} : { countedMedia: () => reader.countedMedia?.() ?? NO_MEDIA }),
  noteReleased: (held) => reader.noteReleased?.(held),
  isComplete: () => reader.isComplete(),
  hasLastFrame: reader.hasLastFrame,
  isUsageFinal: () => reader.isUsageFinal(),
  isPastTelling: () => reader.isPastTelling?.() === true,
  isError: () => reader.isError(),
  serviceTier: () => reader.serviceTier(),
  reportedModel: () => reader.reportedModel(),
  leastOutput: () => reader.leastOutput(),
  endsItself: reader.endsItself,
  stopAtLength: (passed, stop) => reader.stopAtLength(passed, stop),
})

/** Where the texts of an answer lie in the beginning of a reply; the last may go on. */
function textSpans(beginning: Buffer, plan: ScanPlan): readonly StringSpan[] {
  const spans: StringSpan[] = []
  const scanner: JsonScanner = new JsonScanner(plan, (mark, start, end) => {
    if (mark < TEXT_KEYS.length && end - start > 2 && isInAnswer(plan, scanner)) spans.push({ start, end })
  })
  const open = tryScan(scanner, beginning) && isInAnswer(plan, scanner) ? scanner.openText : undefined
  if (open !== undefined && open.mark < TEXT_KEYS.length) spans.push({ start: open.start, end: open.end + 1 })
  return spans
}

/** Whether the scanner could go on: what an upstream sends is passed on also when it is no JSON. */
export function tryScan(scanner: JsonScanner, chunk: Buffer): boolean {
  try {
    scanner.push(chunk)
    return true
  } catch {
    return false
  }
}
