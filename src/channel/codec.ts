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
  /** Makes what hands the message at a place to the handler of its type. */
  readonly dispatcher: (handlers: Handlers<T>) => (at: Place) => void
}

/** One handler for each message of a table. */
export type Handlers<T extends MessageTable> = { readonly [K in keyof T]: (message: MessageOf<T, K>) => void }

/** A place in a block of bytes. */
export type Place = { readonly block: Block; readonly offset: number }

/**
 * A codec whose type bytes are the places of the messages in their table. Whatever is known of a message is looked up once: to ask an object for a
 * property by so many names is dear.
 */
export function makeCodec<T extends MessageTable>(spelled: Spelled<T>): Codec<T> {
  const names: readonly (keyof T)[] = Object.keys(spelled)
  const kinds = new Map(names.map((name, type) => [name, { ...spelled[name], type }]))
  const sizes = names.map((name) => spelled[name].size)
  const ids = new RecurringIds()
  return {
    blockOf: (bytes) => ({ bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length), ids }),
    sizeOf: (name) => kinds.get(name)?.size ?? failUnknown(),
    sizeOfType: (type) => sizes[type],
    write: (name, message, { block, offset }) => {
      const { type, write } = kinds.get(name) ?? failUnknown()
      block.bytes[offset] = type
      write(block, offset, message)
    },
    dispatcher: (handlers) => {
      const byType = names.map((name) => handing(spelled[name].read, handlers[name]))
      return ({ block, offset }) => (byType[block.bytes[offset] ?? -1] ?? failUnknown())(block, offset)
    },
  }
}

/** Reads a message of one type, and hands it over. */
const handing =
  <Message>(read: (block: Block, at: number) => Message, handle: (message: Message) => void) =>
  (block: Block, at: number): void =>
    handle(read(block, at))

function failUnknown(): never {
  throw new RangeError('unknown message')
}
