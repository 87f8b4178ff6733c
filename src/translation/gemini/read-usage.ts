import { NO_USAGE, type Usage } from '../../spec/index.ts'
import type { JsonObject } from '../call.ts'
import { countIn, objectsIn, textIn } from '../json.ts'

/**
 * A usage in this protocol's words as classes: what was read from a cache, pictures and sound are parts of the prompt, thoughts lie beside
 * the answer, and what tools of the provider gave beside the prompt. undefined when nothing is told.
 * Source: https://ai.google.dev/api/generate-content#UsageMetadata (2026-11-26).
 */
export function usageOf(told: JsonObject): Usage | undefined {
  const count = (name: string): number | undefined => countIn(told, name)
  if (count('promptTokenCount') === undefined && count('candidatesTokenCount') === undefined) return undefined
  const read = (count('promptTokenCount') ?? 0) + (count('toolUsePromptTokenCount') ?? 0)
  const thoughts = count('thoughtsTokenCount') ?? 0
  const made = (count('candidatesTokenCount') ?? 0) + thoughts
  const uncached = (modality: string): number =>
    tokensOf(told, 'promptTokensDetails', modality) +
    tokensOf(told, 'toolUsePromptTokensDetails', modality) -
    tokensOf(told, 'cacheTokensDetails', modality)
  const takeRead = taker(read)
  const takeMade = taker(made)
  const cacheRead = takeRead(count('cachedContentTokenCount') ?? 0)
  const audioInput = takeRead(uncached('AUDIO'))
  const imageInput = takeRead(uncached('IMAGE') + uncached('VIDEO'))
  const audioOutput = takeMade(tokensOf(told, 'candidatesTokensDetails', 'AUDIO'))
  const imageOutput = takeMade(tokensOf(told, 'candidatesTokensDetails', 'IMAGE'))
  const output = takeMade(made)
  return {
    ...NO_USAGE,
    ...{ input: takeRead(read), cacheRead, audioInput, imageInput },
    ...{ output, audioOutput, imageOutput, reasoning: Math.min(thoughts, output) },
  }
}

/** Tokens of one kind. */
const tokensOf = (told: JsonObject, name: string, modality: string): number =>
  objectsIn(told, name).reduce((sum, one) => sum + (textIn(one, 'modality') === modality ? (countIn(one, 'tokenCount') ?? 0) : 0), 0)

/** Gives out parts of a whole until nothing is left. */
function taker(whole: number): (wanted: number) => number {
  let left = whole
  return (wanted) => {
    const taken = Math.min(Math.max(0, wanted), left)
    left -= taken
    return taken
  }
}
