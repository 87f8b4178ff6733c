import type { AnswerFormat, CallField, CanonicalCall, ReasoningWish } from '../call.ts'
import { noteOthers, pathTo, refuse } from '../request-fields.ts'
import { lowerSchema } from './lower-schema.ts'
import { type Fields, flagOf, named, noteUnknown, numberOf, objectOf, spelled, textOf, textsOf, wholeOf, wordOf } from './proto-fields.ts'

/** What this protocol calls the fields of a call that lie in `generationConfig`. */
const NAMES = {
  outputMax: 'maxOutputTokens',
  temperature: 'temperature',
  topP: 'topP',
  topK: 'topK',
  seed: 'seed',
  presencePenalty: 'presencePenalty',
  frequencyPenalty: 'frequencyPenalty',
  stop: 'stopSequences',
  choices: 'candidateCount',
  reasoning: 'thinkingConfig',
} as const satisfies Partial<Record<CallField, string>>

const KNOWN = named(
  ...Object.values(NAMES),
  ...['responseLogprobs', 'logprobs', 'responseMimeType', 'responseSchema', 'responseJsonSchema', 'responseModalities'],
)

/** The fields of a call that say how an answer is to be made. */
export type Generation = Pick<CanonicalCall, keyof typeof NAMES | 'topLogprobs' | 'format'>

const LARGEST = { least: 0, most: Number.MAX_SAFE_INTEGER }
const INT32 = { least: -2_147_483_648, most: 2_147_483_647 }

/** Source: https://ai.google.dev/api/generate-content#v1beta.GenerationConfig (2026-11-26). */
export function readGeneration(config: Fields): Generation {
  noteOthers(config, KNOWN)
  if (textsOf(config, 'responseModalities')?.some((name) => name !== 'TEXT')) noteUnknown(config, 'responseModalities')
  return {
    outputMax: wholeOf(config, 'maxOutputTokens', { ...LARGEST, least: 1 }),
    temperature: numberOf(config, 'temperature'),
    topP: numberOf(config, 'topP'),
    topK: numberOf(config, 'topK'),
    seed: wholeOf(config, 'seed', INT32),
    presencePenalty: numberOf(config, 'presencePenalty'),
    frequencyPenalty: numberOf(config, 'frequencyPenalty'),
    stop: textsOf(config, 'stopSequences') ?? [],
    topLogprobs: readLogprobs(config),
    choices: wholeOf(config, 'candidateCount', { least: 1, most: 128 }) ?? 1,
    format: readFormat(config),
    reasoning: readThinking(config),
  }
}

/** What the client calls the fields of its call. */
export function generationNames(config: Fields): Readonly<Partial<Record<CallField, string>>> {
  const format = ['responseJsonSchema', 'responseSchema'].find((name) => objectOf(config, name) !== undefined) ?? 'responseMimeType'
  const names = Object.entries({ ...NAMES, topLogprobs: 'responseLogprobs', format })
  return Object.fromEntries(names.map(([field, name]) => [field, pathTo(config, spelled(config, name))]))
}

function readLogprobs(config: Fields): number | undefined {
  const count = wholeOf(config, 'logprobs', { least: 0, most: 20 })
  if (flagOf(config, 'responseLogprobs') === true) return count ?? 0
  // Without the other field it has no meaning.
  if (count !== undefined) noteUnknown(config, 'logprobs')
  return undefined
}

function readFormat(config: Fields): AnswerFormat {
  const type = textOf(config, 'responseMimeType') ?? 'text/plain'
  const own = objectOf(config, 'responseSchema')?.object
  const schema = objectOf(config, 'responseJsonSchema')?.object ?? (own === undefined ? undefined : lowerSchema(own))
  if (type === 'application/json') {
    return schema === undefined ? { kind: 'json' } : { kind: 'schema', name: 'answer', schema, isStrict: undefined }
  }
  // One word out of some is a format that nobody else has.
  if (type !== 'text/plain') noteUnknown(config, 'responseMimeType')
  if (schema !== undefined) noteUnknown(config, own === undefined ? 'responseJsonSchema' : 'responseSchema')
  return { kind: 'text' }
}

const LEVELS = ['MINIMAL', 'LOW', 'MEDIUM', 'HIGH', 'THINKING_LEVEL_UNSPECIFIED'] as const
const EFFORTS = { MINIMAL: 'minimal', LOW: 'low', MEDIUM: 'medium', HIGH: 'high', THINKING_LEVEL_UNSPECIFIED: undefined } as const

/** How much to think. A budget of -1 leaves it to the model, as saying nothing does. Source: https://ai.google.dev/gemini-api/docs/thinking (2026-11-26). */
function readThinking(generation: Fields): ReasoningWish | undefined {
  const config = objectOf(generation, 'thinkingConfig')
  if (config === undefined) return undefined
  noteOthers(config, named('includeThoughts', 'thinkingBudget', 'thinkingLevel'))
  const budget = wholeOf(config, 'thinkingBudget', { ...LARGEST, least: -1 })
  return {
    effort: readLevel(config),
    budgetTokens: budget === -1 ? undefined : budget,
    isTold: flagOf(config, 'includeThoughts'),
    isEncryptedTold: undefined,
  }
}

/** The provider reads the word in small letters too. */
function readLevel(config: Fields): ReasoningWish['effort'] {
  const told = textOf(config, 'thinkingLevel')?.toUpperCase()
  if (told === undefined) return undefined
  const level =
    LEVELS.find((word) => word === told) ?? refuse(config, spelled(config, 'thinkingLevel'), `it must be one of ${LEVELS.join(', ')}`)
  return EFFORTS[level]
}

/** Service tiers by their name. Source: https://ai.google.dev/gemini-api/docs/flex-inference (2026-11-26). */
export const readServiceTier = (request: Fields): CanonicalCall['serviceTier'] => {
  const tier = wordOf(request, 'serviceTier', ['unspecified', 'standard', 'flex', 'priority'])
  return tier === 'unspecified' ? undefined : tier
}
