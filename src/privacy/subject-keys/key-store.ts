/** Where wrapped keys of subjects lie, outside the database and its backups; found by a tag of 32 bytes that tells nobody whose they are. */
export type KeyStore = {
  /** What lies under a tag; undefined when nothing does. */
  readonly read: (tag: Buffer) => Promise<Buffer | undefined>
  /** Puts wrapped bytes under a tag unless there are some, durably; resolves with those that lie there now. */
  readonly add: (tag: Buffer, wrapped: Buffer) => Promise<Buffer>
  /** Takes what lies under these tags away for good: overwritten or deleted, durably, when it resolves. */
  readonly remove: (tags: readonly Buffer[]) => Promise<void>
  /** Takes away what is left of removed keys in places that nobody reads; to be called from time to time. */
  readonly tidy: () => Promise<void>
  readonly close: () => Promise<void>
}
