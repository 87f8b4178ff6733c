import { createHash, createHmac, pbkdf2Sync } from 'node:crypto'

/** The password of a login, by the secret of its database: every node makes the same one, and it is written down nowhere. */
export const passwordOf = (secret: Buffer, login: string): string =>
  createHmac('sha256', secret).update(`login ${login}`).digest('base64url')

const ITERATIONS = 4096

/**
 * What PostgreSQL stores of a password, so that the password itself is in no statement, which a server may log. Source: RFC 5803, and
 * https://www.postgresql.org/docs/18/catalog-pg-authid.html (2026-11-26).
 */
export function scramVerifier(password: string, salt: Buffer): string {
  const salted = pbkdf2Sync(password, salt, ITERATIONS, 32, 'sha256')
  const keyed = (label: string) => createHmac('sha256', salted).update(label).digest()
  const storedKey = createHash('sha256').update(keyed('Client Key')).digest()
  const parts = [storedKey, keyed('Server Key')].map((key) => key.toString('base64'))
  return `SCRAM-SHA-256$${ITERATIONS}:${salt.toString('base64')}$${parts.join(':')}`
}

/** A salt that follows from the secret, so that setting a password again changes nothing. */
export const saltOf = (secret: Buffer, login: string): Buffer =>
  createHmac('sha256', secret).update(`salt ${login}`).digest().subarray(0, 16)
