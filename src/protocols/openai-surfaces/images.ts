import type { UsageBound } from '../../spec/index.ts'
import { countStrings } from '../count-tokens.ts'
import { Decoding, decoders } from '../decoding.ts'
import { inputBound } from '../input-bound.ts'
import { OPEN_BRACE } from '../json-bytes.ts'
import { PICTURE_FIELDS, refuseUnpricedPictures } from '../picture-fields.ts'
import { callOf, modelEdit, modelOf } from '../plain-call.ts'
import type { DecodedCall } from '../protocol.ts'
import type { RequestFields, Span } from '../request-fields.ts'
import { scanPlan } from '../scan-plan.ts'
import { splice } from '../splice.ts'
import { USER_FIELDS, userEdits } from '../user-names.ts'
import { IMAGES_MAX, MODEL, PARTIALS_TOKENS, readImages } from './image-reply.ts'
import { pictureTokensMax, pictureTokensMin } from './picture-tokens.ts'
import { surface } from './surface.ts'
import { refuseUnpriced, UNPRICED_FIELDS } from './unpriced-fields.ts'

const REQUEST = scanPlan({
  fields: ['model', 'prompt', 'n', 'stream', 'partial_images', 'size', 'quality', ...PICTURE_FIELDS, ...USER_FIELDS, ...UNPRICED_FIELDS],
})

/** Classes that a picture can be billed in. */
export const MADE_CLASSES: UsageBound['outputClasses'] = ['output', 'imageOutput']

/** The protocol of /v1/images/generations. Source: https://platform.openai.com/docs/api-reference/images/create (2026-11-26). */
export const images = surface({
  id: 'openai-images',
  path: '/images/generations',
  ...decoders((body) => new Decoding(body, { plan: REQUEST, callOf: (fields) => imagesOf(body, fields) })),
  readReply: readImages,
})

/** Each picture has at most as many tokens as are published for its size and quality, or as the model makes; those shown while it is made come on top. */
function imagesOf(body: Buffer, fields: RequestFields): DecodedCall {
  refuseUnpriced(fields)
  refuseUnpricedPictures(fields)
  const prompt = fields.requiredSpan('prompt')
  const wish = { size: wordOf(body, fields.givenSpan('size')), quality: wordOf(body, fields.givenSpan('quality')) }
  const choices = fields.wholeNumber('n', IMAGES_MAX) ?? 1
  return callOf({
    model: modelOf(fields, MODEL),
    isStream: fields.flag('stream') ?? false,
    inputMax: inputBound(fields.shortestBytes, { hasTools: false, mediaBytes: 0, isUnbounded: false, others: 0 }),
    textBytes: fields.shortestBytes,
    inputClasses: ['input', 'cacheRead'],
    outputMax: undefined,
    outputMaxFor: (upstreamModel) => pictureTokensMax(upstreamModel, wish),
    pictureTokensMinFor: (upstreamModel) => pictureTokensMin(upstreamModel, wish),
    outputClasses: MADE_CLASSES,
    outputExtra: fields.givenSpan('partial_images') === undefined ? 0 : PARTIALS_TOKENS * choices,
    choices,
    counts: { calls: 1, images: choices },
    bodyFor: (upstreamModel, forced) =>
      splice(body, [modelEdit(fields, upstreamModel, body.indexOf(OPEN_BRACE)), ...userEdits(body, fields, forced)]),
    countInput: () => countStrings(body, [prompt]),
  })
}

const WORD_BYTES_MAX = 40

/** A word as it stands; one that is longer, spelled with escapes or no text is a word that nobody knows, and costs the most. */
function wordOf(body: Buffer, span: Span | undefined): string | undefined {
  if (span === undefined) return undefined
  const text = body.toString('latin1', span.start, Math.min(span.end, span.start + WORD_BYTES_MAX))
  return /^"[\w-]+"$/.test(text) ? text.slice(1, -1) : '?'
}
