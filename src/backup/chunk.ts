import { createCipheriv, createDecipheriv } from 'node:crypto'

/** Bytes that each piece of a container has beyond its plain ones. */
export const TAG_BYTES = 16

/** Which piece of a container it is: its number from 0, and whether it is the last. */
export type ChunkPlace = { readonly index: number; readonly isLast: boolean }

/**
 * Seals one piece with AES-256-GCM. Its nonce is its number and whether it is the last, and the key is of this container alone, so that
 * pieces cannot change places, be left out or come from elsewhere, and the end cannot be moved. After the STREAM construction of Hoang,
 * Reyhanitabar, Rogaway and Vizár (https://eprint.iacr.org/2015/189, 2026-11-27).
 */
export function sealChunk(key: Buffer, place: ChunkPlace, plain: Buffer): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, nonceOf(place))
  return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

/** The plain bytes of a piece, or undefined when it is not the one that was sealed for this place. */
export function openChunk(key: Buffer, place: ChunkPlace, sealed: Buffer): Buffer | undefined {
  if (sealed.length < TAG_BYTES) return undefined
  const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(place))
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES))
  try {
    return Buffer.concat([decipher.update(sealed.subarray(0, -TAG_BYTES)), decipher.final()])
  } catch {
    // The one thing that final() throws: the tag is not that of these bytes.
    return undefined
  }
}

function nonceOf({ index, isLast }: ChunkPlace): Buffer {
  const nonce = Buffer.alloc(12)
  nonce.writeBigUInt64BE(BigInt(index), 3)
  nonce[11] = isLast ? 1 : 0
  return nonce
}
