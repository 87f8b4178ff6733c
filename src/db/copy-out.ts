import { hash } from 'node:crypto'
import type { Client, Connection } from 'pg'
import { toDatabaseError } from './database-error.ts'
import { type RowSum, rowSum } from './row-sum.ts'

/** What a table was read to: how many rows, and a sum over them that no order of theirs changes. */
export type CopiedRows = { readonly rows: number; readonly sum: string }

const BATCH_BYTES = 60_000
const WAITING_MAX = 16

/**
 * Runs `copy … to stdout` and hands its bytes on in pieces of about 60 kB, whole rows each. The server is made to wait for whoever takes
 * them. Throws DatabaseError, and whatever `take` throws. Source: https://www.postgresql.org/docs/18/protocol-flow.html#PROTOCOL-COPY (2026-11-27).
 */
export async function copyOut(client: Client, text: string, take: (rows: Buffer) => Promise<void>): Promise<CopiedRows> {
  const copy = new CopyOut(text)
  client.query(copy)
  let failed: { readonly thrown: unknown } | undefined
  for await (const rows of copy.batches()) {
    // What follows has to be read to its end all the same, as the connection is of no use before.
    if (failed === undefined) await take(rows).catch((thrown: unknown) => (failed = { thrown }))
  }
  if (failed !== undefined) throw failed.thrown
  return { rows: copy.rows, sum: copy.sum.hex() }
}

/** A statement as the driver runs it, whose answer is copied rows. Its methods are called by the driver by name. */
class CopyOut {
  readonly sum: RowSum = rowSum()
  rows = 0
  readonly #text: string
  readonly #waiting: Buffer[] = []
  #batch: Buffer[] = []
  #batchBytes = 0
  #connection: Connection | undefined
  #end: { readonly failure?: unknown } | undefined
  #wake: () => void = () => undefined

  constructor(text: string) {
    this.#text = text
  }

  submit(connection: Connection): void {
    this.#connection = connection
    connection.query(this.#text)
  }

  handleCopyData(message: { readonly chunk: Buffer }): void {
    // The driver writes into the same memory again.
    const row = Buffer.from(message.chunk)
    this.rows += 1
    this.sum.add(hash('sha256', row, 'buffer'))
    this.#batch.push(row)
    this.#batchBytes += row.length
    if (this.#batchBytes >= BATCH_BYTES) this.#closeBatch()
  }

  handleCommandComplete(): void {
    this.#closeBatch()
  }

  handleReadyForQuery(): void {
    this.#finish({})
  }

  handleError(error: unknown): void {
    this.#finish({ failure: error })
  }

  async *batches(): AsyncGenerator<Buffer> {
    for (;;) {
      const next = this.#waiting.shift()
      if (next !== undefined) {
        if (this.#waiting.length < WAITING_MAX) this.#connection?.stream.resume()
        yield next
      } else if (this.#end !== undefined) {
        if (this.#end.failure !== undefined) throw toDatabaseError(this.#end.failure)
        return
      } else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve
        })
      }
    }
  }

  #closeBatch(): void {
    if (this.#batch.length === 0) return
    this.#waiting.push(Buffer.concat(this.#batch))
    this.#batch = []
    this.#batchBytes = 0
    if (this.#waiting.length >= WAITING_MAX) this.#connection?.stream.pause()
    this.#wake()
  }

  #finish(end: { readonly failure?: unknown }): void {
    this.#end ??= end
    this.#wake()
  }
}
