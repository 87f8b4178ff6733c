import type { PrivacyLabel } from '../../spec/index.ts'

/** An upstream with at least one active route, as the catalogue has it. */
export type UpstreamInUse = {
  readonly id: string
  readonly host: string
  readonly placement: 'third_party' | 'local'
  readonly privacy: PrivacyLabel
  /** Whether addresses of files in calls to it are fetched for it. */
  readonly fetchesUrls?: boolean
}

/** Who answers calls, and what is known of how they handle content. What nobody showed lately is unknown, whatever was said once. */
export type Subprocessor = {
  readonly name: string
  readonly host: string
  readonly placement: 'third_party' | 'local'
  readonly country: string | undefined
  readonly retention: string | undefined
  readonly training: 'yes' | 'no' | undefined
  readonly evidence: string | undefined
  /** The UTC day on which somebody looked. */
  readonly checked: string | undefined
  readonly isStale: boolean
  /** Whether addresses of files in calls to it are fetched for it. */
  readonly fetchesUrls: boolean
}

const DAY_MS = 86_400_000
/** Evidence older than this many days shows nothing any more. */
export const EVIDENCE_DAYS = 180

/** The list of subprocessors from what is in use, by name; stale or undated evidence makes retention and training unknown. */
export const subprocessorsOf = (inUse: readonly UpstreamInUse[], now: number): readonly Subprocessor[] =>
  inUse.map((upstream) => subprocessorOf(upstream, now)).toSorted((a, b) => (a.name < b.name ? -1 : 1))

function subprocessorOf({ id, host, placement, privacy, fetchesUrls = false }: UpstreamInUse, now: number): Subprocessor {
  const isStale = !isFresh(privacy.checked, now)
  const isShown = !isStale && privacy.evidence !== undefined
  return {
    ...{ name: id, host, placement, country: privacy.country, evidence: privacy.evidence, checked: privacy.checked, isStale, fetchesUrls },
    retention: isShown ? privacy.retention : undefined,
    training: isShown ? privacy.training : undefined,
  }
}

function isFresh(checked: string | undefined, now: number): boolean {
  if (checked === undefined) return false
  const at = Date.parse(`${checked}T00:00:00Z`)
  return at <= now && now - at <= EVIDENCE_DAYS * DAY_MS
}
