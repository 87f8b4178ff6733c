import { readFileSync } from 'node:fs'
import { createSecureContext } from 'node:tls'
import type { Config } from '../config.ts'
import { errorCode } from '../lib/index.ts'
import { ENVIRONMENT, type Problem } from '../spec/index.ts'

/**
 * Why no gateway could listen with the certificate and key that are given in files: they cannot be read, or are none, or not a pair. What an
 * authority gives is looked at by whoever keeps it.
 */
export function certificateProblems({ tls, acme }: Pick<Config, 'tls' | 'acme'>): readonly Problem[] {
  if (tls === undefined || acme !== undefined) return []
  const cert = read('FAREBOX_TLS_CERT', tls.certPath)
  const key = read('FAREBOX_TLS_KEY', tls.keyPath)
  const unread = [cert, key].filter((file) => typeof file === 'object')
  if (typeof cert === 'object' || typeof key === 'object') return unread
  if (!isTaken({ cert })) return [problem('FAREBOX_TLS_CERT', CHAIN)]
  if (!isTaken({ key })) return [problem('FAREBOX_TLS_KEY', KEY)]
  return isTaken({ cert, key }) ? [] : [problem('FAREBOX_TLS_KEY', PAIR)]
}

type Setting = 'FAREBOX_TLS_CERT' | 'FAREBOX_TLS_KEY'

function read(name: Setting, path: string): string | Problem {
  try {
    return readFileSync(path, 'latin1')
  } catch (thrown) {
    const got = `${path}, which cannot be read (${errorCode(thrown)})`
    return problem(name, { expected: 'a file that Farebox may read', got, mend: 'let the user that Farebox runs as read it' })
  }
}

/** Asked in the way in which a gateway takes them. */
function isTaken(pair: { readonly cert?: string; readonly key?: string }): boolean {
  try {
    createSecureContext(pair)
    return true
  } catch {
    // What OpenSSL says can hold what the file says.
    return false
  }
}

type Told = Pick<Problem, 'expected' | 'got' | 'mend'>

const CHAIN: Told = { expected: 'a certificate in PEM', got: 'something else', mend: 'name the chain, the own one first' }
const KEY: Told = { expected: 'a private key in PEM, without a passphrase', got: 'something else', mend: 'name the key of the certificate' }
const PAIR: Told = {
  expected: 'the key of the certificate in FAREBOX_TLS_CERT',
  got: 'another one',
  mend: 'name the two files that belong together',
}

const problem = (name: Setting, told: Told): Problem => ({ file: ENVIRONMENT, line: 0, column: 0, path: name, ...told })
