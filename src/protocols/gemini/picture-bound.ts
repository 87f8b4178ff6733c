/**
 * One picture at its dearest. Models up to 2.5 cut one of at most 3,072 pixels a side into tiles of at least 256, each 258 tokens; later
 * ones make 2,240 at the highest resolution. Elsewhere the dearest of any other provider. Sources:
 * https://ai.google.dev/gemini-api/docs/image-understanding, /docs/media-resolution (2026-11-26).
 */
const GEMINI_PICTURE_TOKENS_MAX = 6_500
const PICTURE_TOKENS_MAX = 20_000
const GEMINI = /gemini/

/**
 * A picture that a model makes, at its cheapest: 1,290 tokens up to 2.5, 1,120 of gemini-3-pro-image, 747 of later ones at half a thousand
 * pixels a side. Elsewhere fewer than any other provider tells. Source: https://ai.google.dev/gemini-api/docs/pricing (2026-11-26).
 */
const MADE_LEAST: readonly (readonly [RegExp, number])[] = [
  [/gemini-2\.[05]/, 1_290],
  [/gemini-3-pro-image/, 1_120],
  [GEMINI, 747],
  [/^/, 100],
]

/** The most tokens that one picture makes in a model of an upstream; in any, without one. */
export const pictureTokensMax = (upstreamModel?: string): number =>
  upstreamModel !== undefined && GEMINI.test(upstreamModel) ? GEMINI_PICTURE_TOKENS_MAX : PICTURE_TOKENS_MAX

/** The fewest tokens of one picture that a model makes. */
export const pictureTokensMin = (model = ''): number => MADE_LEAST.find(([models]) => models.test(model))?.[1] ?? 0
