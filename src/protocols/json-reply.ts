import type { StringSpan } from './count-tokens.ts'
import { NOTHING } from './json-bytes.ts'
import { JsonScanner } from './json-scanner.ts'
import { passedTokens, sampleText, TEXT_KEYS, type TextSample, textTally } from './passed-text.ts'
import type { ReplyReader } from './protocol.ts'
import { type ScanPlan, scanPlan } from './scan-plan.ts'
import { parseObject, parseText, type ReplyUsage } from './usage-figures.ts'

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

/** A reader of a whole JSON reply, and what those know that are made of it. */
export type JsonReplyReader = ReplyReader & {
  /** The text under one of the plan's `marks` that has begun and not ended, as far as it has come. */
  readonly openMark: () => ReplyMark | undefined
  /** Whether what has passed counts as delivered: it is whole, or went out before it was. */
  readonly isDelivered: () => boolean
}

/** Reads a whole JSON reply as it passes, keeping nothing of it but usage, model, the service tier and an error; every byte goes on unchanged. */
export function readJsonReply(sink: ReplyUsage, { plan, onMark }: ReplyReading = { plan: REPLY }): JsonReplyReader {
  const text = textCounter(plan)
  let isBroken = false
  let readAt = -1
  const placeOf = (mark: number): Omit<ReplyMark, 'start' | 'end'> => {
    const { depth, openedAt } = scanner
    return { mark: mark - TEXT_KEYS.length, depth, openedAt, within: Math.max(-1, scanner.field - WITHIN) }
  }
  const scanner: JsonScanner = new JsonScanner(plan, (mark, start, end) => {
    if (mark < TEXT_KEYS.length) text.note(mark, Math.max(0, end - start - 2), scanner)
    else onMark?.({ ...placeOf(mark), start, end })
  })
  const readUsage = (): void => {
    const captured = scanner.startOf(USAGE) === readAt ? undefined : scanner.captured(USAGE)
    if (captured === undefined) return
    readAt = scanner.startOf(USAGE)
    const told = parseObject(captured)
    if (told !== undefined) sink.add(told)
  }
  const textOf = (field: number): string | undefined => {
    const captured = scanner.captured(field)
    return captured === undefined ? undefined : parseText(captured)
  }
  const isComplete = (): boolean => scanner.isComplete && !isBroken
  return {
    push: (chunk) => {
      if (!isBroken) isBroken = !tryScan(scanner, chunk)
      return chunk
    },
    end: nothing,
    usage: () => {
      readUsage()
      return sink.usage()
    },
    isUsageSuspect: () => {
      readUsage()
      return sink.isSuspect()
    },
    countedOutput: () => (isComplete() ? text.whole() : text.passed(scanner)),
    noteReleased: text.sample,
    openMark: () => {
      const open = scanner.openText
      return open === undefined || open.mark < TEXT_KEYS.length ? undefined : { ...open, ...placeOf(open.mark) }
    },
    isDelivered: () => isComplete() || text.isSampled(),
    isComplete,
    hasLastFrame: false,
    isUsageFinal: () => isComplete() && scanner.captured(USAGE) !== undefined,
    // Some upstreams write "error": null beside an answer.
    isError: () => scanner.endOf(ERROR) - scanner.startOf(ERROR) > 'null'.length,
    leastOutput: none,
    endsItself: false,
    stopAtLength: asItPassed,
    serviceTier: () => {
      readUsage()
      return sink.tierOf(textOf(TIER)) ?? sink.serviceTier()
    },
    reportedModel: () => textOf(MODEL),
  }
}

/** Counts the text of a reply, whole or as far as it has come; `sample` is told its beginning when it goes out. */
function textCounter(plan: ScanPlan) {
  let bytes = 0
  let sample: TextSample | undefined
  /** Bytes in the answer, by key: a reply may tell the request again beside it. */
  const answer = TEXT_KEYS.map(() => 0)
  const hasPlaces = plan.fields.names.length > WITHIN
  const isAnswer = ({ field }: JsonScanner): boolean => !hasPlaces || field >= WITHIN
  const answerWithOpen = (scanner: JsonScanner): readonly number[] => {
    const open = isAnswer(scanner) ? scanner.openText : undefined
    return open === undefined ? answer : answer.map((sum, key) => (key === open.mark ? sum + Math.max(0, open.end - open.start - 1) : sum))
  }
  return {
    note: (key: number, length: number, scanner: JsonScanner): void => {
      bytes += length
      if (isAnswer(scanner)) answer[key] = (answer[key] ?? 0) + length
    },
    sample: (beginning: Buffer): void => {
      sample ??= sampleText(beginning, textSpans(beginning, plan, isAnswer))
    },
    isSampled: (): boolean => sample !== undefined,
    whole: (): number => Math.floor(bytes / BYTES_PER_TOKEN),
    passed: (scanner: JsonScanner): number => (sample === undefined ? 0 : passedTokens(sample, textTally(answerWithOpen(scanner)))),
  }
}

/** Where the texts of an answer lie in the beginning of a reply; the last may go on. */
function textSpans(beginning: Buffer, plan: ScanPlan, isAnswer: (scanner: JsonScanner) => boolean): readonly StringSpan[] {
  const spans: StringSpan[] = []
  const scanner: JsonScanner = new JsonScanner(plan, (mark, start, end) => {
    if (mark < TEXT_KEYS.length && end - start > 2 && isAnswer(scanner)) spans.push({ start, end })
  })
  const open = tryScan(scanner, beginning) && isAnswer(scanner) ? scanner.openText : undefined
  if (open !== undefined && open.mark < TEXT_KEYS.length) spans.push({ start: open.start, end: open.end + 1 })
  return spans
}

// The same of all replies: what is spelled within is made anew for each.
const nothing = (): Buffer => NOTHING
const none = (): number => 0
const asItPassed = (passed: Buffer): Buffer => passed

/** Whether the scanner could go on: what an upstream sends is passed on also when it is no JSON. */
export function tryScan(scanner: JsonScanner, chunk: Buffer): boolean {
  try {
    scanner.push(chunk)
    return true
  } catch {
    return false
  }
}
