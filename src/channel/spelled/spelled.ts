import type { MessageOf, MessageTable } from '../messages.ts'
import type { RecurringIds } from '../recurring-ids.ts'

/** The messages of a table: how many bytes each takes, its type byte included, and how its fields are read and written behind a place; `ids` knows those of keys and accounts. */
export type Spelled<T extends MessageTable> = {
  readonly [K in keyof T]: {
    readonly size: number
    readonly read: (bytes: Buffer, at: number, ids: RecurringIds) => MessageOf<T, K>
    readonly write: (bytes: Buffer, at: number, message: MessageOf<T, K>) => void
  }
}
