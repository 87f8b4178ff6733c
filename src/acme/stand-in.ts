import { existsSync } from 'node:fs'
import { systemClock } from '../lib/index.ts'
import { type AcmeFiles, writePair } from './certificate-files.ts'
import { selfSigned } from './signing-request.ts'

const DAY_MS = 86_400_000

/**
 * Has something lie where the certificate will be, so that the listener speaks TLS from the start and nothing else: a certificate of a name
 * that cannot be anybody's (RFC 6761 §6.4, 2013-02), which whoever checks certificates refuses. Tells whether it was made now.
 */
export async function ensurePair(files: AcmeFiles): Promise<boolean> {
  if (existsSync(files.pair)) return false
  const now = systemClock.now()
  writePair(files, await selfSigned('farebox.invalid', { from: now - DAY_MS, until: now + DAY_MS }))
  return true
}
