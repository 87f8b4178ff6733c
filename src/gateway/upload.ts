import { Readable } from 'node:stream'
import { fail } from '../failures.ts'
import { GrowingBytes } from '../lib/index.ts'
import { boundaryOf, type DecodedCall, FormReader, type FormRules } from '../protocols/index.ts'
import type { BodyShare } from './body-budget.ts'
import { BodyPieces } from './body-pieces.ts'
import type { CallRequest } from './call-request.ts'

/** How a form is read. `bodyBytesMax`: most bytes that are kept while it is not known what the call costs; `share`: what they count for. */
export type UploadRules = { readonly form: FormRules; readonly bodyBytesMax: number; readonly share: Pick<BodyShare, 'take'> }

/** Most bytes of a whole upload, as a multiple of what is kept of it. */
const WHOLE_TIMES = 8

/** When so few bytes are left after the model, they are waited for: fields that stand there are then known before the hold. */
const WAITED_BYTES_MAX = 65_536

/**
 * The body of a request that is a form. It is read up to the field that names the model, so that the call can be held for, and the rest
 * goes to the upstream as it comes, with back-pressure; nothing is kept of what has gone out.
 */
export class Upload {
  readonly #rules: UploadRules
  readonly #request: CallRequest
  readonly #pieces: BodyPieces
  readonly #reader: FormReader
  readonly #boundary: string
  #head: Buffer = Buffer.alloc(0)
  #bytes = 0
  #hasEnded = false
  #isSpent = false

  private constructor(request: CallRequest, boundary: string, rules: UploadRules) {
    this.#request = request
    this.#rules = rules
    this.#boundary = boundary
    this.#reader = new FormReader(boundary, rules.form.fields)
    this.#pieces = new BodyPieces(request)
  }

  /**
   * Reads a form as far as its hold needs to know it.
   * Fails with body_encoded, body_not_form, body_too_large, model_after_file, unavailable, and as forms do; throws ClientGone.
   */
  static async begin(request: CallRequest, rules: UploadRules): Promise<Upload> {
    const { 'content-encoding': encoding, 'content-type': type, 'content-length': length } = request.headers
    if (encoding !== undefined && encoding !== 'identity') fail('body_encoded')
    const boundary = boundaryOf(type) ?? fail('body_not_form')
    const upload = new Upload(request, boundary, rules)
    try {
      if (Number(length ?? 0) > upload.#bytesMax) fail('body_too_large', { limit: upload.#bytesMax })
      await upload.#readHead()
    } catch (thrown) {
      upload.close()
      throw thrown
    }
    return upload
  }

  /** What was read before the hold. */
  get head(): Buffer {
    return this.#head
  }

  /** Whether it cannot be sent again, as what has gone out is not here any more. */
  get isSpent(): boolean {
    return this.#isSpent
  }

  /** The call, with what has not come taken at its dearest. */
  decode(): DecodedCall {
    return this.#rules.form.decode(this.#reader, this.#head)
  }

  /** Headers for an upstream; `head` is as it goes there, with the upstream's model in it. */
  headersFor(head: Buffer): Readonly<Record<string, string>> {
    const length = this.#length
    return {
      'content-type': `multipart/form-data; boundary=${quoted(this.#boundary)}`,
      ...(length === undefined ? {} : { 'content-length': String(length + head.length - this.#head.length) }),
    }
  }

  /** The whole body: the head, and the rest as it comes. A body that turns out to be none ends with its failure. */
  send(head: Buffer, onSent: () => void): Readable {
    return Readable.from(this.#sending(head, onSent), { objectMode: false })
  }

  async *#sending(head: Buffer, onSent: () => void): AsyncGenerator<Buffer> {
    yield head
    this.#isSpent ||= !this.#hasEnded
    for (let chunk = await this.#next(); chunk !== undefined; chunk = await this.#next()) {
      this.#take(chunk)
      // A bound that was held for has to stand whatever comes after it.
      this.decode()
      yield chunk
    }
    onSent()
  }

  /** Lets go of the request. What the client still sends of it is read away, so that its connection can carry the next one. */
  close(): void {
    this.#pieces.leave()
  }

  get #bytesMax(): number {
    return this.#rules.bodyBytesMax * WHOLE_TIMES
  }

  /** Bytes of the whole body, where they are known. */
  get #length(): number | undefined {
    if (this.#hasEnded) return this.#bytes
    const told = this.#request.headers['content-length']
    return told === undefined ? undefined : Number(told)
  }

  async #readHead(): Promise<void> {
    const head = new GrowingBytes({ ownsParts: true })
    while (!this.#isKnown()) {
      const chunk = await this.#next()
      if (chunk === undefined) break
      this.#rules.share.take(chunk.length)
      this.#take(chunk)
      head.push(chunk)
      if (this.#bytes > this.#rules.bodyBytesMax && !this.#isKnown()) fail('model_after_file', { limit: this.#rules.bodyBytesMax })
    }
    this.#head = head.take()
  }

  /** Whether enough is known to hold for the call. */
  #isKnown(): boolean {
    if (this.#reader.text('model') === undefined) return false
    const length = this.#length
    return length === undefined || length - this.#bytes > WAITED_BYTES_MAX || this.#bytes > this.#rules.bodyBytesMax
  }

  #take(chunk: Buffer): void {
    this.#bytes += chunk.length
    if (this.#bytes > this.#bytesMax) fail('body_too_large', { limit: this.#bytesMax })
    this.#reader.push(chunk)
  }

  /** The next bytes; undefined at the end, which has to be that of the form. */
  async #next(): Promise<Buffer | undefined> {
    if (this.#hasEnded) return undefined
    const piece = await this.#pieces.next()
    if (piece !== undefined) return piece
    this.#hasEnded = true
    this.#reader.end()
    return undefined
  }
}

const quoted = (boundary: string): string => (/^[\w'+.-]+$/.test(boundary) ? boundary : `"${boundary}"`)
