import type { ServiceTier, Usage } from '../spec/index.ts'
import { NOTHING } from './json-bytes.ts'
import { JsonScanner } from './json-scanner.ts'
import type { ReplyReader } from './protocol.ts'
import { type ScanPlan, scanPlan } from './scan-plan.ts'
import { parseObject, parseText, type UsageObject } from './usage-figures.ts'

/** What a reply's usage objects are told to. */
export type UsageSink = {
  readonly add: (told: UsageObject) => void
  readonly usage: () => Usage | undefined
  readonly isSuspect: () => boolean
  /** The service tier that some word for it means. */
  readonly tierOf: (word: unknown) => ServiceTier | undefined
  /** The tier that a usage object told. */
  readonly serviceTier: () => ServiceTier | undefined
}

/** Most bytes of each of these that are kept until the reply ends. */
const CAPTURE_BYTES_MAX = 16_384

/** Bytes of English text per token, for replies that tell no usage; rounded down to the customer's favour. */
const BYTES_PER_TOKEN = 4

/** Keys of a reply that hold generated text. */
const TEXT_KEYS = ['content', 'reasoning_content', 'reasoning', 'refusal', 'arguments', 'text', 'thinking']
const FIELDS = ['usage', 'model', 'error', 'service_tier']
const REPLY = replyPlan()
const USAGE = 0
const MODEL = 1
const ERROR = 2
const TIER = 3

/** Something else that a protocol has to know of a reply: texts of a key within some root field, each with how deep it lies. */
export type ReplyWatch = {
  readonly plan: ScanPlan
  /** Told of each short text of the watched key. */
  readonly tell: (text: string, depth: number) => void
}

/** The plan of a watch for a key in a root field; made once for a protocol. */
export const watchPlan = (field: string, key: string): ScanPlan => replyPlan([field], [key])

function replyPlan(fields: readonly string[] = [], keys: readonly string[] = []): ScanPlan {
  const lists = { fields: [...FIELDS, ...fields], marks: [...TEXT_KEYS, ...keys] }
  return scanPlan({ ...lists, isLenient: true, captureBytesMax: CAPTURE_BYTES_MAX })
}

/**
 * Reads a whole JSON reply as it passes, keeping nothing of it but `usage`, `model`, the service tier and an error; every byte goes on
 * unchanged.
 */
export function readJsonReply(sink: UsageSink, watch?: ReplyWatch): ReplyReader {
  let textBytes = 0
  let isBroken = false
  let readAt = -1
  const words = shortWords()
  const scanner: JsonScanner = new JsonScanner(watch?.plan ?? REPLY, (mark, start, end) => {
    if (mark < TEXT_KEYS.length) textBytes += Math.max(0, end - start - 2)
    else if (scanner.field >= FIELDS.length) words.find(start, end, (text) => watch?.tell(text, scanner.depth))
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
      if (watch !== undefined) words.push(chunk)
      if (!isBroken) isBroken = !tryScan(scanner, chunk)
      return chunk
    },
    end: () => NOTHING,
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
    isUsageFinal: () => isComplete() && scanner.captured(USAGE) !== undefined,
    // Some upstreams write "error": null beside an answer.
    isError: () => scanner.endOf(ERROR) - scanner.startOf(ERROR) > 'null'.length,
    leastOutput: () => 0,
    endsItself: false,
    stopAtLength: (passed) => passed,
    serviceTier: () => {
      readUsage()
      return sink.tierOf(textOf(TIER)) ?? sink.serviceTier()
    },
    reportedModel: () => textOf(MODEL),
  }
}

/** Longest text that a watch is told of, in bytes with its quotes. */
const WORD_BYTES_MAX = 64

/** Finds short texts in what passes; of earlier chunks only so much is kept as one of them can have. */
function shortWords() {
  let known: Buffer = NOTHING
  let base = 0
  return {
    push: (chunk: Buffer): void => {
      const tail = known.subarray(Math.max(0, known.length - WORD_BYTES_MAX))
      base += known.length - tail.length
      known = tail.length === 0 ? chunk : Buffer.concat([tail, chunk])
    },
    find: (start: number, end: number, tell: (text: string) => void): void => {
      if (end - start > WORD_BYTES_MAX || end === start || start < base) return
      const text = parseText(known.subarray(start - base, end - base))
      if (text !== undefined) tell(text)
    },
  }
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
