import { fail } from '../../failures.ts'
import { Decoding, decoders } from '../decoding.ts'
import { inputBound } from '../input-bound.ts'
import { OPEN_BRACE, OPEN_BRACKET } from '../json-bytes.ts'
import { JsonScanner } from '../json-scanner.ts'
import type { CallAddress, DecodedCall } from '../protocol.ts'
import { isEmptyContainer, type RequestFields, type Span } from '../request-fields.ts'
import { scanPlan } from '../scan-plan.ts'
import { replaceByText, splice } from '../splice.ts'
import { resourceOf } from './address.ts'
import { type Content, contentReader, REQUEST_MARKS } from './content.ts'
import { countInput } from './count-input.ts'
import { pictureTokensMax } from './picture-bound.ts'

const REQUEST = scanPlan({ fields: ['model', 'content', 'requests'], marks: [...REQUEST_MARKS] })
/** Root, content, parts, a part; or root, requests, a request, its content, parts, a part. */
const PLACES = {
  content: { field: 1, opening: OPEN_BRACE, depth: 4 },
  requests: { field: 2, opening: OPEN_BRACKET, depth: 6 },
} as const
const NAMED = scanPlan({ fields: ['model', 'requests'], marks: ['model', 'content'] })
const MODEL = 0

/** Root, requests, a request. */
const REQUEST_DEPTH = 3

/**
 * The worst case of a request for vectors: of one content, or of the requests of a batch. Source: https://ai.google.dev/api/embeddings
 * (2026-11-26). Failure codes: those of the scanner, missing_field, invalid_field, nothing_stored.
 */
export const embed = decodersFor('content')

/** The same for a batch. */
export const batchEmbed = decodersFor('requests')

type Field = 'content' | 'requests'
type Read = { readonly address: CallAddress; readonly content: Content; readonly field: Field }

function decodersFor(field: Field): ReturnType<typeof decoders> {
  return decoders((body, address) => {
    if (address === undefined) throw new TypeError('Gemini has the model in the address')
    const reader = contentReader(body, PLACES[field])
    const callOf = (fields: RequestFields): DecodedCall => callFor(body, fields, { address, content: reader.content(), field })
    return new Decoding(body, { plan: REQUEST, markerOf: reader.markerOf, callOf })
  })
}

function callFor(body: Buffer, fields: RequestFields, { address, content, field }: Read): DecodedCall {
  const { pictures, mediaBytes, isUnbounded } = content
  const { start } = fields.givenSpan(field) ?? fail('missing_field', { field })
  const opening = field === 'content' ? OPEN_BRACE : OPEN_BRACKET
  if (body[start] !== opening || isEmptyContainer(body, start)) fail('invalid_field', { field, expected: 'it must not be empty' })
  const inputMaxAt = (pictureTokens: number): number =>
    inputBound(fields.shortestBytes, {
      hasTools: false,
      mediaBytes: isUnbounded ? 0 : mediaBytes,
      isUnbounded,
      others: pictures * pictureTokens,
    })
  const { models, contents } = requestsIn(body)
  return {
    ...address,
    // Each request of a batch fills a context of its own.
    passes: Math.max(1, contents),
    ...{ outputMax: 0, outputExtra: 0, choices: 1, serviceTier: 'standard', wantsUsage: true },
    inputMax: inputMaxAt(pictureTokensMax()),
    inputMaxFor: (upstreamModel) => inputMaxAt(pictureTokensMax(upstreamModel)),
    textBytes: isUnbounded ? 0 : fields.shortestBytes - mediaBytes,
    inputClasses: inputClassesOf(content),
    outputClasses: ['output'],
    counts: { calls: 1 },
    bodyFor: (upstreamModel) =>
      splice(
        body,
        models.map((span) => replaceByText(span, resourceOf(upstreamModel))),
      ),
    countInput: () => countInput(body),
  }
}

/** Files and what is no picture may hold pictures and sound. */
function inputClassesOf({ pictures, isUnbounded }: Content): DecodedCall['inputClasses'] {
  const hasPictures = pictures > 0 || isUnbounded
  return ['embedding', ...(hasPictures ? (['imageInput'] as const) : []), ...(isUnbounded ? (['audioInput'] as const) : [])]
}

/** Where the body names the model again, once or in each request of a batch, and how many of these there are. */
function requestsIn(body: Buffer): { readonly models: readonly Span[]; readonly contents: number } {
  const models: Span[] = []
  let contents = 0
  const scanner = new JsonScanner(NAMED, (mark, start, end) => {
    if (scanner.field !== 1 || scanner.depth !== REQUEST_DEPTH) return
    if (mark !== MODEL) contents += 1
    else if (end > start) models.push({ start, end })
  })
  scanner.push(body)
  if (scanner.endOf(MODEL) > 0) models.push({ start: scanner.startOf(MODEL), end: scanner.endOf(MODEL) })
  return { models, contents }
}
