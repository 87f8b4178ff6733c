import { isUtf8 } from 'node:buffer'
import { fail } from '../failures.ts'
import { CLOSE_BRACE, CLOSE_BRACKET, isSpace, OPEN_BRACE, OPEN_BRACKET, QUOTE } from './json-bytes.ts'
import { JsonScanner } from './json-scanner.ts'
import type { OnMark, ScanPlan } from './scan-plan.ts'

/** A request's wanted fields, by name. Each reader throws FailureError missing_field or invalid_field. */
export type RequestFields = {
  /** Offsets of a value in the body; undefined when the field is absent. */
  readonly spanOf: (name: string) => Span | undefined
  /** The same, also undefined when the value is null. */
  readonly givenSpan: (name: string) => Span | undefined
  readonly requiredSpan: (name: string) => Span
  readonly requiredText: (name: string, bytesMax: number) => string
  readonly flag: (name: string) => boolean | undefined
  readonly wholeNumber: (name: string, numberMax: number) => number | undefined
  readonly array: (name: string) => Span | undefined
  readonly requiredArray: (name: string) => Span
  readonly object: (name: string) => Span | undefined
  /** Bytes of the body in the shortest spelling of the same JSON, or a few more. */
  readonly shortestBytes: number
  /** Refuses other texts than these: the ones that cost what our prices say. Returns the one that was given. */
  readonly onlyPriced: (name: string, allowed: readonly string[]) => string | undefined
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
  const scanner = new JsonScanner(plan, (mark, start, end) => onMark?.(mark, start, end))
  onMark = markerOf?.(scanner)
  return scanner
}

/** The fields of a body that was scanned; invalid_json when something is missing. */
export function endOf(body: Buffer, plan: ScanPlan, scanner: JsonScanner): RequestFields {
  scanner.end()
  return fieldsOf(body, plan, scanner)
}

function fieldsOf(body: Buffer, plan: ScanPlan, scanner: JsonScanner): RequestFields {
  const spanOf = (name: string): Span | undefined => {
    const field = plan.fields.indexOf(name)
    return scanner.startOf(field) < 0 ? undefined : { start: scanner.startOf(field), end: scanner.endOf(field) }
  }
  const givenSpan = (name: string): Span | undefined => {
    const span = spanOf(name)
    return span === undefined || body[span.start] === SMALL_N ? undefined : span
  }
  const requiredSpan = (name: string): Span => spanOf(name) ?? fail('missing_field', { field: name })
  const opened = (name: string, opening: number, expected: string): Span | undefined => {
    const span = givenSpan(name)
    if (span !== undefined && body[span.start] !== opening) fail('invalid_field', { field: name, expected })
    return span
  }
  return {
    spanOf,
    givenSpan,
    requiredSpan,
    requiredText: (name, bytesMax) => readText(body, requiredSpan(name), { name, bytesMax }),
    flag: (name) => readFlag(body, givenSpan(name), name),
    wholeNumber: (name, numberMax) => readWholeNumber(body, givenSpan(name), { name, numberMax }),
    array: (name) => opened(name, OPEN_BRACKET, 'it must be an array'),
    requiredArray: (name) => {
      const span = requiredSpan(name)
      if (body[span.start] !== OPEN_BRACKET) fail('invalid_field', { field: name, expected: 'it must be an array' })
      if (isEmptyContainer(body, span.start)) fail('invalid_field', { field: name, expected: 'it must have at least one element' })
      return span
    },
    object: (name) => opened(name, OPEN_BRACE, 'it must be an object'),
    shortestBytes: body.length - scanner.spare,
    onlyPriced: (name, allowed) => {
      const span = givenSpan(name)
      if (span === undefined) return undefined
      for (const word of allowed) if (body.subarray(span.start, span.end).equals(Buffer.from(`"${word}"`))) return word
      return failUnpriced(name, allowed)
    },
  }
}

/** Refuses a word that has no price, and names those that have one. */
export const failUnpriced = (field: string, allowed: readonly string[]): never =>
  fail('invalid_field', { field, expected: `only ${allowed.join(', ')} can be used here, as others have no price` })

const SMALL_N = 0x6e

function readText(body: Buffer, { start, end }: Span, { name, bytesMax }: { readonly name: string; readonly bytesMax: number }): string {
  const expected = `it must be a string of 1 to ${bytesMax} bytes`
  if (body[start] !== QUOTE || end - start > 6 * bytesMax + 2) fail('invalid_field', { field: name, expected })
  const text = JSON.parse(body.toString('utf8', start, end)) as string
  if (text.length === 0 || Buffer.byteLength(text) > bytesMax) fail('invalid_field', { field: name, expected })
  return text
}

function readFlag(body: Buffer, span: Span | undefined, name: string): boolean | undefined {
  if (span === undefined) return undefined
  const word = body.toString('latin1', span.start, Math.min(span.end, span.start + 6))
  if (word !== 'true' && word !== 'false') fail('invalid_field', { field: name, expected: 'it must be true or false' })
  return word === 'true'
}

function readWholeNumber(
  body: Buffer,
  span: Span | undefined,
  { name, numberMax }: { readonly name: string; readonly numberMax: number },
): number | undefined {
  if (span === undefined) return undefined
  const value =
    body[span.start] === QUOTE || span.end - span.start > 30 ? Number.NaN : Number(body.toString('latin1', span.start, span.end))
  if (Number.isSafeInteger(value) && value >= 1 && value <= numberMax) return value
  const range = numberMax === Number.MAX_SAFE_INTEGER ? 'a positive whole number' : `a whole number from 1 to ${numberMax}`
  return fail('invalid_field', { field: name, expected: `it must be ${range}` })
}

/** Whether the object or array that starts at `start` has nothing in it. */
export function isEmptyContainer(body: Buffer, start: number): boolean {
  let index = start + 1
  while (isSpace(body[index] as number)) index += 1
  return body[index] === CLOSE_BRACKET || body[index] === CLOSE_BRACE
}
