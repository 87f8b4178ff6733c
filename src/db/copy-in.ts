import { once } from 'node:events'
import type { Client, Connection } from 'pg'
import { toDatabaseError } from './database-error.ts'

/** A running `copy … from stdin`: takes bytes of whole rows or parts of them; `finish` resolves with the number of rows. */
export type CopyIn = { readonly write: (rows: Buffer) => Promise<void>; readonly finish: () => Promise<number> }

/**
 * Begins `copy … from stdin`. A refusal of the server is thrown by the next `write` or by `finish`, as DatabaseError. Source:
 * https://www.postgresql.org/docs/18/protocol-flow.html#PROTOCOL-COPY (2026-11-27).
 */
export async function copyIn(client: Client, text: string): Promise<CopyIn> {
  const query = new CopyInQuery(text)
  client.query(query)
  const connection = await query.begun
  return {
    write: async (rows) => {
      if (query.failure !== undefined) throw toDatabaseError(query.failure)
      connection.sendCopyFromChunk(rows)
      if (connection.stream.writableNeedDrain) await Promise.race([once(connection.stream, 'drain'), query.ended])
    },
    finish: async () => {
      if (query.failure === undefined) connection.endCopyFrom()
      await query.ended
      if (query.failure !== undefined) throw toDatabaseError(query.failure)
      return query.rows
    },
  }
}

/** The driver's connection with what it has for copying, which its types leave out. */
type CopyConnection = Connection & { readonly sendCopyFromChunk: (chunk: Buffer) => void; readonly endCopyFrom: () => void }

/** A statement as the driver runs it, which wants rows. Its methods are called by the driver by name. */
class CopyInQuery {
  readonly begun: Promise<CopyConnection>
  /** Resolves when the server is through with it, well or not. */
  readonly ended: Promise<void>
  failure: unknown
  rows = 0
  readonly #text: string
  #begin: (connection: CopyConnection) => void = () => undefined
  #refuse: (thrown: unknown) => void = () => undefined
  #end: () => void = () => undefined

  constructor(text: string) {
    this.#text = text
    this.begun = new Promise((resolve, reject) => {
      this.#begin = resolve
      this.#refuse = reject
    })
    this.ended = new Promise((resolve) => {
      this.#end = resolve
    })
  }

  submit(connection: Connection): void {
    connection.query(this.#text)
  }

  handleCopyInResponse(connection: CopyConnection): void {
    this.#begin(connection)
  }

  handleCommandComplete(message: { readonly text: string }): void {
    this.rows = Number(/^COPY (\d+)$/.exec(message.text)?.[1] ?? 0)
  }

  handleReadyForQuery(): void {
    this.#end()
  }

  handleError(error: unknown): void {
    this.failure = error
    this.#refuse(toDatabaseError(error))
    this.#end()
  }
}
