import { fail } from '../../failures.ts'
import type { FormFields } from '../multipart/index.ts'
import { type CallParts, callOf, MODEL_BYTES_MAX } from '../plain-call.ts'
import type { DecodedCall } from '../protocol.ts'
import { splice } from '../splice.ts'

/** A call that came as a form, of which `head` is here; its `bodyFor` gives the head with the upstream's model in it. */
export function formCall(fields: FormFields, head: Buffer, parts: Omit<CallParts, 'model' | 'bodyFor'>): DecodedCall {
  const model = fields.text('model') ?? fail('missing_field', { field: 'model' })
  const span = fields.spanOf('model') ?? fail('missing_field', { field: 'model' })
  if (model === '' || Buffer.byteLength(model) > MODEL_BYTES_MAX) {
    fail('invalid_field', { field: 'model', expected: `it must be a string of 1 to ${MODEL_BYTES_MAX} bytes` })
  }
  return {
    ...callOf({
      ...parts,
      model,
      bodyFor: (upstreamModel) => splice(head, [{ ...span, bytes: Buffer.from(upstreamModel) }]),
    }),
    // What comes after the head may still say so.
    get isStream() {
      return fields.text('stream')?.toLowerCase() === 'true'
    },
  }
}

/** These requests are forms. */
export const noJson = (): never => fail('body_not_form')
