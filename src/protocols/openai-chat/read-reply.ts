import type { ServiceTier } from '../../spec/index.ts'
import { AlikeEvents } from '../alike-events.ts'
import { countDelta, leastTokens, type StringSpan } from '../count-tokens.ts'
import { NOTHING, OPEN_BRACE, QUOTE } from '../json-bytes.ts'
import { JsonReply, replyPlan, tryScan } from '../json-reply.ts'
import { JsonScanner } from '../json-scanner.ts'
import { OpenaiUsage, TOLD_TIERS } from '../openai-family/index.ts'
import type { CountedMedia, ReplyReader } from '../protocol.ts'
import { isEmptyContainer } from '../request-fields.ts'
import { scanPlan } from '../scan-plan.ts'
import { bytesOfBase64, soundTokens } from '../sound-tokens.ts'
import { type Frames, type Removal, readStreamReply } from '../stream-reply.ts'
import { addTold, parseText } from '../usage-figures.ts'
import { type ChunkHead, encodeLengthStop } from './length-stop.ts'

/** Nothing is read of `obfuscation`, which makes events as long as others. */
const FIELDS = ['choices', 'usage', 'model', 'id', 'created', 'service_tier', 'obfuscation']
const TEXT_KEYS = ['content', 'refusal', 'arguments', 'transcript', 'reasoning_content', 'reasoning', 'text']
/** What a chunk adds, and the whole answer, which MiniMax's last one tells once more. Source: https://github.com/GCWing/OpenBitFun/pull/792 (2026-11-26). */
const PLACES = ['delta', 'message']
const CHUNK = scanPlan({ fields: FIELDS, marks: [...TEXT_KEYS, ...PLACES, 'data', 'logprobs'], isLenient: true })
/** Of a whole answer. */
const WHOLE = replyPlan({ marks: ['data'] })
const CHOICES = 0
const USAGE = 1
const MODEL = 2
const ID = 3
const CREATED = 4
const TIER = 5
const PADDING = 6
/** What a padding is among the texts of a chunk, which are told by their marks. */
const PADDED = -1

/** From this mark on it is reasoning, which some upstreams send under two names at once; `text` is that of pieces of either. */
const FIRST_REASONING = TEXT_KEYS.indexOf('reasoning_content')
const DELTA = TEXT_KEYS.length
const MESSAGE = DELTA + 1
const SOUND = DELTA + 2
const LOGPROBS = DELTA + 3
/** Root, choices, choice, delta or message; there the sound. */
const SOUND_DEPTH = 5

const DONE = Buffer.from('[DONE]')
const USAGE_FRAME: Removal = { neverIn: Buffer.from('"delta"') }

/** A reader of a reply; see ReplyReader. */
export function readReply({ isStream, removesUsage }: { readonly isStream: boolean; readonly removesUsage: boolean }): ReplyReader {
  if (!isStream) return new WholeReply()
  return readStreamReply(openaiFrames(), { removal: removesUsage ? USAGE_FRAME : undefined })
}

/** A whole answer may be spoken. Source: https://platform.openai.com/docs/api-reference/chat/object (2026-11-26). */
class WholeReply extends JsonReply {
  #soundBytes = 0

