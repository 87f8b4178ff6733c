import { fail } from '../failures.ts'
import { COMMONEST_PASSWORDS } from './commonest-passwords.ts'

/** The fewest characters of a password, how many make it need no look at the list of the commonest, and its most bytes. */
export const PASSWORD_LENGTH_MIN = 8
export const PASSWORD_LENGTH_FREE = 12
export const PASSWORD_BYTES_MAX = 1024

/** What people read when a password is none. */
export const PASSWORD_EXPECTED = `${PASSWORD_LENGTH_FREE} characters, or ${PASSWORD_LENGTH_MIN} that are not among the commonest passwords, not your e-mail, at most ${PASSWORD_BYTES_MAX} bytes`

/**
 * Whether a text may be a password: any characters, no rule about their kinds. Source: NIST SP 800-63B §3.1.1.2 (2025-07), as of 2026-11-26.
 */
export function isGoodPassword(password: string, email?: string): boolean {
  if (!password.isWellFormed() || Buffer.byteLength(password) > PASSWORD_BYTES_MAX) return false
  const length = [...password].length
  const lower = password.toLowerCase()
  const names = email === undefined ? [] : [email.toLowerCase(), email.toLowerCase().split('@')[0]]
  if (length < PASSWORD_LENGTH_MIN || names.includes(lower)) return false
  return length >= PASSWORD_LENGTH_FREE || !COMMONEST_PASSWORDS.has(lower)
}

/** Fails with invalid_field (password) for a text that may be no password. */
export function requireGoodPassword(password: string, email?: string): void {
  if (!isGoodPassword(password, email)) fail('invalid_field', { field: 'password', expected: PASSWORD_EXPECTED })
}
