import { fail } from '../../failures.ts'
import { OPEN_BRACKET, QUOTE } from '../json-bytes.ts'
import { isEmptyContainer, type RequestFields } from '../request-fields.ts'

/** What names something stored, or can only be done by storing. */
export const STORED_FIELDS = ['previous_response_id', 'conversation', 'prompt', 'background'] as const

/** Fails with nothing_stored where a request refers to something stored, or can only be done by storing. */
export function refuseStored(fields: RequestFields): void {
  const name = STORED_FIELDS.find((field) => (field === 'background' ? fields.flag(field) === true : fields.givenSpan(field) !== undefined))
  if (name !== undefined) fail('nothing_stored', { field: name })
}

/** Fails with missing_field and invalid_field where there is nothing to answer. */
export function requireInput(body: Buffer, fields: RequestFields): void {
  const { start } = fields.requiredSpan('input')
  if (body[start] === QUOTE) return
  if (body[start] !== OPEN_BRACKET) fail('invalid_field', { field: 'input', expected: 'it must be a string or an array of items' })
  if (isEmptyContainer(body, start)) fail('invalid_field', { field: 'input', expected: 'it must have at least one element' })
}
