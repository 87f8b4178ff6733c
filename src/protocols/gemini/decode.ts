import { fail } from '../../failures.ts'
import { Decoding, decoders } from '../decoding.ts'
import { inputBound } from '../input-bound.ts'
import { OPEN_BRACE, OPEN_BRACKET } from '../json-bytes.ts'
import type { CallAddress, DecodedCall } from '../protocol.ts'
import { isEmptyContainer, type RequestFields } from '../request-fields.ts'
import { scanPlan } from '../scan-plan.ts'
import { type Edit, replaceByText, splice } from '../splice.ts'
import { resourceOf } from './address.ts'
import { type Content, contentReader, REQUEST_MARKS } from './content.ts'
import { countInput } from './count-input.ts'
import { readGeneration } from './generation.ts'
import { pictureTokensMax } from './picture-bound.ts'
import { ASKED_TIERS } from './service-tiers.ts'
import { bothNames, givenIn, nameIn } from './spellings.ts'
import { readTools, type Tools } from './tools.ts'

const FIELDS = bothNames(['model', 'contents', 'tools', 'generationConfig', 'cachedContent', 'continuationToken', 'serviceTier', 'store'])
const REQUEST = scanPlan({ fields: FIELDS, marks: REQUEST_MARKS })
/** Root, contents, a content, its parts, a part. */
const PARTS = { field: FIELDS.indexOf('contents'), opening: OPEN_BRACKET, depth: 5 }
const TIER_WORDS = [...ASKED_TIERS.keys()]

/** The worst case of a request. Failure codes: those of the scanner, missing_field, invalid_field, duplicate_field, nothing_stored. */
export const { begin, decode } = decoders((body, address) => {
  if (address === undefined) throw new TypeError('Gemini has the model in the address')
  const reader = contentReader(body, PARTS)
  const callOf = (fields: RequestFields): DecodedCall => addressedCall(body, fields, { address, content: reader.content() })
  return new Decoding(body, { plan: REQUEST, markerOf: reader.markerOf, callOf })
})

type Read = { readonly address: CallAddress; readonly content: Content }

function addressedCall(body: Buffer, fields: RequestFields, { address, content }: Read): DecodedCall {
  requireContents(body, fields)
  if (givenIn(fields, 'cachedContent') !== undefined) fail('nothing_stored', { field: nameIn(fields, 'cachedContent') })
  const tier = fields.onlyPriced(nameIn(fields, 'serviceTier'), TIER_WORDS) ?? 'standard'
  const tools = readTools(body, fields.givenSpan('tools'))
  const generation = readGeneration(body, fields, body.indexOf(OPEN_BRACE) + 1)
  const isContinued = givenIn(fields, 'continuationToken') !== undefined
  const reading = { content, tools, isUnbounded: content.isUnbounded || tools.hasServerTool || isContinued }
  const inputMaxAt = inputBoundOf(fields, reading)
  // Refused here where it is no flag, and not when the call has been held for.
  const stores = fields.flag('store') === true
  return {
    ...address,
    outputMax: generation.outputMax,
    outputExtra: 0,
    choices: generation.candidates,
    passes: tools.passes,
    inputMax: inputMaxAt(pictureTokensMax()),
    inputMaxFor: (upstreamModel) => inputMaxAt(pictureTokensMax(upstreamModel)),
    textBytes: reading.isUnbounded ? 0 : fields.shortestBytes - content.mediaBytes,
    inputClasses: inputClassesOf(reading),
    outputClasses: generation.outputClasses,
    counts: { calls: 1, ...tools.counts },
    asksFor: tools.asksFor,
    serviceTier: ASKED_TIERS.get(tier) ?? 'standard',
    wantsUsage: true,
    ...(isContinued ? { isContinued } : {}),
    bodyFor: (upstreamModel, forced) =>
      splice(body, [...ownEdits(fields, { upstreamModel, stores }), ...(forced === undefined ? [] : generation.bound(forced))]),
    countInput: () => countInput(body),
  }
}

/** The contents may be one, or a list of them. */
function requireContents(body: Buffer, fields: RequestFields): void {
  const { start } = fields.givenSpan('contents') ?? fail('missing_field', { field: 'contents' })
  const isFilled = (body[start] === OPEN_BRACE || body[start] === OPEN_BRACKET) && !isEmptyContainer(body, start)
  if (!isFilled) fail('invalid_field', { field: 'contents', expected: 'it must be an array with at least one element' })
}

/** A model's name that stands in the body as well, and whether the provider may keep the call for its logs. */
function ownEdits(
  fields: RequestFields,
  { upstreamModel, stores }: { readonly upstreamModel: string; readonly stores: boolean },
): readonly Edit[] {
  const model = fields.givenSpan('model')
  const store = stores ? fields.spanOf('store') : undefined
  return [
    ...(model === undefined ? [] : [replaceByText(model, resourceOf(upstreamModel))]),
    ...(store === undefined ? [] : [{ ...store, bytes: Buffer.from('false') }]),
  ]
}

/**
 * What a prompt is read as. The token of an answer that goes on stands for all that was said and thought before, which is read again. Source:
 * https://ai.google.dev/gemini-api/docs/generate-content/long-decode (2026-11-30).
 */
type Reading = { readonly content: Content; readonly tools: Tools; readonly isUnbounded: boolean }

/** The bound of the prompt, by what one picture comes to. */
function inputBoundOf(fields: RequestFields, { content, tools, isUnbounded }: Reading): (pictureTokens: number) => number {
  const { pictures, mediaBytes } = content
  return (pictureTokens) =>
    inputBound(fields.shortestBytes, {
      hasTools: tools.hasTools,
      mediaBytes: isUnbounded ? 0 : mediaBytes,
      isUnbounded,
      others: tools.others + pictures * pictureTokens,
    })
}

/** Prompts are cached unasked and without a price for the writing. What is found, lies in a file or was said may be pictures or sound. */
function inputClassesOf({ content, isUnbounded: isAny }: Reading): DecodedCall['inputClasses'] {
  const hasPictures = content.pictures > 0 || isAny
  return ['input', 'cacheRead', ...(hasPictures ? (['imageInput'] as const) : []), ...(isAny ? (['audioInput'] as const) : [])]
}
