/**
 * What one call used, by billing class. Tokens: the classes do not overlap, but for `reasoning`, which is a part of `output`; `input`
 * leaves out what was read from or written to a cache, was an image or sound, or was embedded. Counted each: images made, web searches and other
 * tools that the provider ran, the call itself, seconds of sound that were heard, and
 * characters that were spoken. Whole non-negative numbers.
 */
export type Usage = Readonly<Record<UsageClass, number>>

/** Classes of tokens, in the order they cross the control channel; new ones go to the end of USAGE_CLASSES. */
export const FIRST_CLASSES = ['input', 'cacheRead', 'cacheWrite5m', 'cacheWrite1h', 'output', 'reasoning'] as const

/** Classes that most calls have nothing of; the order is that of the numbers in the database's `more`, so new ones go to the end. */
export const MORE_CLASSES = [
  'imageInput',
  'audioInput',
  'imageOutput',
  'audioOutput',
  'embedding',
  'images',
  'webSearches',
  'toolCalls',
  'calls',
  'audioSeconds',
  'characters',
] as const

/** The classes of `Usage`, in the order they cross the control channel. */
export const USAGE_CLASSES = [...FIRST_CLASSES, ...MORE_CLASSES] as const
export type UsageClass = (typeof USAGE_CLASSES)[number]

/** Classes that are counted in pieces, not in tokens. */
export const COUNTED_CLASSES = [
  'images',
  'webSearches',
  'toolCalls',
  'calls',
  'audioSeconds',
  'characters',
] as const satisfies readonly UsageClass[]

/** Classes of tokens that a model reads; together they are its prompt. */
export const INPUT_CLASSES = [
  'input',
  'cacheRead',
  'cacheWrite5m',
  'cacheWrite1h',
  'imageInput',
  'audioInput',
  'embedding',
] as const satisfies readonly UsageClass[]

/** Classes of tokens that a model makes; `reasoning` is a part of `output`. */
export const OUTPUT_CLASSES = ['output', 'imageOutput', 'audioOutput'] as const satisfies readonly UsageClass[]

/** Nothing at all. */
export const NO_USAGE: Usage = {
  input: 0,
  cacheRead: 0,
  cacheWrite5m: 0,
  cacheWrite1h: 0,
  output: 0,
  reasoning: 0,
  imageInput: 0,
  audioInput: 0,
  imageOutput: 0,
  audioOutput: 0,
  embedding: 0,
  images: 0,
  webSearches: 0,
  toolCalls: 0,
  calls: 0,
  audioSeconds: 0,
  characters: 0,
}

/** Tokens of the prompt, every class once. */
export const inputTokensOf = ({ input, cacheRead, cacheWrite5m, cacheWrite1h, imageInput, audioInput, embedding }: Usage): number =>
  input + cacheRead + cacheWrite5m + cacheWrite1h + imageInput + audioInput + embedding

/** Tokens of the answer, every class once. */
export const outputTokensOf = ({ output, imageOutput, audioOutput }: Usage): number => output + imageOutput + audioOutput

/** Pieces of all counted classes together: a sum of unlike things, of which most calls have none. */
export const piecesOf = (counts: Partial<Pick<Usage, (typeof COUNTED_CLASSES)[number]>>): number => {
  const { images = 0, webSearches = 0, toolCalls = 0, calls = 0, audioSeconds = 0, characters = 0 } = counts
  return images + webSearches + toolCalls + calls + audioSeconds + characters
}

/** The numbers of MORE_CLASSES; null when all are zero. */
export function moreOf(usage: Usage): readonly number[] | null {
  const { imageInput, audioInput, imageOutput, audioOutput, embedding } = usage
  // Field by field, as nearly every call has none, and no count is negative.
  const sum = imageInput + audioInput + imageOutput + audioOutput + embedding + piecesOf(usage)
  return sum > 0 ? MORE_CLASSES.map((name) => usage[name]) : null
}

/** The classes that `more` tells of; one that is too short says zero of the rest. */
export const usageOfMore = (more: readonly number[] | null): Pick<Usage, (typeof MORE_CLASSES)[number]> => ({
  imageInput: more?.[0] ?? 0,
  audioInput: more?.[1] ?? 0,
  imageOutput: more?.[2] ?? 0,
  audioOutput: more?.[3] ?? 0,
  embedding: more?.[4] ?? 0,
  images: more?.[5] ?? 0,
  webSearches: more?.[6] ?? 0,
  toolCalls: more?.[7] ?? 0,
  calls: more?.[8] ?? 0,
  audioSeconds: more?.[9] ?? 0,
  characters: more?.[10] ?? 0,
})

/**
 * Where the usage of a row came from; the order is the number on the control channel and in the database, so new ones go to the end.
 * clamped: the provider's figure was beyond the physical bound and was cut to it. estimated: a lower bound, of a call whose process died.
 */
export const USAGE_SOURCES = ['none', 'provider', 'counted', 'clamped', 'estimated'] as const
export type UsageSource = (typeof USAGE_SOURCES)[number]

/** The model that the upstream reported, against the route's known names. */
export const REPORTED_MODELS = ['absent', 'asked', 'alias', 'other'] as const
export type ReportedModel = (typeof REPORTED_MODELS)[number]

/**
 * How a call ended; the order is the number on the control channel and in the database, so new ones go to the end.
 * completed: the answer went out whole. client-aborted: the client left. upstream-refused: the upstream answered 4xx.
 * upstream-failed: no upstream gave a first byte, or nothing of an answer was passed on. upstream-cut: it broke after the first byte.
 * timed-out: our time-out ended it. length-stopped: the hold was reached. gateway-lost: the gateway died. voided: ended before any upstream was called.
 */
export const OUTCOMES = [
  'completed',
  'client-aborted',
  'upstream-refused',
  'upstream-failed',
  'upstream-cut',
  'timed-out',
  'length-stopped',
  'gateway-lost',
  'voided',
] as const
export type Outcome = (typeof OUTCOMES)[number]
