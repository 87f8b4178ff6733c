import { fail } from '../failures.ts'
import { FieldSpans } from './field-spans.ts'
import * as bytes from './json-bytes.ts'
import { KEY_BYTES_MAX, type KeyTable } from './json-keys.ts'
import { NUMBER_BYTES_MAX, type OnMark, type ScanPlan } from './scan-plan.ts'
import { TEXT_PASSER, type TextPasser } from './text-passer.ts'

/** Of this module itself: what another one exports is looked up each time that it is used. */
const { BACKSLASH, CLOSE_BRACE, CLOSE_BRACKET, COLON, COMMA, OPEN_BRACE, OPEN_BRACKET, QUOTE, SMALL_U } = bytes
const { ENDS_STRING, KEY_CLASS, NUMBER_ENDS, PLAIN, SPACE, isLetter, isNumeric, isPlain, isSpace, nextNumberState } = bytes
const [ROOT, VALUE, FIRST_VALUE, FIRST_KEY, KEY, AFTER_KEY, AFTER_VALUE, DONE] = [0, 1, 2, 3, 4, 5, 6, 7]
const [IN_STRING, IN_ESCAPE, IN_HEX, IN_NUMBER, IN_LITERAL] = [8, 9, 10, 11, 12]

/** Most texts end soon, and are passed over by themselves: bytes after which a passer is asked. It copies what it looks at, which a short chunk is not worth. */
const [NEAR_BYTES, NEAR_BYTES_OF_SHORT, SHORT_BYTES] = [16, 64, 512]

/**
 * Checks a JSON text fed in chunks cut anywhere against the strict grammar, with one object as its root, and notes where wanted values
 * lie. Nothing is decoded. Throws FailureError: invalid_json, json_too_deep, json_too_many_keys, json_too_many_values,
 * duplicate_field, invalid_field.
 */
export class JsonScanner {
  readonly #plan: ScanPlan
  readonly #onMark: OnMark | undefined
  readonly #spans: FieldSpans
  readonly #texts: TextPasser
  /** Of what is open: whether it is an object, 1 or 0, and where it begins; as many as most texts have at once are there from the start. */
  readonly #isObject = [0, 0, 0, 0, 0, 0, 0, 0]
  readonly #opened = [-1, 0, 0, 0, 0, 0, 0, 0]
  #state = ROOT
  #depth = 0
  #keys = 0
  #values = 0
  /** Bytes of earlier chunks. */
  #base = 0
  #field = -1
  #keyField = -1
  #keyMark = -1
  #stringMark = -1
  #stringStart = 0
  #isKey = false
  #isOdd = false
  #keyFrom = 0
  #keyCarry = bytes.NOTHING
  #hexLeft = 0
  #number = bytes.NUMBER_START
  #literal: Buffer = bytes.NOTHING
  #literalAt = 0
  #spare = 0

  constructor(plan: ScanPlan, onMark?: OnMark, texts = TEXT_PASSER) {
    this.#plan = plan
    this.#onMark = onMark
    this.#texts = texts
    this.#spans = new FieldSpans(plan.absent, plan.captureBytesMax)
  }

  /** Index of the wanted root field whose value is being read, or -1. */
  get field(): number {
    return this.#field
  }

  /** Objects and arrays open right now. */
  get depth(): number {
    return this.#depth
  }

  /** Offset where the innermost open object or array begins: the same for all that lies in it. */
  get openedAt(): number {
    return this.#opened[this.#depth] ?? -1
  }

  /**
   * Bytes that the shortest spelling of the same text would not have, counted low: white space between tokens, and what an escape is
   * longer than the UTF-8 of its character.
   */
  get spare(): number {
    return this.#spare
  }

  /** The marked text that has begun and not ended: its mark, its first quote, and the end of what has come. */
  get openText(): { readonly mark: number; readonly start: number; readonly end: number } | undefined {
    return this.#stringMark < 0 ? undefined : { mark: this.#stringMark, start: this.#stringStart, end: this.#base }
  }

