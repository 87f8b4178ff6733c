import type { RequestTarget } from '../adapter.ts'

/**
 * Whether a model is told how much to think by a word and wants each call of a tool signed: those of the third generation and later, as the names that
 * mean the latest ones do. Sources: https://ai.google.dev/gemini-api/docs/thinking, https://ai.google.dev/gemini-api/docs/thought-signatures
 * (2026-11-26), https://ai.google.dev/gemini-api/docs/changelog (of 2026-01-21, read 2026-11-29).
 */
export const isOfThirdGeneration = ({ model }: Pick<RequestTarget, 'model'>): boolean =>
  /gemini-(?:(?:[3-9]|\d\d)(?!\d)|(?:pro|flash)-latest)/.test(model)

/**
 * Whether a model gives its calls no ids and is told none, as Google Cloud refuses them: those before the third generation.
 * Source: https://github.com/BerriAI/litellm/pull/34603 (2026-11-29).
 */
export const hasNoCallIds = ({ model }: Pick<RequestTarget, 'model'>): boolean => /gemini-[12](?!\d)/.test(model)
