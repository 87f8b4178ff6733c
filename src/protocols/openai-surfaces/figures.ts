import { NO_USAGE, type Usage } from '../../spec/index.ts'
import type { ReplyUsage } from '../usage-figures.ts'
import { objectAt, type UsageFigures, type UsageObject, usageFigures } from '../usage-figures.ts'

/** Reads figures out of one usage object; undefined when it tells none. */
export type UsageReading = (told: UsageObject, figures: UsageFigures) => Partial<Usage> | undefined

/** A sink for usage objects of surfaces that tell their usage once for each answer; those of several answers add up. */
export function surfaceUsage(read: UsageReading): ReplyUsage {
  const figures = usageFigures()
  let sum: Usage | undefined
  return {
    add: (told) => {
      const usage = read(told, figures)
      if (usage !== undefined) sum = added(sum ?? NO_USAGE, usage)
    },
    usage: () => sum,
    isSuspect: figures.isSuspect,
    tierOf: () => undefined,
    serviceTier: () => undefined,
  }
}

function added(sum: Usage, usage: Partial<Usage>): Usage {
  const next = { ...sum }
  for (const [name, count] of Object.entries(usage)) next[name as keyof Usage] += count
  return next
}

/**
 * The figures of pictures and speech: `input_tokens` with text and pictures or sound among them, `output_tokens`. What of the input is not
 * told apart is text, of the output what `made` says. Source: https://platform.openai.com/docs/api-reference/images/object and
 * /docs/api-reference/audio/json-object (2026-11-26).
 */
export const partedUsage =
  (made: 'imageOutput' | 'audioOutput' | 'output'): UsageReading =>
  (told, figures) => {
    const input = figures.read(told, 'input_tokens', undefined)
    const output = figures.read(told, 'output_tokens', undefined)
    if (input === undefined && output === undefined) return undefined
    const read = objectAt(told['input_tokens_details']) ?? objectAt(told['input_token_details'])
    const written = objectAt(told['output_tokens_details'])
    const part = partReader(figures)
    const [image, audio] = [part(read, 'image_tokens', input), part(read, 'audio_tokens', input)]
    const text = made === 'output' ? 0 : part(written, 'text_tokens', output)
    const heard = Math.min(audio, (input ?? 0) - image)
    return {
      imageInput: image,
      audioInput: heard,
      input: (input ?? 0) - image - heard,
      [made]: (output ?? 0) - text,
      ...(text > 0 && { output: text }),
    }
  }

/** Reads parts of a whole; one that is larger is cut to it. */
const partReader =
  (figures: UsageFigures) =>
  (from: UsageObject | undefined, name: string, whole = 0): number => {
    const told = figures.read(from, name, undefined) ?? 0
    if (told > whole) figures.suspect()
    return Math.min(told, whole)
  }
