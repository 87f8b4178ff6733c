/** What of a request decides how many tokens a picture has; undefined where it is not given. */
export type PictureWish = { readonly size: string | undefined; readonly quality: string | undefined }

/** Tokens of a square picture, an upright one and a lying one. */
type Counts = readonly [square: number, upright: number, lying: number]

const LOW: Counts = [272, 408, 400]
const HIGH: Counts = [4_160, 6_240, 6_208]
const TOKENS: ReadonlyMap<string, Counts> = new Map([
  ['low', LOW],
  ['medium', [1_056, 1_584, 1_568]],
  ['high', HIGH],
  ['auto', HIGH],
])

const SIZES = ['1024x1024', '1024x1536', '1536x1024']

/**
 * gpt-image-1 alone: of its mini the published prices come to more than these tokens, later ones make text besides or have a calculator
 * instead of a table, and models that are sold by the picture have no tokens.
 */
const COUNTED = /^gpt-image-1(?:-\d{4}-\d{2}-\d{2})?$/

/** Models whose pictures have no fewer tokens than these: by their prices those of gpt-image-1.5 have as many, those of the mini more. */
const COUNTED_LOW = /^gpt-image-1(?:\.5|-mini)?(?:-\d{4}-\d{2}-\d{2})?$/

/** Tokens of a picture shown while one is made; no whole one has fewer. Source: as below, under partial images. */
export const PARTIAL_TOKENS = 100

/**
 * The most tokens of one picture of a model of an upstream; what is left to it is the dearest that it can choose. undefined where nothing
 * is published for the model, size or quality.
 * Source: https://developers.openai.com/api/docs/guides/image-generation#models-prior-to-gpt-image-2 (2026-11-26).
 */
export function pictureTokensMax(upstreamModel: string, { size = 'auto', quality = 'auto' }: PictureWish): number | undefined {
  if (!COUNTED.test(upstreamModel)) return undefined
  const counts = TOKENS.get(quality)
  if (counts === undefined) return undefined
  return size === 'auto' ? Math.max(...counts) : counts[SIZES.indexOf(size)]
}

/** The fewest tokens of one picture: what the model may choose, or is wished for in a way that nobody knows, is at its cheapest. Source: as above. */
export function pictureTokensMin(upstreamModel: string, { size = 'auto', quality = 'auto' }: PictureWish): number | undefined {
  if (!COUNTED_LOW.test(upstreamModel)) return undefined
  const counts = (quality === 'auto' ? undefined : TOKENS.get(quality)) ?? LOW
  return counts[SIZES.indexOf(size)] ?? Math.min(...counts)
}
