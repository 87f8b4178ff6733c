import { HTTPException } from 'hono/http-exception'
import type { z } from 'zod'
import { DatabaseError } from '../db/index.ts'
import { type Failure, FailureError, failure } from '../failures.ts'

/** What to tell of a thrown thing. What is not a failure of the catalogue is ours: unavailable when it can pass by itself, else internal. */
export function failureOf(thrown: unknown): Failure {
  if (thrown instanceof FailureError) return thrown.failure
  if (thrown instanceof HTTPException) return failure(thrown.status === 415 ? 'body_not_json' : 'invalid_json')
  if (thrown instanceof DatabaseError && thrown.isTransient) return failure('unavailable', { seconds: 1 })
  return failure('internal')
}

/** The failure of the first thing that a schema refused in `data`: names the field, never repeats a value. */
export function failureOfIssues(issues: readonly z.core.$ZodIssue[], data: unknown): Failure {
  const [issue] = issues
  if (issue === undefined) return failure('invalid_json')
  if (issue.code === 'unrecognized_keys') return failure('unknown_field', { field: pathOf([...issue.path, ...issue.keys.slice(0, 1)]) })
  const field = pathOf(issue.path)
  if (issue.code !== 'custom' && isMissing(issue.path, data)) return failure('missing_field', { field })
  if (field === 'amount') return failure('amount_invalid', { field })
  return failure('invalid_field', { field, expected: issue.message.replace(/^Invalid \w+: expected /, '').replace(/, received .*$/, '') })
}

function isMissing(path: readonly PropertyKey[], data: unknown): boolean {
  const [name, ...rest] = path
  if (name === undefined) return data === undefined
  return isRecord(data) && isMissing(rest, Object.hasOwn(data, name) ? data[name] : undefined)
}

const isRecord = (data: unknown): data is Readonly<Record<PropertyKey, unknown>> => typeof data === 'object' && data !== null

const WORD = /^[\w-]{1,64}$/

// Names of fields that are not ours come from the request: only short plain words are told back.
const pathOf = (path: readonly PropertyKey[]): string =>
  path.length === 0 ? 'body' : path.map((part) => (WORD.test(String(part)) ? String(part) : '(unnamed)')).join('.')
