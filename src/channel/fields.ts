import { bytesToUuid, writeUuid as writeUuidText } from '../lib/index.ts'
import type { FieldType } from './messages.ts'

/** Bytes of each type of field; all are little-endian. What writes one throws TypeError or RangeError when the value is not of the type. */
export const SIZES: Readonly<Record<FieldType, number>> = { u8: 1, u16: 2, u32: 4, u64: 8, money: 8, uuid: 16, hash: 32 }

const HALF = 0x1_0000_0000

/** A whole number of 8 bits at a place. */
export const readU8 = (bytes: Buffer, at: number): number => bytes.readUInt8(at)
/** A whole number of 16 bits at a place. */
export const readU16 = (bytes: Buffer, at: number): number => bytes.readUInt16LE(at)
/** A whole number of 32 bits at a place. */
export const readU32 = (bytes: Buffer, at: number): number => bytes.readUInt32LE(at)
/** A whole number up to 2^53 at a place. */
export const readU64 = (bytes: Buffer, at: number): number => bytes.readUInt32LE(at) + bytes.readUInt32LE(at + 4) * HALF
/** Nano-USD, signed at a place. */
export const readMoney = (bytes: Buffer, at: number): bigint => bytes.readBigInt64LE(at)
/** A UUID by its text at a place. */
export const readUuid = (bytes: Buffer, at: number): string => bytesToUuid(bytes, at)
/** 32 bytes at a place. */
export const readHash = (bytes: Buffer, at: number): Buffer => Buffer.from(bytes.subarray(at, at + 32))

// Types are not there any more when these run, and Node makes numbers of much that is none.
/** Writes it to a place: a whole number of 8 bits. Throws TypeError or RangeError. */
export const writeU8 = (bytes: Buffer, at: number, value: number): void => void bytes.writeUInt8(numberOf(value), at)
/** Writes it to a place: a whole number of 16 bits. Throws TypeError or RangeError. */
export const writeU16 = (bytes: Buffer, at: number, value: number): void => void bytes.writeUInt16LE(numberOf(value), at)
/** Writes it to a place: a whole number of 32 bits. Throws TypeError or RangeError. */
export const writeU32 = (bytes: Buffer, at: number, value: number): void => void bytes.writeUInt32LE(numberOf(value), at)

/** Writes it to a place: a whole number up to 2^53. Throws TypeError or RangeError. */
export function writeU64(bytes: Buffer, at: number, value: number): void {
  if (!Number.isSafeInteger(value) || value < 0) throw new TypeError('wrong value for a u64')
  bytes.writeUInt32LE(value % HALF, at)
  bytes.writeUInt32LE(Math.floor(value / HALF), at + 4)
}

/** Writes it to a place: nano-USD, signed. Throws TypeError or RangeError. */
export function writeMoney(bytes: Buffer, at: number, value: bigint): void {
  if (typeof value !== 'bigint') throw new TypeError('wrong value for an amount')
  bytes.writeBigInt64LE(value, at)
}

/** Writes it to a place: a UUID by its text. Throws TypeError or RangeError. */
export function writeUuid(bytes: Buffer, at: number, value: string): void {
  if (typeof value !== 'string' || !writeUuidText(value, bytes, at)) throw new TypeError('wrong value for a uuid')
}

/** Writes it to a place: 32 bytes. Throws TypeError or RangeError. */
export function writeHash(bytes: Buffer, at: number, value: Buffer): void {
  if (!Buffer.isBuffer(value) || value.length !== SIZES.hash) throw new TypeError('wrong value for a hash')
  value.copy(bytes, at)
}

function numberOf(value: unknown): number {
  if (typeof value === 'number') return value
  throw new TypeError('wrong value for a number')
}