  /** Whether the root object has ended. */
  get isComplete(): boolean {
    return this.#state === DONE
  }

  /** Offset of a wanted value's first byte, -1 when it did not occur. */
  startOf(field: number): number {
    return this.#spans.startOf(field)
  }

  /** Offset after a wanted value's last byte, -1 when it has not ended. */
  endOf(field: number): number {
    return this.#spans.endOf(field)
  }

  /** The bytes of a wanted value that has ended, if the plan keeps them and they were not too many. */
  captured(field: number): Buffer | undefined {
    return this.#spans.captured(field)
  }

  /** Forgets everything, for the next text. */
  reset(): void {
    this.#spans.reset()
    this.#state = ROOT
    this.#depth = 0
    this.#keys = 0
    this.#values = 0
    this.#base = 0
    this.#spare = 0
    this.#field = -1
    this.#keyField = -1
    this.#keyMark = -1
    this.#stringMark = -1
    this.#keyCarry = bytes.NOTHING
  }

  /** Takes the next bytes. */
  push(chunk: Buffer): void {
    try {
      let index = 0
      while (index < chunk.length) index = this.#state < IN_STRING ? this.#passTokens(chunk, index) : this.#passRest(chunk, index)
    } finally {
      this.#texts.letGo()
    }
    if (this.#isKey && this.#state >= IN_STRING && this.#state <= IN_HEX) this.#carryKey(chunk, chunk.length)
    if (this.#field >= 0) this.#spans.keep(this.#field, { chunk, base: this.#base, to: chunk.length })
    this.#base += chunk.length
  }

  /** Takes the end of the text; invalid_json when something is missing. */
  end(): void {
    if (this.#state !== DONE) fail('invalid_json')
  }

  /** Goes on within what an earlier chunk left open, or an escape that is none or is cut. */
  #passRest(chunk: Buffer, index: number): number {
    switch (this.#state) {
      case IN_STRING:
        return this.#isKey ? this.#passKey(chunk, index) : this.#passText(chunk, index)
      case IN_NUMBER:
        return this.#passNumber(chunk, index)
      case IN_LITERAL:
        return this.#passLiteral(chunk, index)
      default:
        return this.#passEscape(chunk, index)
    }
  }

  /** Passes over space and tokens, of a string, number or word all that lies in the chunk. */
  #passTokens(chunk: Buffer, from: number): number {
    let index = from
    while (index < chunk.length && this.#state < IN_STRING) {
      const byte = chunk[index] as number
      if (byte > SPACE || !isSpace(byte)) index = this.#passToken(chunk, index, byte)
      else {
        const after = bytes.skipSpace(chunk, index + 1)
        this.#spare += after - index
        index = after
      }
    }
    return index
  }

  #passToken(chunk: Buffer, index: number, byte: number): number {
    switch (this.#state) {
      case AFTER_VALUE:
        return this.#passSeparator(chunk, index, byte)
      case KEY:
        return this.#beginKey(chunk, index)
      case VALUE:
        return this.#beginValue(chunk, index)
      case AFTER_KEY:
        if (byte !== COLON) fail('invalid_json')
        this.#state = VALUE
        return index + 1
      case FIRST_KEY:
        return byte === CLOSE_BRACE ? this.#close(chunk, index) : this.#beginKey(chunk, index)
      case FIRST_VALUE:
        return byte === CLOSE_BRACKET ? this.#close(chunk, index) : this.#beginValue(chunk, index)
      case ROOT:
        if (byte === OPEN_BRACE) return this.#open(true, index)
    }
    return fail('invalid_json')
  }

