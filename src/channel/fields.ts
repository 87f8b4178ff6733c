import { bytesToUuid, writeUuid as writeUuidText } from '../lib/index.ts'
import type { FieldType } from './messages.ts'
import type { RecurringIds } from './recurring-ids.ts'

/** Bytes of each type of field; all are little-endian. */
export const SIZES: Readonly<Record<FieldType, number>> = { u8: 1, u16: 2, u32: 4, u64: 8, money: 8, uuid: 16, hash: 32 }

const HALF = 0x1_0000_0000
const U8_MAX = 0xff
const U16_MAX = 0xffff
const U32_MAX = 0xffff_ffff
const MONEY_MAX = 2n ** 63n - 1n
const MONEY_MIN = -(2n ** 63n)

/** Bytes of messages; `view` is of the same, for numbers, and `ids` knows those of keys and accounts. */
export type Block = { readonly bytes: Buffer; readonly view: DataView; readonly ids: RecurringIds }

/** A whole number up to 2^53 at a place. */
export const readU64 = ({ view }: Block, at: number): number => view.getUint32(at, true) + view.getUint32(at + 4, true) * HALF
/** A UUID by its text at a place. */
export const readUuid = ({ bytes }: Block, at: number): string => bytesToUuid(bytes, at)
/** 32 bytes at a place. */
export const readHash = ({ bytes }: Block, at: number): Buffer => Buffer.from(bytes.subarray(at, at + 32))

// Types are not there any more when these run, and views make numbers of much that is none. The first three are as short as V8 takes into whatever calls them.
/** A number that 8 bits hold. Throws TypeError or RangeError when it is none. */
export function u8(value: number): number {
  return (value & U8_MAX) === value ? value : fraction(value, U8_MAX)
}

/** A number that 16 bits hold. Throws TypeError or RangeError when it is none. */
export function u16(value: number): number {
  return (value & U16_MAX) === value ? value : fraction(value, U16_MAX)
}

/** A number that 32 bits hold. Throws TypeError or RangeError when it is none. */
export function u32(value: number): number {
  return value >>> 0 === value ? value : fraction(value, U32_MAX)
}

/** A number that is not whole is told without its fraction. */
function fraction(value: unknown, max: number): number {
  if (typeof value !== 'number') throw new TypeError('wrong value for a number')
  if (value < 0 || value > max) throw new RangeError('a number that does not fit')
  return value
}

/** Nano-USD, signed. Throws TypeError or RangeError when it is none. */
export function money(value: bigint): bigint {
  if (typeof value !== 'bigint') throw new TypeError('wrong value for an amount')
  if (value > MONEY_MAX || value < MONEY_MIN) throw new RangeError('an amount that does not fit')
  return value
}

/** Writes it to a place: a whole number up to 2^53. Throws TypeError or RangeError. */
export function writeU64({ view }: Block, at: number, value: number): void {
  if (!Number.isSafeInteger(value) || value < 0) throw new TypeError('wrong value for a u64')
  const high = Math.floor(value / HALF)
  view.setUint32(at, value - high * HALF, true)
  view.setUint32(at + 4, high, true)
}

/** Writes it to a place: a UUID by its text. Throws TypeError or RangeError. */
export function writeUuid({ bytes }: Block, at: number, value: string): void {
  if (typeof value !== 'string' || !writeUuidText(value, bytes, at)) throw new TypeError('wrong value for a uuid')
}

/** Writes it to a place: the UUID of a key or an account by its text. Throws TypeError or RangeError. */
export function writeRecurring(block: Block, at: number, value: string): void {
  if (typeof value !== 'string' || !block.ids.write(block, at, value)) throw new TypeError('wrong value for a uuid')
}

/** Writes it to a place: 32 bytes. Throws TypeError or RangeError. */
export function writeHash({ bytes }: Block, at: number, value: Buffer): void {
  if (!Buffer.isBuffer(value) || value.length !== SIZES.hash) throw new TypeError('wrong value for a hash')
  value.copy(bytes, at)
}
