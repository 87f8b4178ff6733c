import type { X509Certificate } from 'node:crypto'
import { z } from 'zod'
import type { Random } from '../lib/index.ts'
import { type AcmeClient, readJson } from './acme-client.ts'
import { AcmeError } from './acme-error.ts'
import type { AcmeState } from './certificate-files.ts'
import { renewalIdOf } from './signing-request.ts'

const ASK_AGAIN_MS = 6 * 3_600_000
const [ASK_AGAIN_MS_MIN, ASK_AGAIN_MS_MAX] = [60_000, 86_400_000]

const windowSchema = z.object({
  suggestedWindow: z.object({ start: z.iso.datetime({ offset: true }), end: z.iso.datetime({ offset: true }) }),
})

/** From when to when a certificate holds, in milliseconds of the epoch. */
export type Life = { readonly from: number; readonly until: number }

/** From when to when a certificate holds. */
export const lifeOf = ({ validFrom, validTo }: X509Certificate): Life => ({ from: Date.parse(validFrom), until: Date.parse(validTo) })

/** When a certificate is renewed: with a third of its life left, or when the authority wants it, with a sixth left at the latest. */
export function renewalTime(certificate: X509Certificate, known: AcmeState['renewal']): number {
  const { from, until } = lifeOf(certificate)
  const left = (part: number): number => until - (until - from) / part
  return known?.serial === certificate.serialNumber ? Math.min(known.at, left(6)) : left(3)
}

/** What an authority is asked about the renewal of one certificate. */
export type AskingRenewal = {
  readonly client: AcmeClient
  readonly certificate: X509Certificate
  readonly known: AcmeState['renewal']
  readonly now: number
  readonly random: Random
}

/**
 * When the authority wants a certificate renewed, at any time of its window; what was known where it need not be asked, and where it does not
 * say. Source: RFC 9773 §4.2, §4.3 (2025-06).
 */
export async function askRenewal({ client, certificate, known, now, random }: AskingRenewal): Promise<AcmeState['renewal']> {
  const serial = certificate.serialNumber
  // What was noted to be asked later than anything is was noted while the clock was ahead.
  if (known?.serial === serial && now < known.askAgainAt && known.askAgainAt <= now + ASK_AGAIN_MS_MAX) return known
  const usual = known?.serial === serial ? known.at : renewalTime(certificate, undefined)
  try {
    const [address, id] = [(await client.directory()).renewalInfo, renewalIdOf(certificate.raw)]
    if (address === undefined || id === undefined) return { serial, at: usual, askAgainAt: now + ASK_AGAIN_MS_MAX }
    const { text, retryAfterMs = ASK_AGAIN_MS } = await client.get(`${address}/${id}`)
    const { start, end } = readJson(windowSchema, text).suggestedWindow
    const [from, until] = [Date.parse(start), Date.parse(end)]
    if (until < from) throw new AcmeError('acme_answer_unread')
    // The time that was chosen stays while it is one that the authority wants.
    const at = usual >= from && usual <= until ? usual : from + random() * (until - from)
    return { serial, at, askAgainAt: now + Math.min(Math.max(retryAfterMs, ASK_AGAIN_MS_MIN), ASK_AGAIN_MS_MAX) }
  } catch (thrown) {
    // It is a service of the authority, and no certificate is later for the lack of it.
    if (thrown instanceof AcmeError) return { serial, at: usual, askAgainAt: now + ASK_AGAIN_MS }
    throw thrown
  }
}
