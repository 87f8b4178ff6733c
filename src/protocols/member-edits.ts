import { CLOSE_BRACE, isSpace, QUOTE } from './json-bytes.ts'
import type { Edit } from './splice.ts'

type Span = { readonly start: number; readonly end: number }

const COMMA = 0x2c

/** Another name for the member of an object whose value lies at `value`. */
export const renaming = (body: Buffer, value: Span, name: string): Edit => ({ ...nameOf(body, value), bytes: Buffer.from(`"${name}"`) })

/** Takes a member out of its object, with the comma that parted it from another. */
export function removal(body: Buffer, value: Span): Edit {
  const { start } = nameOf(body, value)
  const after = skip(body, value.end, 1)
  if (body[after] === COMMA) return { start, end: after + 1, bytes: Buffer.alloc(0) }
  const before = skip(body, start - 1, -1)
  return { start: body[after] === CLOSE_BRACE && body[before] === COMMA ? before : start, end: value.end, bytes: Buffer.alloc(0) }
}

/** The name before a value, from quote to quote; a name that was found has no quote within, however it is spelled. */
function nameOf(body: Buffer, { start }: Span): Span {
  const colon = skip(body, start - 1, -1)
  const last = skip(body, colon - 1, -1)
  const first = body.lastIndexOf(QUOTE, last - 1)
  return { start: first, end: last + 1 }
}

function skip(body: Buffer, from: number, step: 1 | -1): number {
  let at = from
  while (isSpace(body[at] as number)) at += step
  return at
}
