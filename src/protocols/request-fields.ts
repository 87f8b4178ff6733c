import { isUtf8 } from 'node:buffer'
import { fail } from '../failures.ts'
import { CLOSE_BRACE, CLOSE_BRACKET, isSpace, OPEN_BRACE, OPEN_BRACKET, QUOTE } from './json-bytes.ts'
import type { KeyTable } from './json-keys.ts'
import { JsonScanner } from './json-scanner.ts'
import type { OnMark, ScanPlan } from './scan-plan.ts'
import { textAt } from './usage-figures.ts'

/** A request's wanted fields, by name. Each reader throws FailureError missing_field or invalid_field. */
export class RequestFields {
  readonly #body: Buffer
  readonly #names: KeyTable
  readonly #scanner: JsonScanner

  /** `scanner` has passed the whole body. */
  constructor(body: Buffer, { fields }: Pick<ScanPlan, 'fields'>, scanner: JsonScanner) {
    this.#body = body
    this.#names = fields
    this.#scanner = scanner
  }

  /** Bytes of the body in the shortest spelling of the same JSON, or a few more. */
  get shortestBytes(): number {
    return this.#body.length - this.#scanner.spare
  }

  /** Offsets of a value in the body; undefined when the field is absent. */
  spanOf(name: string): Span | undefined {
    const field = this.#names.indexOf(name)
    const start = this.#scanner.startOf(field)
    return start < 0 ? undefined : { start, end: this.#scanner.endOf(field) }
  }

  /** The same, also undefined when the value is null. */
  givenSpan(name: string): Span | undefined {
    const span = this.spanOf(name)
    return span === undefined || this.#body[span.start] === SMALL_N ? undefined : span
  }

  /** Whether any field is there whose number in the plan is this one or above. */
  hasFrom(field: number): boolean {
    for (let at = this.#names.names.length - 1; at >= field; at -= 1) if (this.#scanner.startOf(at) >= 0) return true
    return false
  }

  requiredSpan(name: string): Span {
    return this.spanOf(name) ?? fail('missing_field', { field: name })
  }

  requiredText(name: string, bytesMax: number): string {
    return readText(this.#body, this.requiredSpan(name), { name, bytesMax })
  }

  flag(name: string): boolean | undefined {
    return readFlag(this.#body, this.givenSpan(name), name)
  }

  wholeNumber(name: string, numberMax: number): number | undefined {
    return readWholeNumber(this.#body, this.givenSpan(name), { name, numberMax })
  }

  array(name: string): Span | undefined {
    return this.#opened(name, OPEN_BRACKET, 'it must be an array')
  }

  requiredArray(name: string): Span {
    const span = this.requiredSpan(name)
    if (this.#body[span.start] !== OPEN_BRACKET) fail('invalid_field', { field: name, expected: 'it must be an array' })
    if (isEmptyContainer(this.#body, span.start)) fail('invalid_field', { field: name, expected: 'it must have at least one element' })
    return span
  }

  object(name: string): Span | undefined {
    return this.#opened(name, OPEN_BRACE, 'it must be an object')
  }

  /** Refuses other texts than these: the ones that cost what our prices say. Returns the one that was given. */
  onlyPriced(name: string, allowed: readonly string[]): string | undefined {
    const span = this.givenSpan(name)
    if (span === undefined) return undefined
    const { start, end } = span
    const isShort = this.#body[start] === QUOTE && end - start <= PRICED_BYTES_MAX
    const told = isShort ? this.#body.toString('latin1', start + 1, end - 1) : ''
    return allowed.includes(told) ? told : failUnpriced(name, allowed)
  }

  #opened(name: string, opening: number, expected: string): Span | undefined {
    const span = this.givenSpan(name)
    if (span !== undefined && this.#body[span.start] !== opening) fail('invalid_field', { field: name, expected })
    return span
  }
}

/** A range of bytes of the body; `end` is the first byte after it. */
export type Span = { readonly start: number; readonly end: number }

/** Told of marks; it is given the scanner, so that it can ask where a mark lies. */
export type MarkerOf = (scanner: JsonScanner) => OnMark

/** Scans a whole body. */
export function scanRequest(body: Buffer, plan: ScanPlan, markerOf?: MarkerOf): RequestFields {
  if (!isUtf8(body)) fail('invalid_json')
  const scanner = scannerOf(plan, markerOf)
  scanner.push(body)
  return endOf(body, plan, scanner)
}

/** A scanner of requests, whose marks are told to what it is handed to. */
export function scannerOf(plan: ScanPlan, markerOf: MarkerOf | undefined): JsonScanner {
  let onMark: OnMark | undefined
  if (markerOf === undefined) return new JsonScanner(plan)
  const scanner = new JsonScanner(plan, (mark, start, end) => onMark?.(mark, start, end))
  onMark = markerOf(scanner)
  return scanner
}

/** The fields of a body that was scanned; invalid_json when something is missing. */
export function endOf(body: Buffer, plan: ScanPlan, scanner: JsonScanner): RequestFields {
  scanner.end()
  return new RequestFields(body, plan, scanner)
}

/** Refuses a word that has no price, and names those that have one. */
export const failUnpriced = (field: string, allowed: readonly string[]): never =>
  fail('invalid_field', { field, expected: `only ${allowed.join(', ')} can be used here, as others have no price` })

const [SMALL_F, SMALL_N, SMALL_T] = [0x66, 0x6e, 0x74]

/** More than any word has that has a price, with its quotes. */
const PRICED_BYTES_MAX = 64

function readText(body: Buffer, { start, end }: Span, { name, bytesMax }: { readonly name: string; readonly bytesMax: number }): string {
  const expected = `it must be a string of 1 to ${bytesMax} bytes`
  if (body[start] !== QUOTE || end - start > 6 * bytesMax + 2) fail('invalid_field', { field: name, expected })
  const text = textAt(body, start, end) ?? ''
  if (text.length === 0 || Buffer.byteLength(text) > bytesMax) fail('invalid_field', { field: name, expected })
  return text
}

function readFlag(body: Buffer, span: Span | undefined, name: string): boolean | undefined {
  if (span === undefined) return undefined
  // No other value begins with these.
  const first = body[span.start]
  if (first !== SMALL_T && first !== SMALL_F) fail('invalid_field', { field: name, expected: 'it must be true or false' })
  return first === SMALL_T
}

function readWholeNumber(
  body: Buffer,
  span: Span | undefined,
  { name, numberMax }: { readonly name: string; readonly numberMax: number },
): number | undefined {
  if (span === undefined) return undefined
  const value = numberAt(body, span)
  if (Number.isSafeInteger(value) && value >= 1 && value <= numberMax) return value
  const range = numberMax === Number.MAX_SAFE_INTEGER ? 'a positive whole number' : `a whole number from 1 to ${numberMax}`
  return fail('invalid_field', { field: name, expected: `it must be ${range}` })
}

/** The number that a value spells; NaN where it is none, or is longer than any that is asked for. */
function numberAt(body: Buffer, { start, end }: Span): number {
  let whole = 0
  for (let at = start; at < end && end - start <= DIGITS_MAX; at += 1) {
    const digit = (body[at] as number) - ZERO
    whole = digit >= 0 && digit <= 9 ? whole * 10 + digit : Number.NaN
  }
  if (whole > 0) return whole
  return body[start] === QUOTE || end - start > 30 ? Number.NaN : Number(body.toString('latin1', start, end))
}

const ZERO = 0x30
/** Most digits of a number that is exact however it is read. */
const DIGITS_MAX = 15

/** Whether the object or array that starts at `start` has nothing in it. */
export function isEmptyContainer(body: Buffer, start: number): boolean {
  let index = start + 1
  while (isSpace(body[index] as number)) index += 1
  return body[index] === CLOSE_BRACKET || body[index] === CLOSE_BRACE
}
