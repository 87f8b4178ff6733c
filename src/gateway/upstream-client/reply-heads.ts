import type { FieldNames } from './field-names.ts'
import { type HeadBytes, isBlank, isInValues, LENGTH_DIGITS_MAX, type ReplyHead, readReplyHead, ZERO } from './reply-head.ts'

const KEPT_BYTES_MAX = 2_048
/** Where none was alike of so many in a row, none will be. */
const VAIN_MAX = 16
const [NINE, COLON, CR] = [0x39, 0x3a, 0x0d]
const LENGTH = 'content-length'
/** What ends the last line, and the empty line after it. */
const EMPTY_LINE_BYTES = 4

/**
 * Reads the heads of one connection's replies. One that is the last one again but for values that nobody asks for, and the length, says what that one
 * said: what is around these values is compared, and of them it is seen that they are such values. Only what is around them is kept.
 */
export class ReplyHeads {
  readonly #names: FieldNames
  #last: ReplyHead | undefined
  #around = Buffer.alloc(0)
  /** Where the parts of `around` end, between which the values lie. */
  #partEnds: readonly number[] = []
  /** After which part the length stands; -1 for none. */
  #lengthAfter = -1
  #vain = 0
  #end = 0

  /** `names`: of the fields that are kept. */
  constructor(names: FieldNames) {
    this.#names = names
  }

  /** Where the head ends that was read again last, with the empty line after it. */
  get end(): number {
    return this.#end
  }

  /** Reads a head that begins at an offset, fails as `readReplyHead` does, and keeps what the next is compared with. `head` has an empty line after it. */
  read(head: HeadBytes): ReplyHead {
    const read = readReplyHead(head, this.#names)
    this.#last = undefined
    if (read.status === 200 && this.#vain < VAIN_MAX) this.#keep(head, read)
    return read
  }

  /** The head that begins at an offset, if it is the last one again and whole; undefined where it has to be read. */
  readAgain(bytes: Buffer, from: number): ReplyHead | undefined {
    if (this.#last === undefined) return undefined
    const around = this.#around
    const ends = this.#partEnds
    let [at, aroundAt, lengthFrom, lengthTo] = [from, 0, from, from]
    for (let part = 0; part < ends.length; part += 1) {
      if (part > 0 && part - 1 === this.#lengthAfter) {
        lengthFrom = at
        while (isDigit(bytes[at])) at += 1
        lengthTo = at
      } else if (part > 0) while (at < bytes.length && isInValues(bytes[at] as number)) at += 1
      const end = ends[part] as number
      if (bytes.length - at < end - aroundAt) return undefined
      for (; aroundAt < end; aroundAt += 1, at += 1) if (bytes[at] !== around[aroundAt]) return undefined
    }
    this.#end = at
    this.#vain = 0
    return this.#lengthAfter < 0 ? this.#last : withLength(this.#last, { bytes, from: lengthFrom, to: lengthTo })
  }

  #keep({ bytes, from, to }: HeadBytes, head: ReplyHead): void {
    this.#vain += 1
    const values = this.#valuesIn({ bytes, from, to })
    const headEnd = to + EMPTY_LINE_BYTES
    const size = values.reduce((left, value) => left - (value.to - value.from), headEnd - from)
    if (size > KEPT_BYTES_MAX) return
    const around = Buffer.allocUnsafeSlow(size)
    const ends: number[] = []
    let [at, aroundAt] = [from, 0]
    for (const value of values) {
      aroundAt += bytes.copy(around, aroundAt, at, value.from)
      ends.push(aroundAt)
      at = value.to
    }
    ends.push(aroundAt + bytes.copy(around, aroundAt, at, headEnd))
    this.#around = around
    this.#partEnds = ends
    this.#lengthAfter = values.findIndex(({ isLength }) => isLength)
    this.#last = head
  }

  /** The values that may differ, of a head that was read. */
  #valuesIn({ bytes, from, to }: HeadBytes): readonly Value[] {
    const values: Value[] = []
    for (let at = endOfLine(bytes, from, to) + 2; at < to; ) {
      const end = endOfLine(bytes, at, to)
      const colon = bytes.indexOf(COLON, at)
      const name = this.#names.find(bytes, at, colon)
      if (name === undefined) values.push({ from: colon + 1, to: end, isLength: false })
      if (name === LENGTH) values.push({ ...figureIn(bytes, colon + 1), isLength: true })
      at = end + 2
    }
    return values
  }
}

type Value = { readonly from: number; readonly to: number; readonly isLength: boolean }

function endOfLine(bytes: Buffer, from: number, to: number): number {
  const end = bytes.indexOf(CR, from)
  return end < 0 || end > to ? to : end
}

function figureIn(bytes: Buffer, from: number): { readonly from: number; readonly to: number } {
  let start = from
  while (isBlank(bytes[start])) start += 1
  let to = start
  while (isDigit(bytes[to])) to += 1
  return { from: start, to }
}

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= ZERO && byte <= NINE

/** The same head with another length; undefined where that is none. */
function withLength(head: ReplyHead, { bytes, from, to }: HeadBytes): ReplyHead | undefined {
  if (to === from || to - from > LENGTH_DIGITS_MAX) return undefined
  let length = 0
  for (let at = from; at < to; at += 1) length = length * 10 + (bytes[at] as number) - ZERO
  const { status, headers, framing, isKept, keptMs } = head
  if (framing.kind !== 'length') return undefined
  if (length === framing.bytes && headers[LENGTH]?.length === to - from) return head
  return {
    status,
    headers: { ...headers, [LENGTH]: bytes.toString('latin1', from, to) },
    framing: { kind: 'length', bytes: length },
    isKept,
    keptMs,
  }
}
