import { countDelta, countTokens, leastTokens } from '../count-tokens.ts'
import { NOTHING } from '../json-bytes.ts'
import { readerRecord, readJsonReply, replyPlan, tryScan } from '../json-reply.ts'
import { JsonScanner } from '../json-scanner.ts'
import type { CountedMedia, ReplyReader, ReplyShape } from '../protocol.ts'
import { scanPlan } from '../scan-plan.ts'
import { ShortWords } from '../short-words.ts'
import { type Frames, readStreamReply } from '../stream-reply.ts'
import { objectAt, parseObject, parseText } from '../usage-figures.ts'
import { MAP_DEPTH, QUERIES_DEPTH, searchCounter } from './grounding.ts'
import { encodeLengthStop } from './length-stop.ts'
import { BYTES_DEPTH, type MediaPart, mediaCounter } from './made-media.ts'
import { replyUsage } from './usage.ts'

const FIELDS = ['candidates', 'usageMetadata', 'modelVersion', 'promptFeedback']
const [CANDIDATES, USAGE, MODEL, FEEDBACK] = [0, 1, 2, 3]
const MARKS = [
  ...['text', 'code', 'output', 'functionCall', 'content', 'finishReason', 'blockReason', 'webSearchQueries', 'maps'],
  ...['inlineData', 'mimeType', 'data', 'imageSearchQueries'],
]
const EVENT = scanPlan({ fields: FIELDS, marks: MARKS, isLenient: true })
const [TEXT, CODE, OUTPUT, TOOL, CONTENT, FINISH, BLOCK, QUERIES, MAPS, BYTES, TYPE, DATA] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]
const PICTURE_QUERIES = 12

/** Root, candidates, candidate; there its content, parts, a part, what the part holds. */
const CANDIDATE_DEPTH = 3
const PART_DEPTH = 6
const FEEDBACK_DEPTH = 2

/** An event can hold a whole picture, or the whole input of a tool, and tells the usage beside it. */
const EVENT_BYTES_MAX = 16 * 1024 * 1024

/** Bytes of an event up to which calls of tools in it are looked into. */
const LOOKED_INTO_BYTES_MAX = 1_048_576

const NO_MEDIA: CountedMedia = { imageOutput: 0, audioOutput: 0 }

/** Where a whole reply has what is kept of it. */
const WHOLE = replyPlan({ names: { usage: 'usageMetadata', model: 'modelVersion', error: 'error', tier: 'serviceTier' } })

/** A reader of a reply; see ReplyReader. There is no usage frame to take out. */
export function readReply({ isStream, upstreamModel }: Pick<ReplyShape, 'isStream' | 'upstreamModel'>): ReplyReader {
  return isStream ? readStreamReply(geminiFrames(upstreamModel), { eventBytesMax: EVENT_BYTES_MAX }) : readWhole(upstreamModel)
}

/** A whole reply names its model last, so until then it is the one that was asked. */
function readWhole(upstreamModel: string | undefined): ReplyReader {
  const [searches, media, words] = [searchCounter(), mediaCounter(), new ShortWords()]
  const inner = readJsonReply(replyUsage(), { plan: WHOLE })
  const scanner: JsonScanner = new JsonScanner(EVENT, (mark, start, end) => {
    if (scanner.field !== CANDIDATES) return
    noteMedia(media, { mark, scanner, characters: end - start - 2, word: () => words.at(start, end) })
    if (hasQueries(mark) && scanner.depth === QUERIES_DEPTH) searches.noteQueries(start)
    if (mark === MAPS && scanner.depth === MAP_DEPTH) searches.noteMap()
  })
  let base = 0
  let isBroken = false
  const openPart = (): MediaPart | undefined => {
    const open = scanner.openText
    if (open?.mark !== DATA || scanner.depth !== BYTES_DEPTH) return undefined
    return { at: scanner.openedAt, characters: open.end - open.start - 1 }
  }
  return {
    ...readerRecord(inner),
    countedMedia: () => (inner.isDelivered() ? media.counted(inner.reportedModel() ?? upstreamModel, openPart()) : NO_MEDIA),
    push: (chunk) => {
      words.push(chunk)
      searches.begin(chunk, base)
      if (!isBroken) isBroken = !tryScan(scanner, chunk)
      searches.end()
      media.pass(chunk, base)
      base += chunk.length
      return inner.push(chunk)
    },
    usage: () => {
      const usage = inner.usage()
      return usage === undefined ? undefined : { ...usage, ...searches.usage(inner.reportedModel()) }
    },
  }
}

/**
 * Events of a stream. None of them is a last one, so figures may change until the connection ends; it is complete when as many candidates
 * have told why they ended as one event told of, or the prompt was refused. Source: https://ai.google.dev/api/generate-content (2026-11-26).
 */
