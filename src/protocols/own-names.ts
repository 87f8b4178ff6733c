import { fail } from '../failures.ts'
import type { RequestFields } from './request-fields.ts'

/** Names that a server has of its own for a bound that is held for, and what is said of each where it is refused. */
export type OwnNames = Readonly<Record<string, string>>

/**
 * What llama.cpp calls the bound of an answer and how many answers there are: it heeds these before the usual names. Source:
 * https://github.com/ggml-org/llama.cpp/blob/master/tools/server/server-schema.cpp (2026-11-30).
 */
export const OWN_NAMES = { n_predict: 'give max_tokens', n_cmpl: 'give n' } as const satisfies OwnNames

/** Refuses these, with null as well, since what is held is for the usual names. Failure code: invalid_field. */
export function refuseOwnNames(fields: RequestFields, names: OwnNames): void {
  for (const [field, advice] of Object.entries(names))
    if (fields.spanOf(field) !== undefined) fail('invalid_field', { field, expected: `it cannot be used here; ${advice}` })
}
