import { fail } from '../../failures.ts'
import { NO_USAGE } from '../../spec/index.ts'
import { Decoding, decoders } from '../decoding.ts'
import { NO_FIGURES, readerRecord, readJsonReply } from '../json-reply.ts'
import type { CallAddress, DecodedCall, ReplyReader } from '../protocol.ts'
import { type RequestFields, scanRequest } from '../request-fields.ts'
import { scanPlan } from '../scan-plan.ts'
import { replaceByText, splice } from '../splice.ts'
import { resourceOf } from './address.ts'
import { contentReader, REQUEST_MARKS } from './content.ts'
import { countInput } from './count-input.ts'
import { bothNames, nameIn } from './spellings.ts'

const REQUEST = scanPlan({ fields: bothNames(['model', 'contents', 'generateContentRequest']), marks: REQUEST_MARKS })
/** Nothing is bounded by what is in it. */
const NO_PLACE = { field: -2, opening: 0, depth: 0 }
const INNER = scanPlan({ fields: bothNames(['model', 'cachedContent']) })

/**
 * A question of how many tokens a prompt has, which costs nothing. Source: https://ai.google.dev/api/tokens (2026-11-26).
 * Failure codes: those of the scanner, missing_field, invalid_field, nothing_stored.
 */
export const count = decoders((body, address) => {
  if (address === undefined) throw new TypeError('Gemini has the model in the address')
  const { markerOf } = contentReader(body, NO_PLACE)
  return new Decoding(body, { plan: REQUEST, markerOf, callOf: (fields) => countOf(body, fields, address) })
})

function countOf(body: Buffer, fields: RequestFields, address: CallAddress): DecodedCall {
  const whole = fields.object(nameIn(fields, 'generateContentRequest'))
  if (whole === undefined && fields.givenSpan('contents') === undefined) fail('missing_field', { field: 'contents' })
  const inner = whole === undefined ? undefined : scanRequest(body.subarray(whole.start, whole.end), INNER)
  const cached = inner === undefined ? undefined : inner.givenSpan(nameIn(inner, 'cachedContent'))
  if (cached !== undefined) fail('nothing_stored', { field: 'generateContentRequest.cachedContent' })
  const model = inner?.givenSpan('model')
  const spans = [
    ...(model === undefined || whole === undefined ? [] : [{ start: whole.start + model.start, end: whole.start + model.end }]),
    ...[fields.givenSpan('model')].filter((span) => span !== undefined),
  ]
  return {
    ...address,
    isFree: true,
    ...{ outputMax: 0, outputExtra: 0, choices: 1, passes: 1, serviceTier: 'standard', wantsUsage: true },
    ...{ inputMax: 0, inputMaxFor: () => 0, textBytes: 0, inputClasses: [], outputClasses: [], counts: {} },
    bodyFor: (upstreamModel) =>
      splice(
        body,
        spans.map((span) => replaceByText(span, resourceOf(upstreamModel))),
      ),
    countInput: () => countInput(body),
  }
}

/** Our own count, where no upstream has one. */
export const estimateCount = (call: DecodedCall): Buffer => Buffer.from(JSON.stringify({ totalTokens: call.countInput() }))

/** A reader of a count: nothing was used. */
export const readCountReply = (): ReplyReader => ({
  ...readerRecord(readJsonReply(NO_FIGURES)),
  usage: () => NO_USAGE,
  isUsageFinal: () => true,
})
