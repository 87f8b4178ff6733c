import type { DecodedCall } from './protocol.ts'
import type { RequestFields } from './request-fields.ts'
import { type Edit, insertion, replaceByText } from './splice.ts'

/** Longest model name, in bytes. */
export const MODEL_BYTES_MAX = 256

/** What the simpler protocols have to say of a call; the rest is as in a call of one answer, in text, of the usual service. */
export type CallParts = Pick<DecodedCall, 'model' | 'inputMax' | 'outputMax' | 'bodyFor' | 'countInput'> & Partial<DecodedCall>

/** A call with what a protocol does not say filled in. */
export const callOf = (parts: CallParts): DecodedCall => ({
  isStream: false,
  outputExtra: 0,
  choices: 1,
  passes: 1,
  inputMaxFor: () => parts.inputMax,
  textBytes: 0,
  inputClasses: ['input'],
  outputClasses: ['output'],
  counts: { calls: 1 },
  serviceTier: 'standard',
  wantsUsage: true,
  ...parts,
})

/** The model that a request names, or the one that is meant where none is. */
export const modelOf = (fields: RequestFields, meant: string): string =>
  fields.givenSpan('model') === undefined ? meant : fields.requiredText('model', MODEL_BYTES_MAX)

/** Names the upstream's model, also where the request names none; `root` is the offset of its first brace. */
export function modelEdit(fields: RequestFields, upstreamModel: string, root: number): Edit {
  const span = fields.spanOf('model')
  return span === undefined ? insertion(root + 1, `"model":${JSON.stringify(upstreamModel)},`) : replaceByText(span, upstreamModel)
}
