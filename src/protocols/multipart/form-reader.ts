import { fail } from '../../failures.ts'
import { refusePictureName } from '../picture-fields.ts'
import type { Span } from '../request-fields.ts'
import { refuseRoutingName } from '../routing-fields.ts'
import type { PartHead } from './part-head.ts'
import { MultipartScanner } from './scanner.ts'

/** What is known of a form so far. */
export type FormFields = {
  /** The text of a wanted field that has passed; undefined before, or when there is none. */
  readonly text: (name: string) => string | undefined
  /** Where that text lies in the body. */
  readonly spanOf: (name: string) => Span | undefined
  /** A whole number from 1 to `numberMax`; undefined when it has not come. Fails with invalid_field. */
  readonly wholeNumber: (name: string, numberMax: number) => number | undefined
  /** Bytes of what is no file, and of files, so far. */
  readonly textBytes: number
  readonly fileBytes: number
  /** Whether all fields have passed. */
  readonly isComplete: boolean
}

/** Longest text of a wanted field, in bytes. */
const TEXT_BYTES_MAX = 256

/**
 * Reads a form as it passes, cut anywhere, and keeps nothing but the texts of `wanted` fields.
 * Fails with invalid_multipart, duplicate_field, invalid_field.
 */
export class FormReader implements FormFields {
  readonly #wanted: ReadonlySet<string>
  readonly #scanner: MultipartScanner
  readonly #texts = new Map<string, { readonly text: string; readonly span: Span }>()
  #part: { readonly name: string; readonly start: number; parts: Buffer[]; length: number } | undefined
  #isFile = false
  #textBytes = 0
  #fileBytes = 0

  constructor(boundary: string, wanted: readonly string[]) {
    this.#wanted = new Set(wanted)
    this.#scanner = new MultipartScanner(boundary, {
      onPart: (part, start) => this.#begin(part, start),
      onContent: (bytes) => this.#take(bytes),
      onPartEnd: (end) => this.#end(end),
    })
  }

  get textBytes(): number {
    return this.#textBytes
  }

  get fileBytes(): number {
    return this.#fileBytes
  }

  get isComplete(): boolean {
    return this.#scanner.isComplete
  }

  push(chunk: Buffer): void {
    this.#scanner.push(chunk)
  }

  end(): void {
    this.#scanner.end()
  }

  text(name: string): string | undefined {
    return this.#texts.get(name)?.text
  }

  spanOf(name: string): Span | undefined {
    return this.#texts.get(name)?.span
  }

  wholeNumber(name: string, numberMax: number): number | undefined {
    const text = this.text(name)
    if (text === undefined) return undefined
    const value = /^\d{1,9}$/.test(text) ? Number(text) : 0
    if (value < 1 || value > numberMax) fail('invalid_field', { field: name, expected: `it must be a whole number from 1 to ${numberMax}` })
    return value
  }

  #begin({ name, isFile }: PartHead, start: number): void {
    this.#isFile = isFile
    this.#part = undefined
    // Some servers take names without regard to case, so another spelling of ours may not stand beside it.
    const folded = name.toLowerCase()
    refuseRoutingName(folded)
    refusePictureName(folded)
    if (!this.#wanted.has(folded)) return
    if (name !== folded) fail('invalid_field', { field: folded, expected: 'its name must be spelled in lower case' })
    if (isFile) fail('invalid_field', { field: name, expected: 'it must be a text and no file' })
    if (this.#texts.has(name)) fail('duplicate_field', { field: name })
    this.#part = { name, start, parts: [], length: 0 }
  }

  #take(bytes: Buffer): void {
    if (this.#isFile) this.#fileBytes += bytes.length
    else this.#textBytes += bytes.length
    const part = this.#part
    if (part === undefined) return
    part.length += bytes.length
    if (part.length > TEXT_BYTES_MAX) fail('invalid_field', { field: part.name, expected: `it must have at most ${TEXT_BYTES_MAX} bytes` })
    part.parts.push(Buffer.from(bytes))
  }

  #end(end: number): void {
    const part = this.#part
    if (part === undefined) return
    this.#texts.set(part.name, { text: Buffer.concat(part.parts).toString('utf8'), span: { start: part.start, end } })
    this.#part = undefined
  }
}

/** The boundary that a content type names; undefined when it is no form, or one that nobody should send. */
export function boundaryOf(contentType: string | undefined): string | undefined {
  const [, quoted, bare] =
    /^multipart\/form-data(?: *; *charset="?[\w-]+"?)? *; *boundary=(?:"([^"\\]+)"|([^\s";]+)) *(?:; *charset="?[\w-]+"?)?$/i.exec(
      contentType ?? '',
    ) ?? []
  const boundary = quoted ?? bare
  return boundary !== undefined && /^[\w'()+,./:=?-]{1,70}$/.test(boundary) ? boundary : undefined
}