  constructor() {
    super(new OpenaiUsage(), { plan: WHOLE, onMark: ({ start, end, depth }) => this.#noteSound(depth, end - start - 2) })
  }

  countedMedia(): CountedMedia {
    if (!this.isDelivered()) return { imageOutput: 0, audioOutput: 0 }
    const open = this.openMark()
    const openBytes = open?.depth === SOUND_DEPTH ? bytesOfBase64(open.end - open.start - 1) : 0
    return { imageOutput: 0, audioOutput: soundTokens(this.#soundBytes + openBytes) }
  }

  #noteSound(depth: number, characters: number): void {
    if (depth === SOUND_DEPTH) this.#soundBytes += bytesOfBase64(characters)
  }
}

/** Source: https://platform.openai.com/docs/api-reference/chat-streaming (2026-11). */
function openaiFrames(): Frames {
  const usage = new OpenaiUsage()
  const text = deltaCounter()
  let isDone = false
  let isLast = false
  let model: string | undefined
  let tier: ServiceTier | undefined
  let head: ChunkHead | undefined
  return {
    alike: text.alike,
    read: (data) => {
      if (data.length === DONE.length && data.equals(DONE)) {
        isDone = true
        return false
      }
      const scanner = text.scan(data)
      if (scanner === undefined) return false
      head ??= headOf(data, scanner)
      // Azure's first chunk, which tells what its filters make of the prompt, names the empty one.
      if (model === undefined && scanner.endOf(MODEL) > 0) {
        model = parseText(data.subarray(scanner.startOf(MODEL), scanner.endOf(MODEL))) || undefined
      }
      if (scanner.endOf(TIER) > 0) tier = tierIn(data, scanner) ?? tier
      if (scanner.endOf(USAGE) < 0 || data[scanner.startOf(USAGE)] !== OPEN_BRACE) return false
      text.alike.unlike()
      addTold(usage, data.subarray(scanner.startOf(USAGE), scanner.endOf(USAGE)))
      const isUsageOnly = scanner.startOf(CHOICES) >= 0 && isEmptyContainer(data, scanner.startOf(CHOICES))
      isLast ||= isUsageOnly
      return isUsageOnly
    },
    usage: () => usage.usage(),
    isUsageSuspect: () => usage.isSuspect(),
    countedOutput: text.tokens,
    countedMedia: () => ({ imageOutput: 0, audioOutput: soundTokens(text.soundBytes()) }),
    isComplete: () => isDone,
    hasLastFrame: true,
    isUsageFinal: () => (isLast || isDone) && usage.usage() !== undefined,
    reportedModel: () => model,
    serviceTier: () => tier ?? usage.serviceTier(),
    leastOutput: () => leastTokens(text.tokens(), text.bytes()),
    lengthStop: (stop) => encodeLengthStop(head, stop),
  }
}

/** The tier that a chunk tells; each tells it again, so the text is looked up as it stands. */
const tierIn = (data: Buffer, scanner: JsonScanner): ServiceTier | undefined =>
  TOLD_TIERS.get(data.toString('latin1', scanner.startOf(TIER) + 1, scanner.endOf(TIER) - 1))

const isTextAt = (data: Buffer, scanner: JsonScanner, field: number): boolean =>
  scanner.endOf(field) > 0 && data[scanner.startOf(field)] === QUOTE

/** Longest id and model name that are kept of a stream's first chunk, in bytes. */
const HEAD_BYTES_MAX = 512

function headOf(data: Buffer, scanner: JsonScanner): ChunkHead | undefined {
  const value = (field: number): string | undefined => {
    const [start, end] = [scanner.startOf(field), scanner.endOf(field)]
    const text = end > 0 && end - start <= HEAD_BYTES_MAX ? data.toString('utf8', start, end) : ''
    return /^["\d]/.test(text) ? text : undefined
  }
  const id = value(ID)
  return id === undefined ? undefined : { id, created: value(CREATED) ?? '0', model: value(MODEL) ?? '""' }
}

type DeltaCounter = {
  /** Scans one chunk of the reply and counts its text; undefined when it is no JSON object. */
  readonly scan: (data: Buffer) => JsonScanner | undefined
  /** Counts chunks that are the last one again but for their texts, if they come. */
  readonly alike: AlikeEvents
  readonly tokens: () => number
  /** Bytes of that text as JSON. */
  readonly bytes: () => number
  /** Bytes of sound before their base64. */
  readonly soundBytes: () => number
}

function deltaCounter(): DeltaCounter {
  let tokens = 0
  let reasoning = 0
  let bytes = 0
  let soundBytes = 0
  let hasDelta = false
  let isRepeated = false
  let current: Buffer = NOTHING
  const count = (mark: number, span: StringSpan): void => {
    const counted = countDelta(current, span)
    bytes += span.end - span.start - 2
    if (mark < FIRST_REASONING) tokens += counted
    else reasoning = Math.max(reasoning, counted)
  }
  const alike = new AlikeEvents((event, values) => {
    current = event
    reasoning = 0
    for (const value of values) if (value.kind !== PADDED && value.end - value.start > 2) count(value.kind, value)
    tokens += reasoning
    current = NOTHING
  })
  const scanner = new JsonScanner(CHUNK, (mark, start, end) => {
    if (scanner.field !== CHOICES) return
    const isText = end > start
    if (mark < DELTA && isText) alike.note({ kind: mark, isText: true, start, end })
    else if (mark > DELTA || isText) alike.unlike()
    if (mark === DELTA || mark === MESSAGE) {
      hasDelta ||= mark === DELTA
      isRepeated = mark === MESSAGE && hasDelta
    }
    if (isRepeated || end - start < 3 || mark === LOGPROBS) return
    if (mark !== SOUND) count(mark, { start, end })
    else if (scanner.depth === SOUND_DEPTH) soundBytes += bytesOfBase64(end - start - 2)
  })
  return {
    scan: (data) => {
      current = data
      reasoning = 0
      isRepeated = false
      scanner.reset()
      const isWhole = tryScan(scanner, data) && scanner.isComplete
      tokens += reasoning
      current = NOTHING
      if (!isWhole) alike.unlike()
      else if (isTextAt(data, scanner, PADDING))
        alike.note({ kind: PADDED, isText: true, start: scanner.startOf(PADDING), end: scanner.endOf(PADDING) })
      return isWhole ? scanner : undefined
    },
    alike,
    tokens: () => tokens,
    bytes: () => bytes,
    soundBytes: () => soundBytes,
  }
}
