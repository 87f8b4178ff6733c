import { ACME_ADVICE, acmeFilesOf, certificateDays, readCertificate, readState, waitOf } from '../../acme/index.ts'
import { systemClock } from '../../lib/index.ts'
import { type Check, configOf, type Finding, plain } from './finding.ts'

const SUBJECT = 'certificate'
const MINUTE_MS = 60_000

/** How the certificate does that Farebox obtains by itself: until when it holds, and why the last try failed. */
export const checkAcme: Check = async (setup) => {
  const config = configOf(setup)
  if (config?.acme === undefined) return []
  const files = acmeFilesOf(config.acme.pemPath)
  const state = readState(files)
  const { code, failures } = state
  const now = systemClock.now()
  const days = Math.floor(certificateDays(files.pair, now))
  const hasOne = readCertificate(files, config.acme.domains) !== undefined
  const wait = Math.ceil(waitOf(state, now) / MINUTE_MS)
  const why = code === undefined ? undefined : `${failures} try(s) failed (${code}): ${ACME_ADVICE[code]}; the next is in ${wait} minute(s)`
  return [found({ hasOne, days, why })]
}

function found({ hasOne, days, why }: { readonly hasOne: boolean; readonly days: number; readonly why: string | undefined }): Finding {
  if (!hasOne && why === undefined)
    return plain('warning', SUBJECT, 'there is none yet for FAREBOX_ACME_DOMAINS; it is ordered when Farebox runs')
  if (!hasOne) return plain('failed', SUBJECT, `there is none yet for FAREBOX_ACME_DOMAINS; ${why}`)
  if (days < 0) return plain('failed', SUBJECT, `it ended ${-days} day(s) ago; ${why ?? 'it is renewed when Farebox runs'}`)
  if (why !== undefined) return plain('warning', SUBJECT, `it holds for ${days} days and is due; ${why}`)
  return plain('ok', SUBJECT, `it holds for ${days} days, and is renewed by itself`)
}
