/** A picture of a request; `isLow`: it was asked for at low detail, and at no other; undefined where no detail was. */
export type Picture = { readonly isLow: boolean | undefined }

/** What an upstream's model makes of one picture at most, in tokens. */
type Ceiling = { readonly models: RegExp; readonly tokens: number; readonly lowTokens: number }

/**
 * One picture at its dearest, by the upstream's name of the model; the first that fits holds. gpt-4o-mini counts 2,833 and 5,667 for each
 * of at most eight tiles. Other models of OpenAI count at most 10,000 patches at 2.46 tokens, or tiles that come to less, and a picture at
 * low detail is one tile's base or 256 patches. Models of others do not all heed the detail.
 * Sources: https://platform.openai.com/docs/guides/images-vision, https://github.com/openai/openai-python/issues/2851 (2026-11-26).
 */
const CEILINGS: readonly Ceiling[] = [
  { models: /4o-mini/, tokens: 48_169, lowTokens: 2_833 },
  { models: /^(gpt-|o\d|chatgpt-)/, tokens: 25_000, lowTokens: 2_833 },
  { models: /^/, tokens: 25_000, lowTokens: 25_000 },
]

/** For whoever does not know which model it will be. */
const DEAREST: Ceiling = { models: /^/, tokens: 48_169, lowTokens: 48_169 }

/** The most tokens that pictures make in a model of an upstream; in any, without one. */
export function pictureTokensMax(pictures: readonly Picture[], upstreamModel?: string): number {
  if (pictures.length === 0) return 0
  const ceiling = upstreamModel === undefined ? DEAREST : (CEILINGS.find(({ models }) => models.test(upstreamModel)) ?? DEAREST)
  return pictures.reduce((sum, { isLow }) => sum + (isLow === true ? ceiling.lowTokens : ceiling.tokens), 0)
}
