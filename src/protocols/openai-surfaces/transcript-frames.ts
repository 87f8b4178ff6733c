import type { Usage } from '../../spec/index.ts'
import { countDelta } from '../count-tokens.ts'
import { NOTHING, OPEN_BRACE, QUOTE } from '../json-bytes.ts'
import { tryScan } from '../json-reply.ts'
import { JsonScanner } from '../json-scanner.ts'
import { scanPlan } from '../scan-plan.ts'
import type { Frames } from '../stream-reply.ts'
import { parseObject, parseText, type ReplyUsage } from '../usage-figures.ts'

/** `text` stands in deltas of Mistral, and in last events whole; `choices` in chunks, which have no type. */
const EVENT = scanPlan({ fields: ['type', 'usage', 'delta', 'text', 'model', 'choices'], marks: ['content'], isLenient: true })
const [TYPE, USAGE, DELTA, TEXT, MODEL, CHOICES] = [0, 1, 2, 3, 4, 5]
const DONE = Buffer.from('[DONE]')

const LAST: ReadonlySet<string> = new Set(['transcript.text.done', 'transcription.done'])
const TEXT_DELTA = 'transcription.text.delta'

/** Longest type or model name that is read, in bytes. */
const WORD_BYTES_MAX = 256

/** What is made of the text that passes: `usage` is told the bytes of it so far, where the upstream tells none. */
export type TranscriptStream = { readonly sink: () => ReplyUsage; readonly uncounted: (textBytes: number) => Usage }

/**
 * The events of a transcript: typed ones, of which the last tells its usage, or chunks that end with [DONE] and tell the sums so far.
 * Sources: https://platform.openai.com/docs/api-reference/audio/transcript-text-done-event,
 * https://docs.mistral.ai/api/endpoint/audio/transcriptions, https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html (2026-11-30).
 */
export function transcriptFrames({ sink, uncounted }: TranscriptStream): Frames {
  let told = sink()
  let [tokens, bytes, hasEnded, isSuspect] = [0, 0, false, false]
  let model: string | undefined
  let current: Buffer = NOTHING
  const count = (start: number, end: number): void => {
    if (end - start <= 2 || current[start] !== QUOTE) return
    tokens += countDelta(current, { start, end })
    bytes += end - start - 2
  }
  const scanner = new JsonScanner(EVENT, (_, start, end) => {
    if (scanner.field === CHOICES) count(start, end)
  })
  const spanOf = (field: number): readonly [number, number] => [scanner.startOf(field), scanner.endOf(field)]
  const wordAt = (field: number): string | undefined => {
    const [start, end] = spanOf(field)
    return end > start && end - start <= WORD_BYTES_MAX ? parseText(current.subarray(start, end)) : undefined
  }
  const readUsage = (): void => {
    const [start, end] = spanOf(USAGE)
    if (end <= 0 || current[start] !== OPEN_BRACE) return
    const next = sink()
    next.add(parseObject(current.subarray(start, end)) ?? {})
    isSuspect ||= next.isSuspect()
    // Sums so far: a later one takes the place of those before.
    if (next.usage() !== undefined) told = next
  }
  return {
    read: (data) => {
      hasEnded ||= data.equals(DONE)
      current = data
      scanner.reset()
      if (!tryScan(scanner, data) || !scanner.isComplete) return false
      model ??= wordAt(MODEL)
      const type = wordAt(TYPE) ?? ''
      count(...spanOf(type === TEXT_DELTA ? TEXT : DELTA))
      hasEnded ||= LAST.has(type)
      if (LAST.has(type) || type === '') readUsage()
      return false
    },
    usage: () => told.usage() ?? uncounted(bytes),
    isUsageSuspect: () => isSuspect,
    countedOutput: () => tokens,
    isComplete: () => hasEnded,
    hasLastFrame: true,
    isUsageFinal: () => hasEnded && told.usage() !== undefined,
    reportedModel: () => model,
    serviceTier: () => undefined,
    leastOutput: () => 0,
    lengthStop: () => NOTHING,
  }
}
