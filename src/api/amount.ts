import { fail } from '../failures.ts'
import { type Ids, type NanoUsd, parseUsd } from '../lib/index.ts'
import type { Repeatable } from './answer-once.ts'

/** An amount as it was sent, in nano-USD. Fails with amount_invalid, currency_unknown. */
export function readAmount(text: string, currency: string | undefined): NanoUsd {
  if (currency !== undefined && currency !== 'USD') fail('currency_unknown', { field: 'currency' })
  return parseUsd(text) ?? fail('amount_invalid', { field: 'amount' })
}

/** The key under which the books write what a request asks for, once: that of the request, or a new one for a request without. */
export const sourceKeyOf = (request: Repeatable | undefined, ids: Ids): string =>
  `operator:${request?.keyHash.toString('hex') ?? ids.uuid()}`
