import type { OwnKey } from '../answers.ts'

/** What a form says of a key, as it was typed. */
export type KeyTexts = {
  readonly name: string
  readonly cap: string
  readonly window: string
  readonly perMinute: string
  readonly tokensPerMinute: string
  readonly atOnce: string
  readonly models: readonly string[]
  readonly ranges: string
  readonly until: string
  readonly countries: string
  readonly isLocal: boolean
  readonly isZdr: boolean
}

/** The windows that a cap can be of, the usual ones first. */
export const CAP_WINDOWS = ['day', 'week', 'month', 'total', '5h'] as const

type Routing = { readonly allow?: readonly string[]; readonly deny?: readonly string[]; readonly countries?: readonly string[] }

/** What a key is made of by a form; what was left empty sets no bound. */
export function newKeyOf(texts: KeyTexts): Readonly<Record<string, unknown>> {
  const changed = keyChangeOf(texts, undefined)
  const limits = withoutNulls(changed.limits)
  return { ...withoutNulls({ ...changed, limits: undefined }), ...(Object.keys(limits).length === 0 ? {} : { limits }) }
}

/** How a form changes a key: what was left empty is taken away. What the form does not show of `key` stays as it is. */
export function keyChangeOf(texts: KeyTexts, key: Pick<OwnKey, 'routing' | 'expiresAt'> | undefined) {
  return {
    name: texts.name,
    limits: {
      requests_per_minute: wholeOf(texts.perMinute),
      tokens_per_minute: wholeOf(texts.tokensPerMinute),
      concurrent_calls: wholeOf(texts.atOnce),
    },
    spendCap: texts.cap === '' ? null : { amount: texts.cap.replace(/^\$/, ''), window: texts.window },
    models: texts.models.length === 0 ? null : texts.models,
    ipRanges: listOf(texts.ranges),
    routing: routingOf(texts, key?.routing ?? undefined),
    expiresAt: untilOf(texts.until, key?.expiresAt ?? undefined),
  }
}

/** A number, null for nothing; what is no number goes as it was typed, so that the server says what is wrong with it. */
const wholeOf = (text: string): number | string | null => (text === '' ? null : /^\d{1,12}$/.test(text) ? Number(text) : text)

/** What stands on lines or between commas and spaces; null for nothing. */
export function listOf(text: string): readonly string[] | null {
  const parts = text.split(/[\s,;，；、]+/).filter((part) => part !== '')
  return parts.length === 0 ? null : parts
}

function routingOf({ countries, isLocal, isZdr }: KeyTexts, now: OwnKey['routing'] | undefined) {
  const named = listOf(countries.toUpperCase())
  const kept: Routing = { ...(now?.allow ? { allow: now.allow } : {}), ...(now?.deny ? { deny: now.deny } : {}) }
  const rules = {
    ...kept,
    ...(named === null ? {} : { countries: named }),
    ...(isLocal ? { local_only: true } : {}),
    ...(isZdr ? { zdr_only: true } : {}),
  }
  return Object.keys(rules).length === 0 ? null : rules
}

/** A key works to the end of the day, in UTC; a time that is set already stays when its day does. */
function untilOf(day: string, now: string | undefined): string | null {
  if (day === '') return null
  return now?.slice(0, 10) === day ? now : `${day}T23:59:59Z`
}

const withoutNulls = (about: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(about).filter(([, value]) => value !== null && value !== undefined))
