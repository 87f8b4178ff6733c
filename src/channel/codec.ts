import { bytesToUuid, writeUuid } from '../lib/index.ts'
import type { FieldType, MessageOf, MessageTable } from './messages.ts'

/** Reads and writes the messages of one table: a type byte, then the fields at fixed places, little-endian. */
export type Codec<T extends MessageTable> = {
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

/** A place in a buffer. */
export type Place = { readonly buffer: Buffer; readonly offset: number }

/** How one type of field is read and written; `write` throws when a value is not of the type. */
type Kind = {
  readonly size: number
  readonly read: (buffer: Buffer, at: number) => unknown
  readonly write: (buffer: Buffer, at: number, value: unknown) => void
}
type Field = Kind & { readonly name: string; readonly offset: number }
type Layout = {
  readonly name: string
  readonly type: number
  readonly size: number
  readonly fields: readonly Field[]
  /** A message with every field, to be copied: one that is built field by field costs several times as much. */
  readonly blank: Readonly<Record<string, unknown>>
}

const HALF = 0x1_0000_0000

const KINDS: Readonly<Record<FieldType, Kind>> = {
  u8: { size: 1, read: (buffer, at) => buffer.readUInt8(at), write: (buffer, at, value) => buffer.writeUInt8(numberOf(value), at) },
  u16: { size: 2, read: (buffer, at) => buffer.readUInt16LE(at), write: (buffer, at, value) => buffer.writeUInt16LE(numberOf(value), at) },
  u32: { size: 4, read: (buffer, at) => buffer.readUInt32LE(at), write: (buffer, at, value) => buffer.writeUInt32LE(numberOf(value), at) },
  u64: {
    size: 8,
    read: (buffer, at) => buffer.readUInt32LE(at) + buffer.readUInt32LE(at + 4) * HALF,
    write: (buffer, at, value) => {
      const number = numberOf(value)
      if (!Number.isSafeInteger(number) || number < 0) throw new TypeError('wrong value for a u64')
      buffer.writeUInt32LE(number % HALF, at)
      buffer.writeUInt32LE(Math.floor(number / HALF), at + 4)
    },
  },
  money: {
    size: 8,
    read: (buffer, at) => buffer.readBigInt64LE(at),
    write: (buffer, at, value) => {
      if (typeof value !== 'bigint') throw new TypeError('wrong value for an amount')
      buffer.writeBigInt64LE(value, at)
    },
  },
  uuid: {
    size: 16,
    read: bytesToUuid,
    write: (buffer, at, value) => {
      if (typeof value !== 'string' || !writeUuid(value, buffer, at)) throw new TypeError('wrong value for a uuid')
    },
  },
  hash: {
    size: 32,
    read: (buffer, at) => Buffer.from(buffer.subarray(at, at + 32)),
    write: (buffer, at, value) => {
      if (!Buffer.isBuffer(value) || value.length !== 32) throw new TypeError('wrong value for a hash')
      value.copy(buffer, at)
    },
  },
}

function numberOf(value: unknown): number {
  if (typeof value === 'number') return value
  throw new TypeError('wrong value for a number')
}

/** A codec whose type bytes are the places of the messages in the table. */
export function makeCodec<T extends MessageTable>(table: T): Codec<T> {
  const layouts = Object.entries(table).map(([name, fields], type) => layoutOf(name, { type, fields }))
  const byName = new Map<keyof T, Layout>(layouts.map((layout) => [layout.name, layout]))
  const layoutNamed = (name: keyof T): Layout => known(byName.get(name))
  return {
    sizeOf: (name) => layoutNamed(name).size,
    sizeOfType: (type) => layouts[type]?.size,
    write: (name, message, { buffer, offset }) => {
      const { type, fields } = layoutNamed(name)
      buffer[offset] = type
      for (const field of fields) field.write(buffer, offset + field.offset, (message as Record<string, unknown>)[field.name])
    },
    dispatch: ({ buffer, offset }, handlers) => {
      const { name, fields, blank } = known(layouts[buffer[offset] ?? -1])
      const message: Record<string, unknown> = { ...blank }
      for (const field of fields) message[field.name] = field.read(buffer, offset + field.offset)
      handlers[name as keyof T](message as MessageOf<T, keyof T>)
    },
  }
}

type Shape = { readonly type: number; readonly fields: Readonly<Record<string, FieldType>> }

function layoutOf(name: string, { type, fields }: Shape): Layout {
  let size = 1
  const placed = Object.entries(fields).map(([field, fieldType]) => {
    const kind = KINDS[fieldType]
    const offset = size
    size += kind.size
    return { ...kind, name: field, offset }
  })
  return { name, type, size, fields: placed, blank: Object.fromEntries(placed.map((field) => [field.name, undefined])) }
}

function known(layout: Layout | undefined): Layout {
  if (layout === undefined) throw new RangeError('unknown message')
  return layout
}
