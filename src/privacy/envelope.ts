import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

/** Sealed bytes that cannot be opened; `code` says why. */
export class SealError extends Error {
  readonly code: 'SEAL_SHORT' | 'SEAL_VERSION' | 'SEAL_KEY_UNKNOWN' | 'SEAL_BROKEN' | 'SEAL_KEY_FILE'
  constructor(code: SealError['code']) {
    super(code)
    this.name = 'SealError'
    this.code = code
  }
}

const [HEAD_BYTES, NONCE_BYTES, TAG_BYTES] = [2, 12, 16]

/** What bytes are sealed with: two bytes in front that say how to open them, and a key of 32 bytes for this purpose alone. */
export type EnvelopeKey = { readonly head: Buffer; readonly key: Buffer }

/** AES-256-GCM: head, 12 bytes nonce, ciphertext, 16 bytes tag; the head is bound to the rest. Source: NIST SP 800-38D (2007-11), as of 2026-11-26. */
export function sealEnvelope({ head, key }: EnvelopeKey, plain: Buffer): Buffer {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  cipher.setAAD(head)
  return Buffer.concat([head, nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

/** The two bytes in front of sealed ones. Throws SealError SEAL_SHORT. */
export function headOf(sealed: Buffer): readonly [version: number, id: number] {
  if (sealed.length < HEAD_BYTES + NONCE_BYTES + TAG_BYTES) throw new SealError('SEAL_SHORT')
  return [sealed.readUInt8(0), sealed.readUInt8(1)]
}

/** The plain bytes. Throws SealError SEAL_SHORT, or SEAL_BROKEN when the bytes were changed or sealed under another key. */
export function openEnvelope(key: Buffer, sealed: Buffer): Buffer {
  headOf(sealed)
  const body = sealed.subarray(HEAD_BYTES + NONCE_BYTES, sealed.length - TAG_BYTES)
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(HEAD_BYTES, HEAD_BYTES + NONCE_BYTES), { authTagLength: TAG_BYTES })
  decipher.setAAD(sealed.subarray(0, HEAD_BYTES))
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES))
  try {
    return Buffer.concat([decipher.update(body), decipher.final()])
  } catch {
    throw new SealError('SEAL_BROKEN')
  }
}
