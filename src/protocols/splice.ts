/** A replacement of the bytes from `start` to `end`; an insertion where both are the same. */
export type Edit = { readonly start: number; readonly end: number; readonly bytes: Buffer }

/** A body with some bytes replaced, as a list of buffers of which the unchanged ones are views of `body`. Edits do not overlap. */
export function splice(body: Buffer, edits: readonly Edit[]): Buffer[] {
  const parts: Buffer[] = []
  let from = 0
  for (const edit of edits.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    parts.push(body.subarray(from, edit.start), edit.bytes)
    from = edit.end
  }
  parts.push(body.subarray(from))
  return parts.filter((part) => part.length > 0)
}

/** The replacement of a value by the JSON of a text. */
export const replaceByText = ({ start, end }: { readonly start: number; readonly end: number }, text: string): Edit => ({
  start,
  end,
  bytes: Buffer.from(JSON.stringify(text)),
})

/** The replacement of a value by a whole number. */
export const replaceByNumber = ({ start, end }: { readonly start: number; readonly end: number }, value: number): Edit => ({
  start,
  end,
  bytes: Buffer.from(String(value)),
})

/** Bytes put in before an offset. */
export const insertion = (at: number, text: string): Edit => ({ start: at, end: at, bytes: Buffer.from(text) })
