import { createPrivateKey, generateKeyPairSync, type KeyObject, X509Certificate } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { RETRY_AFTER_MS_MAX } from './acme-client.ts'
import { type AcmeCode, isAcmeCode } from './acme-error.ts'

/** Where things lie. */
export type AcmeFiles = Readonly<Record<'folder' | 'pair' | 'accountKey' | 'state', string>>

/** What lies beside the one file of key, certificate and chain, which is one so that both change at once: the key of the account, and how tries went. All are 0600. */
export const acmeFilesOf = (pair: string): AcmeFiles => {
  const folder = dirname(pair)
  return { folder, pair, accountKey: join(folder, 'account-key.pem'), state: join(folder, 'state.json') }
}

const stateSchema = z.object({
  /** Tries that failed since the last that did not. */
  failures: z.int().min(0),
  code: z.custom<AcmeCode>(isAcmeCode).optional(),
  failedAt: z.number().optional(),
  /** No try before then, in milliseconds of the epoch. */
  notBefore: z.number(),
  /** When the authority wants the certificate of this serial number renewed, and until when that need not be asked again. */
  renewal: z.object({ serial: z.string(), at: z.number(), askAgainAt: z.number() }).optional(),
})

/** How tries went; kept so that a restart neither forgets nor hurries. */
export type AcmeState = z.output<typeof stateSchema>

/** The state of whoever never tried. */
export const NO_STATE: AcmeState = { failures: 0, notBefore: 0 }

/** How tries went; one that cannot be read is as none. */
export function readState(files: AcmeFiles): AcmeState {
  try {
    return stateSchema.parse(JSON.parse(readFileSync(files.state, 'utf8')))
  } catch {
    // Not there yet, or cut off: then nothing is known.
    return NO_STATE
  }
}

/**
 * How long the next try still waits, in milliseconds: 0 where nothing keeps it, or nothing but a time that was noted while the clock was ahead,
 * since nobody is ever told to wait for as long as that.
 */
export function waitOf({ notBefore }: AcmeState, now: number): number {
  const left = notBefore - now
  return left > 0 && left <= RETRY_AFTER_MS_MAX ? left : 0
}

/** Keeps how tries went. */
export const writeState = (files: AcmeFiles, state: AcmeState): void => writePrivate(files, files.state, JSON.stringify(state))

/** The certificate that there is for exactly these names; undefined where there is none, or only the one that stands in for it. */
export function readCertificate(files: AcmeFiles, domains: readonly string[]): X509Certificate | undefined {
  try {
    const certificate = new X509Certificate(readFileSync(files.pair))
    return domains.every((name) => certificate.checkHost(name) !== undefined) ? certificate : undefined
  } catch {
    // Not there, or broken: another is ordered.
    return undefined
  }
}

/** Keeps a key with its certificate and chain; whoever reads has the old or the new, never a part. */
export const writePair = (files: AcmeFiles, pem: string): void => writePrivate(files, files.pair, pem)

/** The key of the account, made at the first time. */
export function openAccountKey(files: AcmeFiles): KeyObject {
  if (!existsSync(files.accountKey)) {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    writePrivate(files, files.accountKey, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString())
  }
  return createPrivateKey(readFileSync(files.accountKey))
}

function writePrivate({ folder }: AcmeFiles, path: string, content: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const next = `${path}.next`
  writeFileSync(next, content, { mode: 0o600, flush: true })
  // A file of a start that was cut off keeps the mode it had.
  chmodSync(next, 0o600)
  renameSync(next, path)
}
