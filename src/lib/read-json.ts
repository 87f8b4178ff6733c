import { JsonInParts } from './json-in-parts.ts'
import { hasRespelledNumber, type WrittenPlaces } from './written-number.ts'

/**
 * The value of a JSON text of a stranger; throws SyntaxError where it is none. It is JSON.parse's, but for keys with an escape: V8 takes such a key for the
 * beginning of how it is spelled, once any object of the process had a key that is like that, and so whoever is served by the process could make it lose
 * the limit that `"max\u005ftokens"` sets, or a name of somebody else's. Source: https://github.com/nodejs/node/issues/63785 (2026-11-29, not mended).
 * In the places that are given, numbers that would be spelled otherwise are kept as they were written (WrittenNumber).
 */
export function readJson(text: string, written?: WrittenPlaces): unknown {
  const hasWritten = written !== undefined && hasRespelledNumber(text, written)
  if (!hasWritten && !hasEscapedKey(text)) return JSON.parse(text)
  const reading = new JsonInParts({ depthMax: Number.POSITIVE_INFINITY, partsMax: Number.POSITIVE_INFINITY }, written)
  reading.push(Buffer.from(text))
  const value = reading.end()
  // What a parser says of a text quotes it.
  if (value === undefined) throw new SyntaxError('no JSON')
  return value
}

/** Whether a text with an escape in it is followed by a colon somewhere, as a key is. Looks at each character once. */
function hasEscapedKey(text: string): boolean {
  let backslash = text.indexOf('\\')
  while (backslash >= 0) {
    let end = text.indexOf('"', backslash)
    while (backslash >= 0 && backslash < end) {
      if (end === backslash + 1) end = text.indexOf('"', backslash + 2)
      backslash = text.indexOf('\\', backslash + 2)
    }
    if (end < 0) return false
    if (isColonNext(text, end + 1)) return true
  }
  return false
}

function isColonNext(text: string, from: number): boolean {
  let at = from
  while (isSpace(text.charCodeAt(at))) at += 1
  return text[at] === ':'
}

/** White space between tokens. Source: https://www.rfc-editor.org/rfc/rfc8259#section-2 (December 2017). */
const isSpace = (code: number): boolean => code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0d
