/** What a call needs of the answer to its customer: one of node:http's, or one of the fast path's. */
export type CallResponse = {
  /** Whether a head was written; it may still wait for the first bytes of the body. */
  readonly headersSent: boolean
  readonly destroyed: boolean
  readonly closed: boolean
  readonly socket: { readonly destroyed: boolean } | null
  /** `fields`: names and values in turn. */
  writeHead(status: number, fields: string[]): unknown
  /** The same of lines with their ends, which nobody checks again; `hasLength`: one of them tells the length of the body. Absent where fields are wanted. */
  writeLines?(status: number, lines: string, hasLength: boolean): void
  /** False when no more should be written before `drain`. */
  write(bytes: Buffer): boolean
  end(body?: Buffer): unknown
  end(body: string, encoding: 'latin1'): unknown
  /** Ends the connection. */
  destroy(): unknown
  once(event: 'close', listener: () => void): unknown
  on(event: 'drain', listener: () => void): unknown
  removeListener(event: 'close', listener: () => void): unknown
}
