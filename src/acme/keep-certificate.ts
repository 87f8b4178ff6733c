import type { X509Certificate } from 'node:crypto'
import type { AcmeSettings } from '../config.ts'
import type { Clock, Log, Random } from '../lib/index.ts'
import { AcmeClient } from './acme-client.ts'
import { type AcmeCode, AcmeError } from './acme-error.ts'
import {
  type AcmeFiles,
  type AcmeState,
  openAccountKey,
  readCertificate,
  readState,
  waitOf,
  writePair,
  writeState,
} from './certificate-files.ts'
import { answerChallenges } from './challenge-server.ts'
import { orderCertificate } from './order-certificate.ts'
import { askRenewal, lifeOf, renewalTime } from './renewal-time.ts'
import { renewalIdOf } from './signing-request.ts'

/** What a certificate is kept with. */
export type KeepingParts = {
  readonly settings: AcmeSettings
  readonly files: AcmeFiles
  readonly clock: Pick<Clock, 'now'>
  readonly random: Random
  readonly log: Log
  readonly signal: AbortSignal
}

const DAY_MS = 86_400_000
/** Authorities count tries that fail, and refuse whoever fails five times an hour: so the first four take 35 minutes. */
const [RETRY_MS, RETRY_MS_MAX] = [300_000, 21_600_000]
/** What the authority heard nothing of, or what is mended on this machine. */
const SOON_MS = 60_000
const SOON: ReadonlySet<AcmeCode> = new Set(['acme_unreachable', 'acme_port_in_use', 'acme_port_denied', 'acme_port_unusable'])
/** After a success there is a pause, so that an authority whose certificates are due at once is not asked without end. */
const [PAUSE_PART, PAUSE_MS_MAX] = [20, 3_600_000]

/**
 * Looks whether a certificate has to be had or renewed now, and does it. One process at a time: the one that has the data directory. Throws
 * AcmeError while the last try was a failure, so that whoever looks at jobs sees it; it is logged once, when it happened.
 */
export async function keepCertificate(parts: KeepingParts): Promise<void> {
  const { files, settings, clock } = parts
  const state = readState(files)
  if (waitOf(state, clock.now()) > 0) {
    if (state.code !== undefined) throw new AcmeError(state.code)
    return
  }
  const client = new AcmeClient({ directory: settings.directory, accountKey: openAccountKey(files), clock, signal: parts.signal })
  try {
    const certificate = readCertificate(files, settings.domains)
    const renewal = certificate === undefined ? undefined : await renewalOf(parts, { client, certificate, state })
    if (certificate !== undefined && clock.now() < renewalTime(certificate, renewal)) return
    await renew(parts, { client, certificate })
  } catch (thrown) {
    if (!(thrown instanceof AcmeError) || parts.signal.aborted) throw thrown
    noteFailure(parts, { thrown, state })
    throw thrown
  }
}

type Looking = { readonly client: AcmeClient; readonly certificate: X509Certificate; readonly state: AcmeState }

async function renewalOf({ files, clock, random }: KeepingParts, { client, certificate, state }: Looking): Promise<AcmeState['renewal']> {
  const renewal = await askRenewal({ client, certificate, known: state.renewal, now: clock.now(), random })
  if (renewal !== state.renewal) writeState(files, { ...state, renewal })
  return renewal
}

type Renewing = { readonly client: AcmeClient; readonly certificate: X509Certificate | undefined }

async function renew({ files, settings, clock, log, signal }: KeepingParts, { client, certificate }: Renewing): Promise<void> {
  const { email, domains, listen } = settings
  log({ event: 'certificate-ordered', items: domains.length })
  const replaces =
    certificate === undefined || (await client.directory()).renewalInfo === undefined ? undefined : renewalIdOf(certificate.raw)
  const answer = (answers: ReadonlyMap<string, string>) => answerChallenges(listen, answers)
  writePair(files, await orderCertificate({ client, email, domains, replaces, answer, signal }))
  const obtained = readCertificate(files, domains)
  if (obtained === undefined) throw new AcmeError('acme_certificate_wrong')
  const { from, until } = lifeOf(obtained)
  writeState(files, { failures: 0, notBefore: clock.now() + Math.min((until - from) / PAUSE_PART, PAUSE_MS_MAX) })
  log({ event: 'certificate-obtained', days: Math.floor((until - clock.now()) / DAY_MS) })
}

function noteFailure(
  { files, clock, log }: KeepingParts,
  { thrown, state }: { readonly thrown: AcmeError; readonly state: AcmeState },
): void {
  const failures = state.failures + 1
  const usual = SOON.has(thrown.code) ? SOON_MS : Math.min(RETRY_MS * 2 ** Math.min(failures - 1, 20), RETRY_MS_MAX)
  const waitMs = Math.max(usual, thrown.retryAfterMs ?? 0)
  const now = clock.now()
  writeState(files, { ...readState(files), failures, code: thrown.code, failedAt: now, notBefore: now + waitMs })
  log({ event: 'certificate-failed', code: thrown.code, seconds: Math.round(waitMs / 1_000) })
}
