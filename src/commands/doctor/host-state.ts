import { createPrivateKey, X509Certificate } from 'node:crypto'
import { existsSync, readFileSync, statfsSync } from 'node:fs'
import { readLastBackup } from '../../backup/index.ts'
import { systemClock } from '../../lib/index.ts'
import { type Check, configOf, plain } from './finding.ts'

const DAY_MS = 86_400_000
const GIB = 1_073_741_824
const [DISK_WARNING_GIB, DISK_FAILED_GIB] = [5, 0.5]
const CERTIFICATE_DAYS_MIN = 14

/** How much room is left where the data directory lies. */
export const checkDisk: Check = async (setup) => {
  const dataDir = configOf(setup)?.dataDir
  if (dataDir === undefined || !existsSync(dataDir)) return []
  const { bavail, bsize } = statfsSync(dataDir)
  const free = (bavail * bsize) / GIB
  const told = `${free.toFixed(1)} GiB are free under ${dataDir}`
  if (free >= DISK_WARNING_GIB) return [plain('ok', 'disk', told)]
  return [plain(free < DISK_FAILED_GIB ? 'failed' : 'warning', 'disk', `${told}; free some, as without room nothing can be settled`)]
}

/** Until when the certificate of the public listener holds that is given in files. */
export const checkCertificate: Check = async (setup) => {
  const { tls, acme } = configOf(setup) ?? {}
  if (tls === undefined || acme !== undefined) return []
  try {
    const certificate = new X509Certificate(readFileSync(tls.certPath))
    if (!isKeyOf(certificate, tls.keyPath))
      return [
        plain('failed', 'certificate', 'the file of FAREBOX_TLS_KEY is not its key; until it is, what was served before is served on'),
      ]
    const { validTo } = certificate
    const days = Math.floor((Date.parse(validTo) - systemClock.now()) / DAY_MS)
    if (days < 0) return [plain('failed', 'certificate', `it ended ${-days} day(s) ago; renew it`)]
    return [
      days < CERTIFICATE_DAYS_MIN
        ? plain('warning', 'certificate', `it ends in ${days} day(s); renew it, or see why that did not happen by itself`)
        : plain('ok', 'certificate', `it holds for ${days} days`),
    ]
  } catch {
    return [plain('failed', 'certificate', 'the file of FAREBOX_TLS_CERT is no certificate in PEM; name the chain, the own one first')]
  }
}

function isKeyOf(certificate: X509Certificate, keyPath: string): boolean {
  try {
    return certificate.checkPrivateKey(createPrivateKey(readFileSync(keyPath)))
  } catch {
    // No key in PEM, or not to be read.
    return false
  }
}

/** How old the last backup is that `farebox backup` made here. */
export const checkBackups: Check = async (setup) => {
  const dataDir = configOf(setup)?.dataDir
  if (dataDir === undefined || !existsSync(dataDir)) return []
  const last = await readLastBackup(dataDir)
  if (last === undefined) return [plain('warning', 'backups', 'none was made by farebox backup here; see docs/disaster.md')]
  const hours = Math.floor((systemClock.now() - last) / 3_600_000)
  // An hour is what clocks of two machines may differ by, and no more.
  if (hours < -1)
    return [plain('warning', 'backups', `the last one is dated ${-hours} hours ahead of this clock, so its age is not known; make another`)]
  if (hours <= 24) return [plain('ok', 'backups', `the last one is ${Math.max(hours, 0)} hour(s) old`)]
  return [plain('warning', 'backups', `the last one is ${hours} hours old; see why farebox backup does not run`)]
}
