import { Buffer } from 'node:buffer'
import { BACKSLASH, QUOTE } from './json-bytes.ts'

/** A replacement of the bytes from `start` to `end`; an insertion where both are the same. */
export type Edit = { readonly start: number; readonly end: number; readonly bytes: Buffer }

/** A body with some bytes replaced, as a list of buffers of which the unchanged ones are views of `body`. Edits do not overlap. */
export function splice(body: Buffer, edits: readonly Edit[]): Buffer[] {
  if (edits.length === 0) return [body]
  const parts: Buffer[] = []
  let from = 0
  for (const { start, end, bytes } of edits.length === 1 ? edits : edits.toSorted(byPlace)) {
    if (start > from) parts.push(body.subarray(from, start))
    if (bytes.length > 0) parts.push(bytes)
    from = end
  }
  if (from < body.length) parts.push(body.subarray(from))
  return parts
}

const byPlace = (a: Edit, b: Edit): number => a.start - b.start || a.end - b.end

type Span = { readonly start: number; readonly end: number }

/** What makes a value the JSON of a text: nothing where it is spelled in just that way. */
export const textEdits = (body: Buffer, span: Span, text: string): readonly Edit[] =>
  isSpelled(body, span, text) ? [] : [replaceByText(span, text)]

/** Whether a value is a text between its quotes, character by character. */
function isSpelled(body: Buffer, { start, end }: Span, text: string): boolean {
  if (end - start !== text.length + 2) return false
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index)
    if (code !== body[start + 1 + index] || code >= 0x80 || code === BACKSLASH) return false
  }
  return body[start] === QUOTE && body[end - 1] === QUOTE
}

/** The replacement of a value by the JSON of a text. */
export const replaceByText = ({ start, end }: Span, text: string): Edit => ({
  start,
  end,
  bytes: Buffer.from(JSON.stringify(text)),
})

/** The replacement of a value by a whole number. */
export const replaceByNumber = ({ start, end }: Span, value: number): Edit => ({
  start,
  end,
  bytes: Buffer.from(String(value)),
})

/** Bytes put in before an offset. */
export const insertion = (at: number, text: string): Edit => ({ start: at, end: at, bytes: Buffer.from(text) })
