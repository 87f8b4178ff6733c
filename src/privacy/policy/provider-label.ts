import { isLoopback } from '../../lib/index.ts'
import type { UpstreamInUse } from './subprocessor.ts'

/** What a version of the policy says of a provider; what nobody showed is absent, and means that anything may be. */
export type ProviderLabel = {
  readonly name: string
  /** Host and port that are called. */
  readonly host: string
  readonly country?: string
  readonly retention?: string
  readonly training?: 'yes' | 'no'
}

/** Parts of a label that can get worse. */
export const LABEL_PARTS = ['host', 'country', 'retention', 'training'] as const
export type LabelPart = (typeof LABEL_PARTS)[number]

/**
 * The label of an upstream that belongs to somebody else; undefined for one's own, and for what is called on this machine. Evidence that
 * grows old is still what was shown: time that passes makes no provider worse.
 */
export function labelOf({ id, host, placement, privacy }: UpstreamInUse): ProviderLabel | undefined {
  if (placement === 'local' || isLoopback(URL.parse(`http://${host}`)?.hostname.replaceAll(/[[\]]/g, '') ?? host)) return undefined
  const { country, retention, training, evidence, checked } = privacy
  const isShown = evidence !== undefined && checked !== undefined
  return {
    ...{ name: id, host },
    ...(country === undefined ? {} : { country }),
    ...(isShown && retention !== undefined ? { retention } : {}),
    ...(isShown && training !== undefined ? { training } : {}),
  }
}

/** The labels of all that are somebody else's, in their order. */
export const labelsOf = (inUse: readonly UpstreamInUse[]): readonly ProviderLabel[] => inUse.flatMap((upstream) => labelOf(upstream) ?? [])

/**
 * Parts of a label that are worse than what was said before: another host or country than the one that was named, texts kept for longer, or
 * trained on. Of a term that is no span of time nobody can say that it is shorter, so other words for it are worse.
 */
export const worseParts = (before: ProviderLabel, after: ProviderLabel): readonly LabelPart[] =>
  LABEL_PARTS.filter((part) => IS_WORSE[part](before, after))

/** Whether what was said of one provider still holds for a call to another label: the same host, and nothing worse. */
export const isCovered = (said: ProviderLabel, now: ProviderLabel): boolean => worseParts(said, now).length === 0

/** Who gets data by a version: names, and labels unless it is from before they were kept. */
export type Listed = { readonly recipients: readonly string[]; readonly providers?: readonly ProviderLabel[] | undefined }

/** Whether a version says of a provider what it is: another of its host that is no better will do. */
export const doesList = ({ recipients, providers }: Listed, label: ProviderLabel): boolean =>
  providers === undefined ? recipients.includes(label.name) : providers.some((said) => isCovered(said, label))

type Compared = (before: ProviderLabel, after: ProviderLabel) => boolean

const IS_WORSE: Readonly<Record<LabelPart, Compared>> = {
  host: (before, after) => before.host !== after.host,
  country: (before, after) => before.country !== undefined && before.country !== after.country,
  retention: (before, after) => isKeptLonger(before.retention, after.retention),
  training: (before, after) => TRAINING[after.training ?? 'unknown'] > TRAINING[before.training ?? 'unknown'],
}

const TRAINING = { no: 0, unknown: 1, yes: 2 } as const

function isKeptLonger(before: string | undefined, after: string | undefined): boolean {
  if (before === undefined || before === after) return false
  const [spanBefore, spanAfter] = [hoursOf(before), after === undefined ? undefined : hoursOf(after)]
  return spanBefore === undefined || spanAfter === undefined || spanAfter > spanBefore
}

const HOURS = { hour: 1, day: 24, week: 168, month: 744, year: 8784 } as const

/** "none", "30 days", "1 year", in hours; undefined for other words. */
export function hoursOf(term: string): number | undefined {
  const text = term.trim().toLowerCase()
  if (/^(?:none|zero|0)$/.test(text)) return 0
  const [, count, unit] = /^(\d{1,6}) ?(hour|day|week|month|year)s?$/.exec(text) ?? []
  const hours = Object.entries(HOURS).find(([name]) => name === unit)?.[1]
  return count === undefined || hours === undefined ? undefined : Number(count) * hours
}

/** A label as a history tells it. */
export const labelWords = ({ host, country, retention, training }: ProviderLabel): string =>
  [
    ...[host, country ?? 'country unknown', `keeps texts: ${retention ?? 'unknown'}`],
    training === undefined ? 'training on them: unknown' : training === 'yes' ? 'trains on them' : 'does not train on them',
  ].join(' · ')
