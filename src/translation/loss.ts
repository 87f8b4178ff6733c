import type { CallField, CanonicalCall } from './call.ts'

/** Names what a translation could not carry, each once, in the order met: paths of the client's own fields, such as `messages[2].content[0].detail`. */
export type Losses = { readonly note: (field: string) => void; readonly list: () => readonly string[] }

const LOSSES_MAX = 50
const FIELD_LENGTH_MAX = 100

/** An empty list of losses; what does not fit a header is counted as one "more". */
export function makeLosses(): Losses {
  const fields = new Set<string>()
  return {
    note: (field) => {
      // A field can be called nothing at all.
      if (fields.size < LOSSES_MAX) fields.add(field.slice(0, FIELD_LENGTH_MAX).replace(/[^\w.[\]-]/g, '?') || '?')
      else fields.add('more')
    },
    list: () => [...fields],
  }
}

/** What the client calls a field of its call, such as `top_k`. */
export const nameOf = (call: Pick<CanonicalCall, 'names'>, field: CallField): string =>
  call.names?.[field] ?? field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
