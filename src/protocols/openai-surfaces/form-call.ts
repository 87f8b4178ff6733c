import { fail } from '../../failures.ts'
import type { FormFields } from '../multipart/index.ts'
import { type CallParts, callOf, MODEL_BYTES_MAX } from '../plain-call.ts'
import type { DecodedCall, ForcedBounds } from '../protocol.ts'
import { type Edit, splice } from '../splice.ts'

/** A call that came as a form, of which `head` is here; its `bodyFor` gives the head with the upstream's model in it. */
export function formCall(fields: FormFields, head: Buffer, parts: Omit<CallParts, 'model' | 'bodyFor'>): DecodedCall {
  const model = fields.text('model') ?? fail('missing_field', { field: 'model' })
  // What has gone out already cannot be said in other words.
  if ((fields.spanOf('user')?.end ?? 0) > head.length) fail('invalid_field', { field: 'user', expected: 'it must stand before the file' })
  const span = fields.spanOf('model') ?? fail('missing_field', { field: 'model' })
  if (model === '' || Buffer.byteLength(model) > MODEL_BYTES_MAX) {
    fail('invalid_field', { field: 'model', expected: `it must be a string of 1 to ${MODEL_BYTES_MAX} bytes` })
  }
  return {
    ...callOf({
      ...parts,
      model,
      bodyFor: (upstreamModel, forced) => splice(head, [{ ...span, bytes: Buffer.from(upstreamModel) }, ...userEdits(fields, forced)]),
    }),
    // What comes after the head may still say so.
    get isStream() {
      return fields.text('stream')?.toLowerCase() === 'true'
    },
  }
}

/** Puts a pseudonym in the place of the name of a customer's user. */
function userEdits(fields: FormFields, forced: ForcedBounds | undefined): readonly Edit[] {
  const [span, name] = [fields.spanOf('user'), fields.text('user')]
  if (span === undefined || name === undefined || forced?.pseudonymOf === undefined) return []
  return [{ ...span, bytes: Buffer.from(forced.pseudonymOf(name)) }]
}

/** These requests are forms. */
export const noJson = (): never => fail('body_not_form')
