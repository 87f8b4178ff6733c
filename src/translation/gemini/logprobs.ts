import type { Json, JsonObject } from '../call.ts'
import { isObject, objectsIn, textIn } from '../json.ts'

/**
 * How likely each token was, in the words that all other protocols share; undefined when nothing is told.
 * Source: https://ai.google.dev/api/generate-content#LogprobsResult (2026-11-26).
 */
export function readLogprobs(result: JsonObject | undefined): Json | undefined {
  if (result === undefined) return undefined
  const tops = objectsIn(result, 'topCandidates')
  const chosen = objectsIn(result, 'chosenCandidates')
  if (chosen.length === 0) return undefined
  return chosen.map((one, index) => ({
    ...probabilityOf(one),
    top_logprobs: objectsIn(tops[index] ?? {}, 'candidates').map(probabilityOf),
  }))
}

function probabilityOf(candidate: JsonObject): JsonObject {
  const token = textIn(candidate, 'token') ?? ''
  return { token, logprob: numberIn(candidate, 'logProbability'), bytes: [...Buffer.from(token)] }
}

function numberIn(object: JsonObject, name: string): number {
  const value = object[name]
  return typeof value === 'number' ? value : 0
}

/** The same the other way round; undefined for what is no list of tokens. */
export function writeLogprobs(told: Json | undefined): JsonObject | undefined {
  if (!Array.isArray(told)) return undefined
  const tokens = told.filter(isObject)
  const candidateOf = (one: JsonObject): JsonObject => ({ token: textIn(one, 'token') ?? '', logProbability: numberIn(one, 'logprob') })
  const tops = tokens.map((one) => ({ candidates: objectsIn(one, 'top_logprobs').map(candidateOf) }))
  const hasTops = tops.some(({ candidates }) => candidates.length > 0)
  return { chosenCandidates: tokens.map(candidateOf), ...(hasTops ? { topCandidates: tops } : {}) }
}
