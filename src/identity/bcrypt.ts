import { createHash } from 'node:crypto'
import { hash, verify } from '@node-rs/bcrypt'

/** 2^12 rounds. */
export const BCRYPT_COST = 12
const PLAIN = /^\$2[abxy]\$(\d\d)\$[./A-Za-z0-9]{53}$/
/** No hash that was brought here may take more than a sign-in is worth. */
const COST_MAX = 14

/**
 * Hashes a password with bcrypt over the base64 of its SHA-256: bcrypt reads 72 bytes and stops at a zero byte, and this is 44 letters of
 * whatever was given. Source: usenix.org/legacy/events/usenix99/provos (1999-06), as of 2026-11-26.
 */
export const hashBcrypt = (password: string): Promise<string> => hash(digestOf(password), BCRYPT_COST)

/** Whether a password belongs to a hash made by hashBcrypt. */
export const verifyBcrypt = async (password: string, hashed: string): Promise<boolean> =>
  isBcrypt(hashed) && (await verify(digestOf(password), hashed))

/** Whether a password belongs to a bcrypt hash of elsewhere, of which bcrypt reads the first 72 bytes as it did there. */
export const verifyPlainBcrypt = async (password: string, hashed: string): Promise<boolean> =>
  isBcrypt(hashed) && (await verify(password, hashed))

/** Whether a text is a bcrypt hash that can be compared in reasonable time. */
export function isBcrypt(hashed: string): boolean {
  const cost = Number(PLAIN.exec(hashed)?.[1] ?? 0)
  return cost >= 4 && cost <= COST_MAX
}

/** The rounds of a bcrypt hash as a power of two; undefined for what is none. */
export function bcryptCostOf(hashed: string): number | undefined {
  const cost = PLAIN.exec(hashed)?.[1]
  return cost === undefined ? undefined : Number(cost)
}

const digestOf = (password: string): string => createHash('sha256').update(password).digest('base64')
