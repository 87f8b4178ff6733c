import type { SeededRandom, SimProtocol } from '../../sim/index.ts'
import type { INPUT_CLASSES, OUTPUT_CLASSES, ServiceTier } from '../../src/spec/index.ts'

/** A class of tokens that are read. */
export type InputClass = (typeof INPUT_CLASSES)[number]
/** A class of tokens that are made. */
export type OutputClass = (typeof OUTPUT_CLASSES)[number]

/** Tokens a provider adds by itself. Sources: OpenAI cookbook (messages, names), Anthropic's tool use overview (tools), 2026-11. */
export const PER_MESSAGE = 4
/** The same for a request. */
export const PER_REQUEST = 8
/** And for its tools. */
export const TOOL_PROMPT = 806

/** One picture in each model: at its dearest, at low detail where that is heeded, and one of a megapixel. */
export const MODELS = {
  openai: [
    { name: 'gpt-4o', most: 85 + 8 * 170, low: 85, usual: 765 },
    { name: 'gpt-4o-mini-2024-07-18', most: 2833 + 8 * 5667, low: 2833, usual: 2833 + 4 * 5667 },
    { name: 'gpt-4.1-nano', most: Math.ceil(1536 * 2.46), low: Math.ceil(256 * 2.46), usual: Math.ceil(1024 * 2.46) },
    { name: 'gpt-5.4-mini', most: 16_200, low: Math.ceil(256 * 1.62), usual: Math.ceil(1024 * 1.62) },
    { name: 'qwen3-vl-plus', most: 16_384, low: 16_384, usual: 1_000 },
  ],
  'openai-responses': [
    { name: 'gpt-4o', most: 85 + 8 * 170, low: 85, usual: 765 },
    { name: 'gpt-5.4-mini', most: 16_200, low: Math.ceil(256 * 1.62), usual: Math.ceil(1024 * 1.62) },
    { name: 'qwen3-vl-plus', most: 16_384, low: 16_384, usual: 1_000 },
  ],
  anthropic: [
    { name: 'claude-sonnet-4-5-20250929', most: 1_568, low: 1_568, usual: 1_400 },
    { name: 'claude-opus-5', most: 4_784, low: 4_784, usual: 1_400 },
    { name: 'vision-m2', most: 16_384, low: 16_384, usual: 1_000 },
  ],
  gemini: [
    { name: 'gemini-2.5-flash', most: 24 * 258, low: 24 * 258, usual: 6 * 258 },
    { name: 'gemini-3.1-pro-preview', most: 2_240, low: 2_240, usual: 1_120 },
    { name: 'vision-m2', most: 16_384, low: 16_384, usual: 1_000 },
  ],
} as const
/** Such a model. */
export type FuzzModel = { readonly name: string; readonly most: number; readonly low: number; readonly usual: number }

/** A file of ten pages, a minute of sound, and what a search finds (as in recorded replies). */
export const USUAL = { file: 20_000, sound: 600, search: 12_000 } as const

/** What a made-up request grows by while it is written. */
export type Draft = {
  promptMax: number
  isUnbounded: boolean
  endlessTools: number
  searchesMax: number
  mapsMax: number
  usualMedia: number
  hasPictures: boolean
  readonly model: FuzzModel
  readonly read: Set<InputClass>
  readonly made: Set<OutputClass>
  readonly random: SeededRandom
}

/** A made-up request, and the most its provider can bill for it, from what it holds and not from how we read it. */
export type MadeRequest = {
  readonly protocol: SimProtocol
  readonly body: Buffer
  /** The model that the upstream knows. */
  readonly upstreamModel: string
  /** Tokens of the prompt at most: one for each byte of text, the provider's own overhead, its dearest count for pictures. */
  readonly promptMax: number
  /** Whether the prompt holds what has no bound but the context: files, sound, what tools of the provider find. */
  readonly isUnbounded: boolean
  /** Tools of the provider that the request names and that have no `max_uses` to end them. */
  readonly endlessTools: number
  readonly inputClasses: readonly InputClass[]
  readonly outputClasses: readonly OutputClass[]
  /** Searches that OpenAI's kin and Gemini may bill; Anthropic's follow from `max_uses`, those of responses from `max_tool_calls`. */
  readonly searchesMax: number
  /** Uses of maps that Gemini may bill. */
  readonly mapsMax: number
  /** Output tokens at most for each answer; undefined for the model's own bound. */
  readonly outputMax: number | undefined
  readonly choices: number
  /** Output tokens beyond that: those of a prediction that was not used. */
  readonly outputExtra: number
  readonly serviceTier: ServiceTier
  /** What media and searches come to in a call as they mostly are, in tokens of the prompt. */
  readonly usualMedia: number
  readonly kind: 'text' | 'pictures' | 'unbounded'
}

/** What a protocol's fields make of a request. */
export type Made = Pick<MadeRequest, 'outputMax' | 'choices' | 'outputExtra' | 'serviceTier'> & {
  readonly fields: Readonly<Record<string, unknown>>
}

/** Bytes of a text as UTF-8. */
export const bytesOf = (text: string): number => Buffer.byteLength(text)

/** A text that is read as such. */
export function addText(draft: Draft, lengthMax?: number): string {
  const text = someText(draft.random, lengthMax)
  draft.promptMax += bytesOf(text)
  return text
}

/** A picture as base64. */
export const pictureData = (random: SeededRandom): string => 'iVBORw0KGgo'.repeat(1 + random.below(2000))

/** A picture within the request, or the address of one. */
export const pictureUrl = (random: SeededRandom): string =>
  random.below(2) === 0 ? 'https://example.org/a.png' : `data:image/png;base64,${pictureData(random)}`

/** A picture that is read as one. */
export function addPicture(draft: Draft, isLow: boolean): void {
  draft.promptMax += isLow ? draft.model.low : draft.model.most
  draft.usualMedia += isLow ? draft.model.low : draft.model.usual
  draft.hasPictures = true
}

const PIECES = [
  ...[
    'the ferry ',
    'fare',
    ' ',
    '\n',
    '\t\t\t\t',
    '{"a":[1,2]}',
    '0123456789',
    '渡船需要四十分钟',
    'Füße',
    'ё',
    '👩‍👩‍👧‍👦',
    '\u{1F6A2}',
    '"',
    '\\',
    '\u0000',
    '\u007f',
  ],
  ...['\u2028', '\uFEFF', '<|endoftext|>', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', '://', 'ﷺ', '\u0301'],
] as const

/** A text of any script. */
export function someText(random: SeededRandom, lengthMax = 400): string {
  const pieces: string[] = []
  for (let left = random.below(lengthMax); left > 0; left -= 8) pieces.push(random.pick(PIECES))
  return pieces.join('')
}

/** JSON of the request: plain, with every character escaped that can be, or spaced out. */
export function spell(fields: object, random: SeededRandom): Buffer {
  const kind = random.below(4)
  const plain = JSON.stringify(fields, undefined, kind === 0 ? 2 : undefined)
  if (kind !== 1) return Buffer.from(plain)
  return Buffer.from(plain.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`))
}