  #passSeparator(chunk: Buffer, index: number, byte: number): number {
    const isInObject = this.#isObject[this.#depth] === 1
    if (byte === COMMA) this.#state = isInObject ? KEY : VALUE
    else if (byte === (isInObject ? CLOSE_BRACE : CLOSE_BRACKET)) this.#close(chunk, index)
    else fail('invalid_json')
    return index + 1
  }

  #open(isObject: boolean, index: number): number {
    if (this.#depth >= this.#plan.depthMax) fail('json_too_deep', { limit: this.#plan.depthMax })
    this.#depth += 1
    this.#isObject[this.#depth] = isObject ? 1 : 0
    this.#opened[this.#depth] = this.#base + index
    this.#state = isObject ? FIRST_KEY : FIRST_VALUE
    return index + 1
  }

  #close(chunk: Buffer, index: number): number {
    this.#depth -= 1
    this.#endValue(chunk, index + 1)
    return index + 1
  }

  #beginValue(chunk: Buffer, index: number): number {
    const byte = chunk[index] as number
    const at = this.#base + index
    this.#values += 1
    if (this.#values > this.#plan.valuesMax) fail('json_too_many_values', { limit: this.#plan.valuesMax })
    if (this.#keyField >= 0) {
      this.#field = this.#keyField
      this.#keyField = -1
      this.#spans.begin(this.#field, at)
    }
    const mark = this.#keyMark
    this.#keyMark = -1
    if (byte === QUOTE) {
      this.#stringMark = mark
      this.#stringStart = at
      this.#isKey = false
      this.#state = IN_STRING
      return this.#passText(chunk, index + 1)
    }
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      if (mark >= 0) this.#onMark?.(mark, at, at)
      return this.#open(byte === OPEN_BRACE, index)
    }
    if (isNumeric(byte)) {
      this.#number = bytes.NUMBER_START
      this.#state = IN_NUMBER
      return this.#passNumber(chunk, index)
    }
    this.#literal = bytes.literalOf(byte) ?? fail('invalid_json')
    this.#literalAt = 0
    this.#state = IN_LITERAL
    return this.#passLiteral(chunk, index)
  }

  /** A value ended before `index`; its last byte may lie in an earlier chunk. */
  #endValue(chunk: Buffer, index: number): void {
    this.#state = this.#depth === 0 ? DONE : AFTER_VALUE
    if (this.#depth !== 1 || this.#field < 0) return
    this.#spans.keep(this.#field, { chunk, base: this.#base, to: index })
    this.#spans.end(this.#field, this.#base + index)
    this.#field = -1
  }

  #beginKey(chunk: Buffer, index: number): number {
    if (chunk[index] !== QUOTE) fail('invalid_json')
    this.#keys += 1
    if (this.#keys > this.#plan.keysMax) fail('json_too_many_keys', { limit: this.#plan.keysMax })
    this.#isKey = true
    this.#isOdd = false
    this.#keyFrom = index + 1
    this.#keyCarry = bytes.NOTHING
    this.#state = IN_STRING
    return this.#passKey(chunk, index + 1)
  }

  #passKey(chunk: Buffer, from: number): number {
    let index = from
    while (index < chunk.length) {
      const byte = chunk[index] as number
      index += 1
      if (isLetter(byte)) continue
      const kind = KEY_CLASS[byte]
      if (kind === PLAIN) continue
      if (kind === ENDS_STRING) return this.#endKey(chunk, index)
      if (kind === bytes.FORBIDDEN) fail('invalid_json')
      this.#isOdd = true
      if (kind === bytes.ESCAPES) {
        this.#state = IN_ESCAPE
        return index
      }
    }
    return index
  }

  #endKey(chunk: Buffer, after: number): number {
    if (this.#keyFrom >= 0) {
      this.#matchKey(chunk, this.#keyFrom, after - 1)
    } else {
      this.#carryKey(chunk, after - 1)
      this.#matchKey(this.#keyCarry, 0, this.#keyCarry.length)
    }
    const hasColon = chunk[after] === COLON
    this.#state = hasColon ? VALUE : AFTER_KEY
    return hasColon ? after + 1 : after
  }

  #matchKey(key: Buffer, from: number, to: number): void {
    const table = this.#depth === 1 ? this.#plan.fields : this.#plan.marks
    const exact = table.find(key, from, to)
    const isOdd = exact < 0 && (this.#isOdd || table.hasCapitals(to - from))
    const index = isOdd ? this.#findOdd(table, table.findOdd(key, from, to)) : exact
    if (this.#depth > 1) {
      this.#keyMark = index
      return
    }
    this.#keyField = index
    const isRepeated = index >= 0 && this.startOf(index) >= 0
    if (isRepeated && !this.#plan.isLenient) fail('duplicate_field', { field: table.names[index] as string })
  }

  #findOdd(table: KeyTable, found: { readonly index: number; readonly isExact: boolean }): number {
    if (this.#plan.isLenient && !found.isExact) return -1
    if (found.isExact || found.index < 0 || this.#depth > 1) return found.index
    const field = table.names[found.index] as string
    return fail('invalid_field', { field, expected: 'its name must be spelled in just this way, capitals too' })
  }

  #carryKey(chunk: Buffer, end: number): void {
    const part = chunk.subarray(Math.max(this.#keyFrom, 0), end)
    this.#keyFrom = -1
    if (this.#keyCarry.length <= KEY_BYTES_MAX) this.#keyCarry = Buffer.concat([this.#keyCarry, part])
  }

  #passText(chunk: Buffer, from: number): number {
    const near = Math.min(chunk.length, from + (chunk.length < SHORT_BYTES ? NEAR_BYTES_OF_SHORT : NEAR_BYTES))
    let index = from
    for (;;) {
      while (index < near && isPlain(chunk[index] as number)) index += 1
      if (index >= near && index < chunk.length) {
        index = this.#texts.pass(chunk, index)
        this.#spare += this.#texts.spare
      }
      if (index === chunk.length) return index
      const byte = chunk[index]
      index += 1
      if (byte === QUOTE) return this.#endText(chunk, index)
      if (byte !== BACKSLASH) fail('invalid_json')
      const escaped = chunk[index]
      const isHex = escaped === SMALL_U
      if (escaped === undefined || !bytes.isEscape(escaped) || (isHex && !bytes.isWholeHex(chunk, index))) {
        this.#state = IN_ESCAPE
        return index
      }
      this.#spare += isHex ? 3 : 1
      index += isHex ? 5 : 1
    }
  }

  #endText(chunk: Buffer, after: number): number {
    const mark = this.#stringMark
    this.#stringMark = -1
    if (mark >= 0) this.#onMark?.(mark, this.#stringStart, this.#base + after)
    this.#endValue(chunk, after)
    return after
  }

  #passEscape(chunk: Buffer, index: number): number {
    const byte = chunk[index] as number
    if (this.#state === IN_ESCAPE) {
      if (!bytes.isEscape(byte)) fail('invalid_json')
      this.#hexLeft = byte === SMALL_U ? 4 : 0
      // Six bytes for a character of at most three, or for half of one of four.
      this.#spare += byte === SMALL_U ? 3 : 1
    } else {
      if (!bytes.isHex(byte)) fail('invalid_json')
      this.#hexLeft -= 1
    }
    this.#state = this.#hexLeft > 0 ? IN_HEX : IN_STRING
    return index + 1
  }

  #passNumber(chunk: Buffer, from: number): number {
    const end = this.#plan.isLenient ? chunk.length : Math.min(chunk.length, from + NUMBER_BYTES_MAX)
    let state = this.#number
    let index = from
    for (; index < end; index += 1) {
      const next = nextNumberState(state, chunk[index] as number)
      if (next >= NUMBER_ENDS) break
      state = next
    }
    this.#number = state
    if (index === chunk.length) return index
    if (nextNumberState(state, chunk[index] as number) !== NUMBER_ENDS) fail('invalid_json')
    this.#endValue(chunk, index)
    return index
  }

  #passLiteral(chunk: Buffer, from: number): number {
    let index = from
    for (; index < chunk.length && this.#literalAt < this.#literal.length; index += 1) {
      if (chunk[index] !== this.#literal[this.#literalAt]) fail('invalid_json')
      this.#literalAt += 1
    }
    if (this.#literalAt === this.#literal.length) this.#endValue(chunk, index)
    return index
  }
}
