import type { StringSpan } from '../count-tokens.ts'
import { BACKSLASH, CLOSE_BRACE, CLOSE_BRACKET, COMMA, isNumeric, isSpace, OPEN_BRACE, OPEN_BRACKET, QUOTE } from '../json-bytes.ts'
import type { Span } from '../request-fields.ts'

/** What a prompt holds that is a text, a list of texts, a list of token ids, or a list of such lists. */
export type Survey = {
  /** How many prompts it is: one, or one for each element that is no token id. */
  readonly prompts: number
  /** Its texts, quotes included. */
  readonly texts: readonly StringSpan[]
  readonly tokenIds: number
  /** Whether it holds objects: pictures and the like. */
  readonly hasObjects: boolean
}

/** Looks over a value of a body that is valid JSON. */
export function survey(body: Buffer, { start, end }: Span): Survey {
  const texts: StringSpan[] = []
  let [depth, tokenIds, elements, hasObjects] = [0, 0, 0, false]
  for (let index = start; index < end; index += 1) {
    const byte = body[index] as number
    if (isSpace(byte) || byte === COMMA) continue
    if (byte === CLOSE_BRACKET || byte === CLOSE_BRACE) {
      depth -= 1
      continue
    }
    if (isNumeric(byte)) {
      tokenIds += 1
      while (index + 1 < end && isNumeric(body[index + 1] as number)) index += 1
      continue
    }
    if (depth === 1) elements += 1
    if (byte === QUOTE) {
      const from = index
      index = textEnd(body, index)
      texts.push({ start: from, end: index + 1 })
    } else if (byte === OPEN_BRACKET || byte === OPEN_BRACE) {
      hasObjects ||= byte === OPEN_BRACE
      depth += 1
    }
  }
  return { prompts: Math.max(1, elements), texts, tokenIds, hasObjects }
}

/** The offset of the quote that ends a text. */
function textEnd(body: Buffer, start: number): number {
  let index = start + 1
  while (body[index] !== QUOTE) index += body[index] === BACKSLASH ? 2 : 1
  return index
}
