import type { IncomingHttpHeaders } from 'node:http'
import { fail } from '../../failures.ts'
import { COUNTRY_CODE, type RouteRule, type RouteRules } from '../../spec/index.ts'

/** Where a customer lets one call go. */
export type CallRules = {
  readonly rules: RouteRules
  /** Ids of upstreams in the order in which they are to be tried. */
  readonly named: readonly string[] | undefined
}

/** The header that each rule of a call comes in. */
export const RULE_HEADERS = {
  allow: 'x-farebox-upstreams',
  deny: 'x-farebox-deny-upstreams',
  countries: 'x-farebox-countries',
  localOnly: 'x-farebox-local-only',
  zdrOnly: 'x-farebox-zdr-only',
} as const satisfies Readonly<Record<RouteRule, string>>

const RULE_FIELDS = Object.values(RULE_HEADERS)

/** The rules of a call that has none. */
export const NO_RULES: RouteRules = {}
const UNRULED: CallRules = { rules: NO_RULES, named: undefined }

const UPSTREAM_ID = /^[a-z0-9][a-z0-9._-]{0,63}$/
const ENTRIES_MAX = 32

/** The rules of a call, out of its headers. Fails with invalid_field naming the header, as a rule that is not understood must not be dropped. */
export function readCallRules(headers: IncomingHttpHeaders): CallRules {
  if (RULE_FIELDS.every((field) => headers[field] === undefined)) return UNRULED
  const allow = readList(headers, 'allow', { of: UPSTREAM_ID, expected: 'ids of upstreams with commas between' })
  const deny = readList(headers, 'deny', { of: UPSTREAM_ID, expected: 'ids of upstreams with commas between' })
  const countries = readList(headers, 'countries', { of: COUNTRY_CODE, expected: 'country codes such as DE, FR' })
  const rules = {
    ...(allow === undefined ? {} : { allow }),
    ...(deny === undefined ? {} : { deny }),
    ...(countries === undefined ? {} : { countries }),
    ...(readFlag(headers, 'localOnly') ? { localOnly: true } : {}),
    ...(readFlag(headers, 'zdrOnly') ? { zdrOnly: true } : {}),
  }
  return { rules, named: allow }
}

type ListRule = 'allow' | 'deny' | 'countries'
type Entries = { readonly of: RegExp; readonly expected: string }

function readList(headers: IncomingHttpHeaders, rule: ListRule, { of, expected }: Entries): readonly string[] | undefined {
  const field = RULE_HEADERS[rule]
  const written = headers[field]
  if (written === undefined) return undefined
  const entries = String(written)
    .split(',')
    .map((entry) => (rule === 'countries' ? entry.trim().toUpperCase() : entry.trim()))
  if (entries.length > ENTRIES_MAX || !entries.every((entry) => of.test(entry))) fail('invalid_field', { field, expected })
  return entries
}

function readFlag(headers: IncomingHttpHeaders, rule: 'localOnly' | 'zdrOnly'): boolean {
  const field = RULE_HEADERS[rule]
  const written = headers[field]
  if (written === undefined || written === '0') return false
  return written === '1' || fail('invalid_field', { field, expected: '1, or no such header' })
}
