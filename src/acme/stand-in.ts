import { existsSync } from 'node:fs'
import { type AcmeFiles, writePair } from './certificate-files.ts'
import { selfSigned } from './signing-request.ts'

const DAY_MS = 86_400_000

/** A name that cannot be anybody's. Source: RFC 6761 §6.4 (2013-02). */
export const NOBODYS_NAME = 'farebox.invalid'

/**
 * Has something lie where the certificate will be, so that the listener speaks TLS from the start and nothing else: a certificate of a name
 * that is nobody's, which whoever checks certificates refuses. Tells whether it was made now.
 */
export async function ensurePair(files: AcmeFiles, now: number): Promise<boolean> {
  if (existsSync(files.pair)) return false
  writePair(files, await selfSigned(NOBODYS_NAME, { from: now - DAY_MS, until: now + DAY_MS }))
  return true
}
