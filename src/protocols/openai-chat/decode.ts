import { INPUT_CLASSES, OUTPUT_CLASSES } from '../../spec/index.ts'
import { inputBound } from '../input-bound.ts'
import { OPEN_BRACE } from '../json-bytes.ts'
import type { DecodedCall } from '../protocol.ts'
import { isEmptyContainer, type RequestFields, scanRequest } from '../request-fields.ts'
import { scanPlan } from '../scan-plan.ts'
import { type Edit, replaceByText, splice } from '../splice.ts'
import { countInput } from './count-input.ts'

const FIELDS = [
  'model',
  'messages',
  'stream',
  'max_tokens',
  'max_completion_tokens',
  'n',
  'stream_options',
  'tools',
  'functions',
  'prediction',
  'web_search_options',
  'service_tier',
] as const

/** Keys of content parts that are not text. Source: https://platform.openai.com/docs/api-reference/chat/create (2026-11), and its kin. */
const IMAGE_KEYS = ['image_url', 'input_image', 'image'] as const
const UNBOUNDED_KEYS = [
  'file',
  'file_id',
  'file_data',
  'input_file',
  'document',
  'inline_data',
  'input_audio',
  'audio',
  'audio_url',
  'video_url',
  'video',
] as const
const REQUEST = scanPlan({ fields: FIELDS, marks: [...IMAGE_KEYS, ...UNBOUNDED_KEYS] })
const MESSAGES = FIELDS.indexOf('messages')

/**
 * One image at its dearest: eight tiles of gpt-4o-mini, which counts 2,833 and 5,667 a tile where others count 85 and 170.
 * Source: https://platform.openai.com/docs/guides/images-vision (2026-11).
 */
const IMAGE_TOKENS_MAX = 50_000

/** Longest model name, in bytes. */
const MODEL_BYTES_MAX = 256

/** The worst case of a request, and where its model lies. Failure codes: those of the scanner, missing_field, invalid_field. */
export function decode(body: Buffer): DecodedCall {
  let images = 0
  let isUnbounded = false
  const fields = scanRequest(body, REQUEST, (scanner) => (mark) => {
    if (scanner.field !== MESSAGES) return
    if (mark < IMAGE_KEYS.length) images += 1
    else isUnbounded = true
  })
  const model = fields.requiredText('model', MODEL_BYTES_MAX)
  const modelSpan = fields.requiredSpan('model')
  fields.requiredArray('messages')
  const isStream = fields.flag('stream') ?? false
  const asking = usageEdit(body, fields)
  const hasTools = fields.array('tools') !== undefined || fields.array('functions') !== undefined
  isUnbounded ||= fields.givenSpan('web_search_options') !== undefined
  fields.onlyPriced('service_tier', ['auto', 'default', 'flex', 'on_demand'])
  return {
    model,
    isStream,
    outputMax: outputMax(fields),
    outputExtra: fields.object('prediction') === undefined ? 0 : body.length,
    choices: fields.wholeNumber('n', 128) ?? 1,
    bodyBytes: body.length,
    inputMax: inputBound(body.length, { hasTools, images: 0, isUnbounded, others: images * IMAGE_TOKENS_MAX }),
    // Prompts are cached unasked, and newer models charge for the writing.
    inputClasses: INPUT_CLASSES,
    outputClasses: OUTPUT_CLASSES,
    counts: { calls: 1 },
    serviceTier: 'standard',
    wantsUsage: !isStream || asking === undefined,
    bodyFor: (upstreamModel) => {
      const naming = replaceByText(modelSpan, upstreamModel)
      return splice(body, isStream && asking !== undefined ? [naming, asking] : [naming])
    },
    countInput: () => countInput(body),
  }
}

/** The larger of both bounds, as upstreams differ in which of them they heed. */
function outputMax(fields: RequestFields): number | undefined {
  const older = fields.wholeNumber('max_tokens', Number.MAX_SAFE_INTEGER)
  const newer = fields.wholeNumber('max_completion_tokens', Number.MAX_SAFE_INTEGER)
  return older === undefined || newer === undefined ? (older ?? newer) : Math.max(older, newer)
}

const OPTIONS = scanPlan({ fields: ['include_usage'] })
const ASKING = '"include_usage":true'

/** What makes a stream tell its usage; undefined when the customer asked for that himself. */
function usageEdit(body: Buffer, fields: RequestFields): Edit | undefined {
  const given = fields.spanOf('stream_options')
  if (given === undefined) return insertion(body.indexOf(OPEN_BRACE) + 1, `"stream_options":{${ASKING}},`)
  const object = fields.object('stream_options')
  if (object === undefined) return { ...given, bytes: Buffer.from(`{${ASKING}}`) }
  const options = body.subarray(object.start, object.end)
  const inner = scanRequest(options, OPTIONS)
  const asked = inner.spanOf('include_usage')
  if (asked === undefined) return insertion(object.start + 1, isEmptyContainer(options, 0) ? ASKING : `${ASKING},`)
  if (inner.flag('include_usage') === true) return undefined
  return { start: object.start + asked.start, end: object.start + asked.end, bytes: Buffer.from('true') }
}

const insertion = (at: number, text: string): Edit => ({ start: at, end: at, bytes: Buffer.from(text) })
