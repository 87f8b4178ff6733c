import type { ReasoningWish } from './call.ts'

/** Words for how much a model may think. */
export type Effort = Exclude<ReasoningWish['effort'], undefined>

/** The words, from least to most. */
export const EFFORTS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const satisfies readonly Effort[]

/**
 * How many tokens a word stands for where a protocol counts them. No provider documents an equivalence; the figures are those that
 * Google gives for its own words (1,024, 8,192, 24,576), carried on for the words that it has not.
 * Source: https://ai.google.dev/gemini-api/docs/openai#thinking (2026-11).
 */
export const EFFORT_TOKENS: Readonly<Record<Effort, number>> = {
  none: 0,
  minimal: 512,
  low: 1_024,
  medium: 8_192,
  high: 24_576,
  xhigh: 32_768,
  max: 65_536,
}

/** The word for a number of tokens: the least one that stands for as many. */
export const effortOf = (tokens: number): Effort => EFFORTS.find((effort) => EFFORT_TOKENS[effort] >= tokens) ?? 'max'
