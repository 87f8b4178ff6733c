import { NO_USAGE, type Usage } from '../../spec/index.ts'
import type { UsageReading } from '../openai-surfaces/figures.ts'
import { transcriptFigures } from '../openai-surfaces/transcript-reply.ts'
import { objectAt, taker, type UsageFigures, type UsageObject, usageFigures } from '../usage-figures.ts'

/** What an upstream told of one part of a session. Absent is not zero. */
export type ToldUsage = { readonly usage: Usage | undefined; readonly isSuspect: boolean }

/**
 * The usage of a response: sound, pictures and what was cached are parts of what was read, and what was cached is itself told by its kinds.
 * Source: https://platform.openai.com/docs/api-reference/realtime-server-events/response/done (2026-11-26).
 */
export const responseUsage = (told: unknown): ToldUsage => readTold(told, responseFigures)

/**
 * The usage of a transcript, told in tokens or in seconds, which are rounded up. Source:
 * https://platform.openai.com/docs/api-reference/realtime-server-events/conversation/item/input_audio_transcription/completed (2026-11-26).
 */
export const transcriptUsage = (told: unknown): ToldUsage => readTold(told, transcriptFigures)

function readTold(told: unknown, read: UsageReading): ToldUsage {
  const object = objectAt(told)
  if (object === undefined) return { usage: undefined, isSuspect: false }
  const figures = usageFigures()
  const usage = read(object, figures)
  return { usage: usage && { ...NO_USAGE, ...usage }, isSuspect: figures.isSuspect() }
}

function responseFigures(told: UsageObject, figures: UsageFigures): Partial<Usage> | undefined {
  const input = figures.read(told, 'input_tokens', undefined)
  const output = figures.read(told, 'output_tokens', undefined)
  if (input === undefined && output === undefined) return undefined
  if (input === undefined || output === undefined) figures.suspect()
  const read = objectAt(told['input_token_details'])
  const made = objectAt(told['output_token_details'])
  return { ...readClasses(input ?? 0, read, figures), ...madeClasses(output ?? 0, made, figures) }
}

/** What was read by its parts: the cached ones first, then sound and pictures beside them, the rest is text. */
function readClasses(input: number, told: UsageObject | undefined, figures: UsageFigures): Partial<Usage> {
  const cachedKinds = objectAt(told?.['cached_tokens_details'])
  const countOf = (from: UsageObject | undefined, name: string): number => figures.read(from, name, undefined) ?? 0
  const uncached = (name: string): number => {
    const [all, cached] = [countOf(told, name), countOf(cachedKinds, name)]
    if (cached > all) figures.suspect()
    return Math.max(0, all - cached)
  }
  const [cached, sound, pictures] = [countOf(told, 'cached_tokens'), uncached('audio_tokens'), uncached('image_tokens')]
  if (cached > input || sound + pictures > input) figures.suspect()
  const take = taker(input)
  const [cacheRead, audioInput, imageInput] = [take(cached), take(sound), take(pictures)]
  return { cacheRead, audioInput, imageInput, input: take(input) }
}

function madeClasses(output: number, told: UsageObject | undefined, figures: UsageFigures): Partial<Usage> {
  const sound = figures.read(told, 'audio_tokens', undefined) ?? 0
  const reasoning = figures.read(told, 'reasoning_tokens', undefined) ?? 0
  if (sound > output) figures.suspect()
  const audioOutput = Math.min(sound, output)
  const text = output - audioOutput
  return { audioOutput, output: text, reasoning: Math.min(reasoning, text) }
}
