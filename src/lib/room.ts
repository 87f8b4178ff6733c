import { Buffer } from 'node:buffer'

/** So much and more is alone in its memory. */
const ALONE_BYTES_MIN = 4_096

/**
 * Memory for so many bytes, which hold what was there before. Small pieces lie together in blocks that Node keeps for them (`Buffer.poolSize`), all of which stays
 * for as long as one of them does: what may wait for somebody slow is alone, where it is not so small that being alone costs more.
 */
export const roomFor = (length: number): Buffer => (length < ALONE_BYTES_MIN ? Buffer.allocUnsafe(length) : Buffer.allocUnsafeSlow(length))

/** What is kept of something larger: a copy that is alone in its memory, where the bytes themselves would have more of it stay than they are. */
export function alone(bytes: Buffer): Buffer {
  if (bytes.buffer.byteLength <= 2 * bytes.length) return bytes
  const copy = Buffer.allocUnsafeSlow(bytes.length)
  bytes.copy(copy)
  return copy
}

/** What was just read into a place where others are read next: a copy, and nothing of it stays there. */
export function takenOut(place: Buffer, length: number): Buffer {
  const bytes = roomFor(length)
  place.copy(bytes, 0, 0, length)
  place.fill(0, 0, length)
  return bytes
}
