import { fail } from '../../failures.ts'
import type { RequestFields, Span } from '../request-fields.ts'

/** A field by both of its names; proto JSON takes either. Source: https://protobuf.dev/programming-guides/json/ (2026-11-26). */
export type Spelled = readonly [camel: string, snake: string]

/** Both names of a field that is given in camel case. */
export const spelled = (camel: string): Spelled => [camel, camel.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)]

/** Both names of each field, those that are one word once. */
export const bothNames = (fields: readonly string[]): readonly string[] => [...new Set(fields.flatMap((field) => spelled(field)))]

/** The name under which a field is given, its first where it is not; duplicate_field when it is given under both. */
export function nameIn(fields: RequestFields, camel: string): string {
  const [first, second] = spelled(camel)
  if (first === second || fields.spanOf(second) === undefined) return first
  if (fields.spanOf(first) !== undefined) fail('duplicate_field', { field: first })
  return second
}

/** Where a field's value lies, under either name; undefined when it is absent or null. */
export const givenIn = (fields: RequestFields, camel: string): Span | undefined => fields.givenSpan(nameIn(fields, camel))
