import type { Usage } from '../../spec/index.ts'
import { NOTHING, OPEN_BRACE } from '../json-bytes.ts'
import { tryScan } from '../json-reply.ts'
import { JsonScanner } from '../json-scanner.ts'
import type { CountedMedia } from '../protocol.ts'
import { scanPlan } from '../scan-plan.ts'
import type { Frames } from '../stream-reply.ts'
import type { ReplyUsage } from '../usage-figures.ts'
import { parseObject, parseText } from '../usage-figures.ts'

/** What is made of a stream whose events tell their type: `last` are those that end one of `ends` answers and tell its usage. */
export type TypedStream = {
  readonly sink: ReplyUsage
  readonly last: ReadonlySet<string>
  readonly ends: number
  /** The usage of what has ended so far, beside what the sink was told; undefined when nothing is known. */
  readonly usage: (ended: number) => Usage | undefined
  /** Told of the type of each event. */
  readonly onType?: (type: string) => void
  /** Told of the bytes of sound that an event brings, as base64. */
  readonly onSound?: (characters: number) => void
  readonly countedOutput?: () => number
  readonly countedMedia?: () => CountedMedia
}

const EVENT = scanPlan({ fields: ['type', 'usage', 'model', 'audio'], isLenient: true })
const TYPE = 0
const USAGE = 1
const MODEL = 2
const AUDIO = 3

/** Longest type or model name that is read, in bytes. */
const WORD_BYTES_MAX = 256

/** Frames of streams that end with a typed event and have no other mark of their end. */
export function typedFrames(stream: TypedStream): Frames {
  const { sink, last, ends, usage, onSound, onType, countedOutput = () => 0, countedMedia } = stream
  const scanner = new JsonScanner(EVENT)
  let ended = 0
  let model: string | undefined
  const wordAt = (data: Buffer, field: number): string | undefined => {
    const [start, end] = [scanner.startOf(field), scanner.endOf(field)]
    return end > start && end - start <= WORD_BYTES_MAX ? parseText(data.subarray(start, end)) : undefined
  }
  return {
    read: (data) => {
      scanner.reset()
      if (!tryScan(scanner, data) || !scanner.isComplete) return false
      model ??= wordAt(data, MODEL)
      if (scanner.endOf(AUDIO) > 0) onSound?.(scanner.endOf(AUDIO) - scanner.startOf(AUDIO) - 2)
      const type = wordAt(data, TYPE) ?? ''
      onType?.(type)
      if (!last.has(type)) return false
      ended += 1
      const [start, end] = [scanner.startOf(USAGE), scanner.endOf(USAGE)]
      if (end > 0 && data[start] === OPEN_BRACE) sink.add(parseObject(data.subarray(start, end)) ?? {})
      return false
    },
    usage: () => usage(ended),
    isUsageSuspect: sink.isSuspect,
    countedOutput,
    ...(countedMedia === undefined ? {} : { countedMedia }),
    isComplete: () => ended >= ends,
    hasLastFrame: true,
    isUsageFinal: () => ended >= ends && sink.usage() !== undefined,
    reportedModel: () => model,
    serviceTier: () => undefined,
    leastOutput: () => 0,
    lengthStop: () => NOTHING,
  }
}
