import { NOTHING } from './json-bytes.ts'
import { JsonScanner } from './json-scanner.ts'
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

/** Keys of a reply that hold generated text. */
const TEXT_KEYS = ['content', 'reasoning_content', 'reasoning', 'refusal', 'arguments', 'text', 'thinking']

/** Names of the fields of a reply that are kept. */
export type ReplyNames = { readonly usage: string; readonly model: string; readonly error: string; readonly tier: string }

const USUAL_NAMES: ReplyNames = { usage: 'usage', model: 'model', error: 'error', tier: 'service_tier' }

/** A text under one of a plan's marks: its offsets in the reply with its quotes, how deep it lies, and in which of the plan's `within`, else -1. */
export type ReplyMark = { readonly start: number; readonly end: number; readonly depth: number; readonly within: number }

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

/** Reads a whole JSON reply as it passes, keeping nothing of it but usage, model, the service tier and an error; every byte goes on unchanged. */
export function readJsonReply(sink: ReplyUsage, { plan, onMark }: ReplyReading = { plan: REPLY }): ReplyReader {
  let textBytes = 0
  let isBroken = false
  let readAt = -1
  const scanner: JsonScanner = new JsonScanner(plan, (mark, start, end) => {
    if (mark < TEXT_KEYS.length) textBytes += Math.max(0, end - start - 2)
    else onMark?.({ start, end, depth: scanner.depth, within: Math.max(-1, scanner.field - WITHIN) })
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
    countedOutput: () => (isComplete() ? Math.floor(textBytes / BYTES_PER_TOKEN) : 0),
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
