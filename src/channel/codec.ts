import { bytesToUuid } from '../lib/index.ts'
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

type Field = { readonly name: string; readonly type: FieldType; readonly offset: number }
type Layout = { readonly name: string; readonly size: number; readonly fields: readonly Field[] }

const SIZES: Readonly<Record<FieldType, number>> = { u8: 1, u16: 2, u32: 4, u64: 8, money: 8, uuid: 16, hash: 32 }

/** A codec whose type bytes are the places of the messages in the table. */
export function makeCodec<T extends MessageTable>(table: T): Codec<T> {
  const layouts = Object.entries(table).map(([name, fields]) => layoutOf(name, fields))
  const typeOf = new Map(layouts.map((layout, type) => [layout.name, type]))
  const layoutNamed = (name: keyof T): Layout => at(layouts, typeOf.get(String(name)) ?? -1)
  return {
    sizeOf: (name) => layoutNamed(name).size,
    sizeOfType: (type) => layouts[type]?.size,
    write: (name, message, { buffer, offset }) => {
      buffer[offset] = typeOf.get(String(name)) ?? 0
      for (const field of layoutNamed(name).fields) writeField(field, (message as Record<string, unknown>)[field.name], { buffer, offset })
    },
    dispatch: ({ buffer, offset }, handlers) => {
      const layout = at(layouts, buffer[offset] ?? -1)
      const message: Record<string, unknown> = {}
      for (const field of layout.fields) message[field.name] = readField(field, { buffer, offset })
      handlers[layout.name as keyof T](message as MessageOf<T, keyof T>)
    },
  }
}

function layoutOf(name: string, fields: Readonly<Record<string, FieldType>>): Layout {
  let size = 1
  const placed = Object.entries(fields).map(([field, type]) => {
    const offset = size
    size += SIZES[type]
    return { name: field, type, offset }
  })
  return { name, size, fields: placed }
}

function at<V>(list: readonly V[], index: number): V {
  const value = list[index]
  if (value === undefined) throw new RangeError('unknown message')
  return value
}

function writeField(field: Field, value: unknown, { buffer, offset }: Place): void {
  const place = offset + field.offset
  if (typeof value === 'number') writeNumber(field.type, value, { buffer, offset: place })
  else if (typeof value === 'bigint' && field.type === 'money') buffer.writeBigInt64LE(value, place)
  else if (typeof value === 'string' && field.type === 'uuid') buffer.write(value.replaceAll('-', ''), place, 16, 'hex')
  else if (Buffer.isBuffer(value) && field.type === 'hash' && value.length === 32) value.copy(buffer, place)
  else throw new TypeError(`wrong value for ${field.name}`)
}

function writeNumber(type: FieldType, value: number, { buffer, offset }: Place): void {
  if (type === 'u32') buffer.writeUInt32LE(value, offset)
  else if (type === 'u8') buffer.writeUInt8(value, offset)
  else if (type === 'u16') buffer.writeUInt16LE(value, offset)
  else if (type === 'u64' && Number.isSafeInteger(value) && value >= 0) {
    buffer.writeUInt32LE(value % 0x1_0000_0000, offset)
    buffer.writeUInt32LE(Math.floor(value / 0x1_0000_0000), offset + 4)
  } else throw new TypeError(`wrong value for a field of type ${type}`)
}

function readField(field: Field, { buffer, offset }: Place): unknown {
  const place = offset + field.offset
  switch (field.type) {
    case 'u8':
      return buffer.readUInt8(place)
    case 'u16':
      return buffer.readUInt16LE(place)
    case 'u32':
      return buffer.readUInt32LE(place)
    case 'u64':
      return buffer.readUInt32LE(place) + buffer.readUInt32LE(place + 4) * 0x1_0000_0000
    case 'money':
      return buffer.readBigInt64LE(place)
    case 'uuid':
      return bytesToUuid(buffer, place)
    case 'hash':
      return Buffer.from(buffer.subarray(place, place + 32))
  }
}
