import type { IncomingHttpHeaders } from 'node:http'

/** Which fields of replies are kept, found where they stand: no text is made of the name of one that nobody asks for. */
export class FieldNames {
  readonly #byLength: readonly (readonly string[])[]

  /** `names`: in lower case, of letters, digits and hyphens. */
  constructor(names: readonly string[]) {
    const lengthMax = Math.max(...names.map((name) => name.length))
    this.#byLength = Array.from({ length: lengthMax + 1 }, (_, length) => names.filter((name) => name.length === length))
  }

  /** The name that stands between two offsets, in whatever case; undefined where it is none of these. What stands there is a token. */
  find(bytes: Buffer, from: number, to: number): string | undefined {
    const length = to - from
    if (length >= this.#byLength.length) return undefined
    for (const name of this.#byLength[length] ?? []) if (isAt(bytes, from, name)) return name
    return undefined
  }

  /** Those of the fields of a head that are among these. */
  pick(fields: IncomingHttpHeaders): IncomingHttpHeaders {
    const picked: IncomingHttpHeaders = {}
    for (const names of this.#byLength) for (const name of names) if (fields[name] !== undefined) picked[name] = fields[name]
    return picked
  }
}

/** In ASCII this bit makes a capital small; letters, digits and hyphens have it, and no sign of a token that is no letter becomes one of them. */
const SMALL = 0x20

function isAt(bytes: Buffer, from: number, name: string): boolean {
  for (let at = 0; at < name.length; at += 1) if (((bytes[from + at] ?? 0) | SMALL) !== name.charCodeAt(at)) return false
  return true
}