function geminiFrames(upstreamModel: string | undefined): Frames {
  const usage = replyUsage()
  const searches = searchCounter()
  const made = madeCounter()
  const media = mediaCounter()
  let finished = 0
  let candidatesMax = 1
  let isRefused = false
  let model: string | undefined
  const isComplete = (): boolean => isRefused || finished >= candidatesMax
  const allUsage = () => {
    const told = usage.usage()
    return told === undefined ? undefined : { ...told, ...searches.usage(model) }
  }
  let candidates = 0
  let current: Buffer = NOTHING
  const scanner: JsonScanner = new JsonScanner(EVENT, (mark, start, end) => {
    const { field, depth } = scanner
    if (field === FEEDBACK) isRefused ||= mark === BLOCK && depth === FEEDBACK_DEPTH
    if (field !== CANDIDATES) return
    noteMedia(media, { mark, scanner, characters: end - start - 2, word: () => wordIn(current, start, end) })
    if (depth === CANDIDATE_DEPTH && mark === FINISH) finished += 1
    else if (depth === CANDIDATE_DEPTH && mark === CONTENT) candidates += 1
    else if (hasQueries(mark) && depth === QUERIES_DEPTH) searches.noteQueries(start)
    else if (mark === MAPS && depth === MAP_DEPTH) searches.noteMap()
    else made.note({ mark, start, end, depth })
  })
  return {
    read: (data) => {
      scanner.reset()
      made.begin(data)
      searches.begin(data, 0)
      media.begin()
      current = data
      candidates = 0
      const isWhole = tryScan(scanner, data) && scanner.isComplete
      made.end()
      media.pass(data, 0)
      current = NOTHING
      searches.end()
      searches.endText()
      candidatesMax = Math.max(candidatesMax, candidates)
      if (!isWhole) return false
      if (scanner.endOf(USAGE) > 0) usage.add(parseObject(data.subarray(scanner.startOf(USAGE), scanner.endOf(USAGE))) ?? {})
      if (model === undefined && scanner.endOf(MODEL) > 0) model = parseText(data.subarray(scanner.startOf(MODEL), scanner.endOf(MODEL)))
      return false
    },
    usage: allUsage,
    isUsageSuspect: usage.isSuspect,
    countedOutput: made.tokens,
    countedMedia: () => media.counted(model ?? upstreamModel),
    isComplete,
    hasLastFrame: false,
    isUsageFinal: () => isComplete() && usage.usage() !== undefined,
    reportedModel: () => model,
    serviceTier: usage.serviceTier,
    leastOutput: () => leastTokens(made.tokens(), made.bytes()),
    lengthStop: (stop) => encodeLengthStop(model, stop),
  }
}

/** Pictures are searched for by queries of their own. */
const hasQueries = (mark: number): boolean => mark === QUERIES || mark === PICTURE_QUERIES

/** Longest name of a kind of bytes, with its quotes. */
const WORD_BYTES_MAX = 64

/** A short text of an event; nothing where it is long. */
const wordIn = (bytes: Buffer, start: number, end: number): string | undefined =>
  end - start > WORD_BYTES_MAX ? undefined : parseText(bytes.subarray(start, end))

/** A mark with the text under it, as far as its place and its length go. */
type MarkedPart = {
  readonly mark: number
  readonly scanner: JsonScanner
  readonly characters: number
  readonly word: () => string | undefined
}

/** What a mark tells of pictures and sound. */
function noteMedia(media: ReturnType<typeof mediaCounter>, { mark, scanner, characters, word }: MarkedPart): void {
  const { depth, openedAt } = scanner
  if (depth === PART_DEPTH) media.noteStart({ at: openedAt, hasBytes: mark === BYTES })
  else if (depth === BYTES_DEPTH && mark === TYPE) media.note({ at: openedAt, mimeType: word() ?? '' })
  else if (depth === BYTES_DEPTH && mark === DATA) media.note({ at: openedAt, characters })
}

type Noted = { readonly mark: number; readonly start: number; readonly end: number; readonly depth: number }

/** Counts the texts of a stream's parts, and what tools are called with. */
function madeCounter() {
  let tokens = 0
  let bytes = 0
  let current: Buffer = NOTHING
  let callsTool = false
  return {
    begin: (data: Buffer): void => {
      current = data
      callsTool = false
    },
    note: ({ mark, start, end, depth }: Noted): void => {
      if (mark === TOOL) callsTool ||= depth === PART_DEPTH
      const isText = mark === TEXT ? depth === PART_DEPTH : (mark === CODE || mark === OUTPUT) && depth === PART_DEPTH + 1
      if (!isText || end - start < 3) return
      tokens += countDelta(current, { start, end })
      bytes += end - start - 2
    },
    end: (): void => {
      if (callsTool && current.length <= LOOKED_INTO_BYTES_MAX) {
        const calls = toolTexts(parseObject(current)?.['candidates'])
        tokens += countTokens(calls)
        bytes += Buffer.byteLength(calls)
      }
      current = NOTHING
    },
    tokens: () => tokens,
    bytes: () => bytes,
  }
}

/** Names and inputs of the tools that candidates call. */
function toolTexts(candidates: unknown): string {
  const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
  return listOf(candidates)
    .flatMap((candidate) => listOf(objectAt(objectAt(candidate)?.['content'])?.['parts']))
    .map((part) => objectAt(objectAt(part)?.['functionCall']))
    .map((call) => (call === undefined ? '' : `${String(call['name'])}${JSON.stringify(call['args'] ?? {})}`))
    .join('')
}
