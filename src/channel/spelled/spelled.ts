import type { Block } from '../fields.ts'
import type { MessageOf, MessageTable } from '../messages.ts'

/** The messages of a table: how many bytes each takes, its type byte included, and how its fields are read and written behind a place. */
export type Spelled<T extends MessageTable> = {
  readonly [K in keyof T]: {
    readonly size: number
    readonly read: (block: Block, at: number) => MessageOf<T, K>
    readonly write: (block: Block, at: number, message: MessageOf<T, K>) => void
  }
}
