import { readFileSync } from 'node:fs'
import type { Server } from 'node:https'
import { createSecureContext } from 'node:tls'

/** Where a certificate with its chain lies, and its key. */
export type CertificatePaths = { readonly certPath: string; readonly keyPath: string }

type Pair = { readonly cert: Buffer; readonly key: Buffer }

/** How often the files are looked at, in milliseconds. */
const LOOK_MS = 10_000

/** How TLS is spoken, with the pair that lies there now. Throws where there is none, or one that does not go together. */
export function secureOptions(paths: CertificatePaths): Pair & { readonly minVersion: 'TLSv1.3' } {
  return { ...readPair(paths), minVersion: 'TLSv1.3' }
}

/**
 * Has new connections to `server` see a renewed certificate within ten seconds, without a restart; open ones go on. A pair that does not go
 * together, as in the middle of a renewal, is left alone until it does. Returns what ends it.
 */
export function followCertificate(server: Server, paths: CertificatePaths, everyMs: number = LOOK_MS): () => void {
  let seen = readPair(paths)
  const looking = setInterval(() => {
    const found = goodPair(paths)
    if (found === undefined || isSame(found, seen)) return
    seen = found
    server.setSecureContext({ ...found, minVersion: 'TLSv1.3' })
  }, everyMs)
  looking.unref()
  return () => clearInterval(looking)
}

const readPair = ({ certPath, keyPath }: CertificatePaths): Pair => ({ cert: readFileSync(certPath), key: readFileSync(keyPath) })

const isSame = (one: Pair, other: Pair): boolean => one.cert.equals(other.cert) && one.key.equals(other.key)

function goodPair(paths: CertificatePaths): Pair | undefined {
  try {
    const pair = readPair(paths)
    createSecureContext({ ...pair })
    return pair
  } catch {
    // Half written, gone for a moment, or of another key: what is served stays, and the next look is soon.
    return undefined
  }
}
