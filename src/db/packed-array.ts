import { writeUuid } from '../lib/index.ts'
import { DatabaseError } from './database-error.ts'

/** What an element of each array type is given as: a date as days since 1970-01-01, a timestamptz as milliseconds since 1970 UTC. */
export type ElementOf = {
  readonly boolean: boolean
  readonly smallint: number
  readonly integer: number
  readonly bigint: bigint
  readonly date: number
  readonly timestamptz: number
  readonly uuid: string
}

/** Writes one element at an offset; the place is as large as the type says. */
type Target = { readonly bytes: Buffer; readonly view: DataView }
type Write<V> = (target: Target, offset: number, value: V) => void
type Kind<V> = { readonly oid: number; readonly size: number; readonly write: Write<V> }

const HEADER_BYTES = 20
const LENGTH_BYTES = 4
const NULL_LENGTH = -1
/** PostgreSQL counts from 2000-01-01. */
const EPOCH_DAYS = 10_957
const EPOCH_MICROS = 946_684_800_000_000
const BIGINT_MAX = 2n ** 63n - 1n

/** Object identifiers of the element types. Source: pg_type.dat of PostgreSQL 18 (2026-11). */
const KINDS: { readonly [T in keyof ElementOf]: Kind<ElementOf[T]> } = {
  boolean: { oid: 16, size: 1, write: ({ view }, offset, value) => view.setUint8(offset, value ? 1 : 0) },
  smallint: { oid: 21, size: 2, write: ({ view }, offset, value) => view.setInt16(offset, within(value, 0x7fff)) },
  integer: { oid: 23, size: 4, write: ({ view }, offset, value) => view.setInt32(offset, within(value, 0x7fff_ffff)) },
  bigint: {
    oid: 20,
    size: 8,
    write: ({ view }, offset, value) => {
      if (value > BIGINT_MAX || value < -BIGINT_MAX) throw new DatabaseError('22003')
      view.setBigInt64(offset, value)
    },
  },
  date: { oid: 1082, size: 4, write: ({ view }, offset, value) => view.setInt32(offset, within(value - EPOCH_DAYS, 0x7fff_fffe)) },
  timestamptz: { oid: 1184, size: 8, write: writeMicros },
  uuid: {
    oid: 2950,
    size: 16,
    write: ({ bytes }, offset, value) => {
      if (!writeUuid(value, bytes, offset)) throw new DatabaseError('22P02')
    },
  },
}

/**
 * One column of rows as an array in PostgreSQL's own binary form, for `unnest(${…}::type[])`: a tenth of the work of an array as text, on
 * both sides. What does not fit its type is refused with the code that the server would give, 22003 or 22P02. Source: array_send and
 * array_recv of PostgreSQL 18 (2026-11).
 */
export function packArray<T extends keyof ElementOf, Row>(
  type: T,
  rows: readonly Row[],
  pick: (row: Row) => ElementOf[T] | undefined,
): Buffer {
  const { oid, size, write } = KINDS[type]
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + rows.length * (LENGTH_BYTES + size))
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const target = { bytes, view }
  let [offset, nulls] = [HEADER_BYTES, 0]
  for (const row of rows) {
    const value = pick(row)
    view.setInt32(offset, value === undefined ? NULL_LENGTH : size)
    offset += LENGTH_BYTES
    if (value === undefined) {
      nulls = 1
      continue
    }
    write(target, offset, value)
    offset += size
  }
  writeHeader(view, { oid, nulls, count: rows.length })
  return bytes.subarray(0, rows.length === 0 ? EMPTY_BYTES : offset)
}

/** An array without elements has no dimensions. */
const EMPTY_BYTES = 12

function writeHeader(
  view: DataView,
  { oid, nulls, count }: { readonly oid: number; readonly nulls: number; readonly count: number },
): void {
  view.setInt32(0, count === 0 ? 0 : 1)
  view.setInt32(4, nulls)
  view.setInt32(8, oid)
  view.setInt32(12, count)
  view.setInt32(16, 1)
}

function within(value: number, most: number): number {
  if (Number.isInteger(value) && value <= most && value >= -most) return value
  throw new DatabaseError('22003')
}

function writeMicros({ view }: Target, offset: number, millis: number): void {
  const micros = millis * 1_000 - EPOCH_MICROS
  if (!Number.isSafeInteger(micros)) throw new DatabaseError('22008')
  view.setInt32(offset, Math.floor(micros / 0x1_0000_0000))
  view.setUint32(offset + 4, (micros % 0x1_0000_0000) >>> 0)
}
