import type { Block } from './fields.ts'
import type { MessageOf, MessageTable } from './messages.ts'
import { RecurringIds } from './recurring-ids.ts'
import type { Spelled } from './spelled/index.ts'

/** Reads and writes the messages of one table: a type byte, then the fields at fixed places, little-endian. */
export type Codec<T extends MessageTable> = {
  /** Some bytes, to read messages from or to write them into. */
  readonly blockOf: (bytes: Buffer) => Block
  /** Bytes of a whole message, the type byte included. */
  readonly sizeOf: (name: keyof T) => number
  /** Bytes of the message that begins with this type byte; undefined for an unknown type. */
  readonly sizeOfType: (type: number) => number | undefined
  readonly write: <K extends keyof T>(name: K, message: MessageOf<T, K>, at: Place) => void
  /** Hands the message at a place to the handler of its type. */
  readonly dispatch: (at: Place, handlers: Handlers<T>) => void
}

/** One handler for each message of a table. */
export type Handlers<T extends MessageTable> = { readonly [K in keyof T]: (message: MessageOf<T, K>) => void }

/** A place in a block of bytes. */
export type Place = { readonly block: Block; readonly offset: number }

/** A codec whose type bytes are the places of the messages in their table. */
export function makeCodec<T extends MessageTable>(spelled: Spelled<T>): Codec<T> {
  const names: readonly (keyof T)[] = Object.keys(spelled)
  const types = new Map<keyof T, number>(names.map((name, type) => [name, type]))
  const nameOf = (type: number): keyof T => names[type] ?? failUnknown()
  const ids = new RecurringIds()
  return {
    blockOf: (bytes) => ({ bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length), ids }),
    sizeOf: (name) => spelled[name].size,
    sizeOfType: (type) => names[type] && spelled[names[type]].size,
    write: (name, message, { block, offset }) => {
      block.bytes[offset] = types.get(name) ?? failUnknown()
      spelled[name].write(block, offset, message)
    },
    dispatch: ({ block, offset }, handlers) => {
      const name = nameOf(block.bytes[offset] ?? -1)
      handlers[name](spelled[name].read(block, offset))
    },
  }
}

function failUnknown(): never {
  throw new RangeError('unknown message')
}
