import { Resolver } from 'node:dns/promises'

/** The texts of a name's TXT records, each in one piece; empty where name servers say that there are none, undefined where none of them answers. */
export type TextRecords = (name: string) => Promise<readonly string[] | undefined>

const DNS_TRY_MS = 2_000
const DNS_TRIES = 2
const RECORDS_MAX = 64
/** What the resolver says when name servers say that there is nothing. Source: https://nodejs.org/api/dns.html#error-codes (2026-11-27). */
const NOTHING: readonly unknown[] = ['ENOTFOUND', 'ENODATA']

/** Asks the machine's name servers; pieces of one record are joined without a space between. Source: RFC 7208 §3.3 (2014-04). */
export const systemTextRecords: TextRecords = async (name) => {
  try {
    const records = await new Resolver({ timeout: DNS_TRY_MS, tries: DNS_TRIES }).resolveTxt(name)
    return records.slice(0, RECORDS_MAX).map((pieces) => pieces.join(''))
  } catch (thrown) {
    return NOTHING.includes((thrown as { readonly code?: unknown }).code) ? [] : undefined
  }
}
