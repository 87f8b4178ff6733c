import { countStrings, leastTokens, type StringSpan } from './count-tokens.ts'

/** Keys of a reply that hold generated text. */
export const TEXT_KEYS = ['content', 'reasoning_content', 'reasoning', 'refusal', 'arguments', 'text', 'thinking', 'transcript']

/** Keys under which some upstreams tell the same reasoning once more. */
const TWICE_TOLD = ['reasoning_content', 'reasoning', 'text'].map((key) => TEXT_KEYS.indexOf(key))

/** What begins bytes of another kind within a text. Source: https://www.rfc-editor.org/rfc/rfc2397 (1998-08). */
const DATA_URL = Buffer.from(';base64,')

/** Bytes of text for a token where none of it was looked at: more than any text has that people write, so that the count is low. */
const UNSEEN_BYTES_PER_TOKEN = 8

/** Of a text that is counted in pieces so much is taken off, as a cut may count a token twice and what follows may be longer words. */
const OFF_SHARE = 16

/** Bytes of text by the index of its key in TEXT_KEYS, quotes left out; of what may be told twice the larger is taken. */
export function textTally(byKey: readonly number[]): number {
  const once = byKey.reduce((sum, bytes, key) => (TWICE_TOLD.includes(key) ? sum : sum + bytes), 0)
  return once + Math.max(...TWICE_TOLD.map((key) => byKey[key] ?? 0))
}

/** How the text at the beginning of a reply comes to tokens: some tokens for some bytes; `hasMedia` where it holds bytes of another kind. */
export type TextSample = { readonly tokens: number; readonly bytes: number; readonly hasMedia: boolean }

/** Counts texts at the beginning of a reply, those left out that hold pictures or the like. */
export function sampleText(beginning: Buffer, spans: readonly StringSpan[]): TextSample {
  const plain = spans.filter(({ start, end }) => !beginning.subarray(start, end).includes(DATA_URL))
  const bytes = plain.reduce((sum, { start, end }) => sum + end - start - 2, 0)
  return { tokens: countStrings(beginning, plain), bytes, hasMedia: plain.length < spans.length }
}

/** Tokens of so many bytes of text, by its beginning and lower than they are; where that holds bytes of another kind, it alone counts. */
export function passedTokens({ tokens, bytes, hasMedia }: TextSample, passedBytes: number): number {
  if (!hasMedia && bytes === 0) return Math.floor(passedBytes / UNSEEN_BYTES_PER_TOKEN)
  const counted = hasMedia ? tokens : Math.floor((tokens * passedBytes) / bytes)
  const least = leastTokens(counted, passedBytes)
  return least - Math.ceil(least / OFF_SHARE)
}
