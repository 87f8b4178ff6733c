import { bytesToUuid, writeUuid as writeUuidText } from '../lib/index.ts'
import type { FieldType } from './messages.ts'

/** Bytes of each type of field; all are little-endian. What writes one throws TypeError or RangeError when the value is not of the type. */
export const SIZES: Readonly<Record<FieldType, number>> = { u8: 1, u16: 2, u32: 4, u64: 8, money: 8, uuid: 16, hash: 32 }

const HALF = 0x1_0000_0000

export const readU8 = (bytes: Buffer, at: number): number => bytes.readUInt8(at)
export const readU16 = (bytes: Buffer, at: number): number => bytes.readUInt16LE(at)
export const readU32 = (bytes: Buffer, at: number): number => bytes.readUInt32LE(at)
export const readU64 = (bytes: Buffer, at: number): number => bytes.readUInt32LE(at) + bytes.readUInt32LE(at + 4) * HALF
export const readMoney = (bytes: Buffer, at: number): bigint => bytes.readBigInt64LE(at)
export const readUuid = (bytes: Buffer, at: number): string => bytesToUuid(bytes, at)
export const readHash = (bytes: Buffer, at: number): Buffer => Buffer.from(bytes.subarray(at, at + 32))

// Types are not there any more when these run, and Node makes numbers of much that is none.
export const writeU8 = (bytes: Buffer, at: number, value: number): void => void bytes.writeUInt8(numberOf(value), at)
export const writeU16 = (bytes: Buffer, at: number, value: number): void => void bytes.writeUInt16LE(numberOf(value), at)
export const writeU32 = (bytes: Buffer, at: number, value: number): void => void bytes.writeUInt32LE(numberOf(value), at)

export function writeU64(bytes: Buffer, at: number, value: number): void {
  if (!Number.isSafeInteger(value) || value < 0) throw new TypeError('wrong value for a u64')
  bytes.writeUInt32LE(value % HALF, at)
  bytes.writeUInt32LE(Math.floor(value / HALF), at + 4)
}

export function writeMoney(bytes: Buffer, at: number, value: bigint): void {
  if (typeof value !== 'bigint') throw new TypeError('wrong value for an amount')
  bytes.writeBigInt64LE(value, at)
}

export function writeUuid(bytes: Buffer, at: number, value: string): void {
  if (typeof value !== 'string' || !writeUuidText(value, bytes, at)) throw new TypeError('wrong value for a uuid')
}

export function writeHash(bytes: Buffer, at: number, value: Buffer): void {
  if (!Buffer.isBuffer(value) || value.length !== SIZES.hash) throw new TypeError('wrong value for a hash')
  value.copy(bytes, at)
}

function numberOf(value: unknown): number {
  if (typeof value === 'number') return value
  throw new TypeError('wrong value for a number')
}
