import { UNBOUNDED_TOKENS } from '../input-bound.ts'
import type { FormFields } from '../multipart/index.ts'
import { PICTURE_FORM_FIELDS, refuseFormat } from '../picture-fields.ts'
import type { DecodedCall } from '../protocol.ts'
import { formCall, noJson } from './form-call.ts'
import { IMAGES_MAX, PARTIALS_TOKENS, readImages } from './image-reply.ts'
import { MADE_CLASSES } from './images.ts'
import { pictureTokensMin } from './picture-tokens.ts'
import { surface } from './surface.ts'

const FIELDS = ['model', 'n', 'stream', 'partial_images', 'size', 'quality', 'user', ...PICTURE_FORM_FIELDS]
const FORM = { decode: noJson, form: { fields: FIELDS, decode }, readReply: readImages }

/** The protocol of /v1/images/edits. Source: https://platform.openai.com/docs/api-reference/images/createEdit (2026-11-26). */
export const imageEdits = surface({ ...FORM, id: 'openai-image-edits', path: '/images/edits' })

/** The protocol of /v1/images/variations. Source: https://platform.openai.com/docs/api-reference/images/createVariation (2026-11-26). */
export const imageVariations = surface({ ...FORM, id: 'openai-image-variations', path: '/images/variations' })

/** What pictures come to as input no table says for all models, so it is the context; of `n` that has not come the most. */
function decode(fields: FormFields, head: Buffer): DecodedCall {
  refuseFormat(fields.text('output_format'))
  const asked = fields.wholeNumber('n', IMAGES_MAX)
  const choices = asked ?? (fields.isComplete ? 1 : IMAGES_MAX)
  const mayShowParts = fields.text('partial_images') !== undefined || !fields.isComplete
  return formCall(fields, head, {
    inputMax: UNBOUNDED_TOKENS,
    inputClasses: ['input', 'imageInput', 'cacheRead'],
    outputMax: undefined,
    // Asked for when the answer ends, when all fields have come.
    pictureTokensMinFor: (upstreamModel) => pictureTokensMin(upstreamModel, { size: fields.text('size'), quality: fields.text('quality') }),
    outputClasses: MADE_CLASSES,
    outputExtra: mayShowParts ? PARTIALS_TOKENS * choices : 0,
    choices,
    counts: { calls: 1, images: choices },
    countInput: () => Math.floor(fields.textBytes / BYTES_PER_TOKEN),
  })
}

/** Bytes of text that a token stands for on average. */
const BYTES_PER_TOKEN = 4
