import { alone } from '../lib/index.ts'
import type { ServiceTier, Usage } from '../spec/index.ts'
import type { AlikeEvents } from './alike-events.ts'
import { NOTHING } from './json-bytes.ts'
import type { CountedMedia, LengthStop, ReplyReader } from './protocol.ts'
import { SseScanner } from './sse-scanner.ts'

/** What a protocol makes of the events of a streamed reply. */
export type Frames = {
  /** Takes one event's data; returns whether it tells nothing but the usage. */
  readonly read: (data: Buffer) => boolean
  /** Who reads events that are the last one again but for some values; absent where each is read for itself. */
  readonly alike?: AlikeEvents
  readonly usage: () => Usage | undefined
  readonly isUsageSuspect: () => boolean
  readonly countedOutput: () => number
  readonly countedMedia?: () => CountedMedia
  readonly isComplete: () => boolean
  readonly hasLastFrame: boolean
  readonly isUsageFinal: () => boolean
  readonly reportedModel: () => string | undefined
  readonly serviceTier: () => ServiceTier | undefined
  readonly leastOutput: () => number
  /** Whether the upstream told a failure in words of its own, so that nothing has to be told after it. */
  readonly hasToldFailure?: () => boolean
  /** The protocol's own end of a stream at its limit, to follow a whole event. */
  readonly lengthStop: (stop: LengthStop) => Buffer
}

/** `eventBytesMax`: most bytes of an event that is kept until it is whole, where the scanner's own bound is too small. */
export type StreamOptions = { readonly removal?: Removal | undefined; readonly eventBytesMax?: number }

/** Reads a streamed reply as it passes. Without `removal` every buffer goes on as it came. */
export function readStreamReply(frames: Frames, { removal, eventBytesMax }: StreamOptions = {}): ReplyReader {
  const remover = removal === undefined ? undefined : createRemover(removal)
  const { alike } = frames
  const scanner = new SseScanner(({ bytes, from, to, at, start, end }, raw, rawAt) => {
    alike?.begin()
    const isUsageOnly = frames.read(bytes.subarray(from, to))
    if (isUsageOnly && mayBeCut(raw.subarray(rawAt, rawAt + end - start), removal)) remover?.cut(start, end)
    // A mark of the byte order belongs to the first event alone.
    if (at >= 0 && start > 0) alike?.keep(bytes, { at, length: end - start, dataAt: from })
  }, eventBytesMax)
  const scan = (chunk: Buffer): void => {
    const passed = alike === undefined || scanner.isInEvent ? 0 : alike.pass(chunk)
    if (passed > 0) scanner.skip(passed)
    if (passed < chunk.length) scanner.push(passed === 0 ? chunk : chunk.subarray(passed))
  }
  return {
    push: (chunk) => {
      scan(chunk)
      return remover === undefined ? chunk : remover.pass(chunk, scanner)
    },
    end: () => {
      scanner.end()
      return remover === undefined ? NOTHING : remover.pass(NOTHING, scanner)
    },
    usage: frames.usage,
    isUsageSuspect: frames.isUsageSuspect,
    countedOutput: frames.countedOutput,
    ...(frames.countedMedia === undefined ? {} : { countedMedia: frames.countedMedia }),
    isComplete: frames.isComplete,
    hasLastFrame: frames.hasLastFrame,
    isUsageFinal: frames.isUsageFinal,
    isError: () => false,
    reportedModel: frames.reportedModel,
    leastOutput: frames.leastOutput,
    serviceTier: frames.serviceTier,
    get endsItself() {
      return frames.hasToldFailure?.() === true
    },
    stopAtLength: (passed, stop) => {
      const unfinished = (remover?.passedUpTo() ?? scanner.total) - scanner.eventStart
      const whole = passed.subarray(0, passed.length - Math.min(Math.max(0, unfinished), passed.length))
      return Buffer.concat([whole, frames.lengthStop(stop)])
    },
  }
}

/** Events with these bytes are never taken out, so they need not wait until they are whole. */
export type Removal = { readonly neverIn: Buffer }

const mayBeCut = (event: Buffer, removal: Removal | undefined): boolean => removal !== undefined && !event.includes(removal.neverIn)

type Remover = {
  /** An event that is to be taken out, by its offsets in the stream. */
  readonly cut: (start: number, end: number) => void
  /** The bytes that can go on now. */
  readonly pass: (chunk: Buffer, scanner: SseScanner) => Buffer
  /** Offset in the stream up to which bytes have gone on. */
  readonly passedUpTo: () => number
}

/** Takes events out of a stream; holds back only an unfinished event that may have to be taken out. */
function createRemover({ neverIn }: Removal): Remover {
  let held: Buffer[] = []
  /** Offset in the stream of the first byte that has not gone on. */
  let heldStart = 0
  let cuts: { readonly start: number; readonly end: number }[] = []
  let search = { event: -1, done: 0, isFound: false }

  const mayYetBeCut = (scanner: SseScanner): boolean => {
    if (!scanner.isInEvent) return false
    const { unfinished, eventStart } = scanner
    if (unfinished === undefined) return false
    if (search.event !== eventStart) search = { event: eventStart, done: 0, isFound: false }
    search.isFound ||= unfinished.includes(neverIn, Math.max(0, search.done - neverIn.length))
    search.done = unfinished.length
    return !search.isFound
  }

  return {
    passedUpTo: () => heldStart,
    cut: (start, end) => {
      if (start >= heldStart) cuts.push({ start, end })
    },
    pass: (chunk, scanner) => {
      const until = mayYetBeCut(scanner) ? scanner.eventStart : scanner.total
      const isUntouched = held.length === 0 && cuts.length === 0
      if (isUntouched && until === scanner.total) {
        heldStart = until
        return chunk
      }
      if (until === heldStart) {
        if (chunk.length > 0) held.push(alone(chunk))
        return NOTHING
      }
      if (chunk.length > 0) held.push(chunk)
      const waiting = held.length === 1 ? (held[0] as Buffer) : Buffer.concat(held)
      const kept = withoutCuts(waiting, { cuts, from: heldStart, until })
      held = until === scanner.total ? [] : [alone(waiting.subarray(until - heldStart))]
      heldStart = until
      cuts = []
      return kept
    },
  }
}

type Range = { readonly cuts: readonly { readonly start: number; readonly end: number }[]; readonly from: number; readonly until: number }

/** The bytes between two offsets of the stream without those cut out; `waiting` begins at `from`. */
function withoutCuts(waiting: Buffer, { cuts, from, until }: Range): Buffer {
  const parts: Buffer[] = []
  let index = from
  for (const { start, end } of cuts) {
    if (start > index) parts.push(waiting.subarray(index - from, start - from))
    index = end
  }
  if (until > index) parts.push(waiting.subarray(index - from, until - from))
  return parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts)
}
