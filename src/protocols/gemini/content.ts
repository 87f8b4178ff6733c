import { fail } from '../../failures.ts'
import { readJson } from '../../lib/index.ts'
import { BACKSLASH } from '../json-bytes.ts'
import type { JsonScanner } from '../json-scanner.ts'
import type { OnMark } from '../scan-plan.ts'
import { bothNames } from './spellings.ts'

/** What of a request costs other than its bytes. */
export type Content = {
  readonly pictures: number
  /** Bytes of pictures within the request. */
  readonly mediaBytes: number
  readonly hasSound: boolean
  /** Content whose tokens have no bound in the request: files, sound, video. */
  readonly isUnbounded: boolean
}

/** Keys that a reader of content has to be told of. */
export const REQUEST_MARKS = [...bothNames(['inlineData', 'fileData', 'mimeType', 'fileUri']), 'data']
const [INLINE, FILE, TYPE, URI] = [0, 2, 4, 6]
const DATA = 8

/** Bytes that come with the request, as they are read: the type can stand before and behind them. `at`: where their object begins, -1 where it is none. */
type Inline = { readonly at: number; readonly isPart: boolean; type: string; bytes: number; parts: number }

/**
 * Where the parts of a request are, and nothing else can be: the number of the field, the byte that its value begins with, and how deep
 * the keys of a part lie. What looks like a picture elsewhere (in the input of a tool, in a schema) is read as text.
 */
export type PartPlace = { readonly field: number; readonly opening: number; readonly depth: number }

/** Files that lie at the provider: uploaded ones, which are refused, as nothing is stored through us. */
const UPLOADED = /^(?:https:\/\/generativelanguage\.googleapis\.com\/|files\/)/i

/** Reads a request's content as a scanner passes it; `content` tells it at the end. Failure code: nothing_stored. */
export function contentReader(body: Buffer, place: PartPlace) {
  const inlines: Inline[] = []
  let hasFile = false
  const textOf = (start: number, end: number): string => {
    const text = body.toString('utf8', start, Math.min(end, start + 512))
    const isWhole = end - start <= 512
    return text.includes('\\') && isWhole ? String(readJson(text)) : text.slice(1, isWhole ? -1 : undefined)
  }
  const markerOf =
    (scanner: JsonScanner): OnMark =>
    (mark, start, end) => {
      const { depth } = scanner
      const isPart = scanner.field === place.field && depth === place.depth && body[scanner.startOf(place.field)] === place.opening
      if (mark === INLINE || mark === INLINE + 1) inlines.push({ at: start === end ? start : -1, isPart, type: '', bytes: 0, parts: 0 })
      else if (mark === FILE || mark === FILE + 1) hasFile = true
      else if (mark === URI || mark === URI + 1) {
        if (UPLOADED.test(textOf(start, end))) fail('nothing_stored', { field: 'contents.parts.fileData.fileUri' })
      } else {
        const open = inlines.at(-1)
        if (open === undefined || scanner.openedAt !== open.at || end === start) return
        if (mark === TYPE || mark === TYPE + 1) open.type = open.type === '' ? textOf(start, end).toLowerCase() : '?'
        if (mark === DATA) {
          open.bytes = shortestLength(body, start, end)
          open.parts += 1
        }
      }
    }
  return { markerOf, content: (): Content => contentOf(inlines, hasFile) }
}

/** Length of a text at the least; what an escape is longer than what it says is no part of the shortest spelling. */
function shortestLength(body: Buffer, start: number, end: number): number {
  let length = end - start - 2
  for (let at = body.indexOf(BACKSLASH, start); at >= 0 && at < end; at = body.indexOf(BACKSLASH, at + 1)) length -= ESCAPE_SPARE_MAX
  return Math.max(0, length)
}

const ESCAPE_SPARE_MAX = 3

/** Text is what it is in bytes or less; a picture has a bound of its own; all else is as long as the context. */
function contentOf(inlines: readonly Inline[], hasFile: boolean): Content {
  const told = { pictures: 0, mediaBytes: 0, hasSound: hasFile, isUnbounded: hasFile }
  for (const { isPart, type, bytes, parts } of inlines) {
    if (type.startsWith('text/')) continue
    if (!type.startsWith('image/')) {
      told.isUnbounded = true
      told.hasSound = true
      continue
    }
    told.pictures += 1
    if (parts === 1 && isPart) told.mediaBytes += bytes
  }
  return told
}
