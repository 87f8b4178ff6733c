import { fail } from '../../failures.ts'
import type { UsageBound } from '../../spec/index.ts'
import { Decoding, decoders } from '../decoding.ts'
import { inputBound } from '../input-bound.ts'
import { OPEN_BRACE } from '../json-bytes.ts'
import { removal, renaming } from '../member-edits.ts'
import {
  ASKED_TIERS,
  LIFETIME_FIELD,
  outputClassesOf,
  pictureTokensMax,
  searchAsked,
  tierEdits,
  usageEdit,
} from '../openai-family/index.ts'
import { OWN_NAMES, refuseOwnNames } from '../own-names.ts'
import type { DecodedCall, ForcedBounds } from '../protocol.ts'
import type { RequestFields } from '../request-fields.ts'
import { ROUTING_FIELDS, refuseRouting } from '../routing-fields.ts'
import { scanPlan } from '../scan-plan.ts'
import { type Edit, insertion, replaceByNumber, replaceByText, splice } from '../splice.ts'
import { USER_FIELDS, userEdits } from '../user-names.ts'
import { type Content, contentReader, REQUEST_MARKS, SEARCH_FIELDS, searchesMax } from './content.ts'
import { countInput } from './count-input.ts'
import { hasChargedTool } from './server-tools.ts'

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
  'service_tier',
  'modalities',
  'audio',
  'store',
  'deferred',
  LIFETIME_FIELD,
  ...USER_FIELDS,
  ...SEARCH_FIELDS,
  ...ROUTING_FIELDS,
  ...Object.keys(OWN_NAMES),
] as const
const REQUEST = scanPlan({ fields: FIELDS, marks: REQUEST_MARKS })
const CONTENT_FIELDS = {
  messages: FIELDS.indexOf('messages'),
  tools: FIELDS.indexOf('tools'),
  cacheOptions: FIELDS.indexOf(LIFETIME_FIELD),
}

const TIER_WORDS = [...ASKED_TIERS.keys()]

/** Longest model name, in bytes. */
const MODEL_BYTES_MAX = 256

/** Rounds in which an upstream runs tools of its own: their count is in no request, so this is a guess that is sure to be enough. */
const ROUNDS_MAX = 10

/** The worst case of a request, and where its model lies. Failure codes: those of the scanner, missing_field, invalid_field. */
export const { begin, decode } = decoders((body) => {
  const reader = contentReader(body, CONTENT_FIELDS)
  return new Decoding(body, { plan: REQUEST, markerOf: reader.markerOf, callOf: (fields) => callOf(body, fields, reader) })
})

function callOf(body: Buffer, fields: RequestFields, reader: ReturnType<typeof contentReader>): DecodedCall {
  const content = reader.content()
  const model = fields.requiredText('model', MODEL_BYTES_MAX)
  fields.requiredArray('messages')
  refuseRouting(fields)
  refuseOwnNames(fields, OWN_NAMES)
  refuseLater(fields)
  reader.lifetimes.refuse()
  const asksFor = { webSearches: askedSearch(body, fields, content) }
  const isStream = fields.flag('stream') ?? false
  const asking = usageEdit(body, fields)
  // Refused here where it is no flag, and not when the call has been held for.
  const tier = fields.onlyPriced('service_tier', TIER_WORDS) ?? 'auto'
  const own = [...unstoring(fields), ...tierEdits(fields, tier)]
  const choices = fields.wholeNumber('n', 128) ?? 1
  const inputMax = inputBoundOf(fields, content)
  return {
    model,
    isStream,
    outputMax: outputMax(fields),
    outputExtra: predictedBytes(fields) * choices,
    choices,
    passes: content.hasServerTool || fields.givenSpan('plugins') !== undefined ? 1 + ROUNDS_MAX : 1,
    textBytes: content.hasSound || content.hasFile ? 0 : fields.shortestBytes - content.mediaBytes,
    inputMax: inputMax + pictureTokensMax(content.pictures),
    inputMaxFor: (upstreamModel) => inputMax + pictureTokensMax(content.pictures, upstreamModel),
    inputClasses: inputClassesOf(content),
    outputClasses: outputClassesOf(body, fields),
    counts: { calls: 1, webSearches: searchesMax(fields, content) },
    asksFor,
    serviceTier: ASKED_TIERS.get(tier) ?? 'standard',
    wantsUsage: !isStream || asking === undefined,
    bodyFor: (upstreamModel, forced) => {
      const edits = [replaceByText(fields.requiredSpan('model'), upstreamModel), ...own, ...userEdits(body, fields, forced)]
      if (forced?.tellsUsageUnasked === true) edits.push(...unasking(body, fields))
      else if (isStream && asking !== undefined) edits.push(asking)
      return splice(body, forced === undefined ? edits : [...edits, ...boundEdits(body, fields, forced)])
    },
    countInput: () => countInput(body),
  }
}

/** An answer that is made later and fetched is one that nobody meters. Source: https://docs.x.ai/docs/guides/deferred-chat-completions (2026-11-29). */
function refuseLater(fields: RequestFields): void {
  if (fields.flag('deferred') === true)
    fail('invalid_field', { field: 'deferred', expected: 'it must be false; answers come at once here' })
}

/** The field that asks for searches, or for tools of the upstream, which are charged as such. */
function askedSearch(body: Buffer, fields: RequestFields, { hasServerTool, toolTypes }: Content): string | undefined {
  const span = hasServerTool ? fields.array('tools') : undefined
  const isCharged = span !== undefined && hasChargedTool(body, { span, types: toolTypes })
  return searchAsked(body, fields, SEARCH_FIELDS) ?? (isCharged ? 'tools' : undefined)
}

/**
 * Nothing is stored at the upstream either, where it is told to.
 * Source: https://platform.openai.com/docs/api-reference/chat/create#chat-create-store (2026-11-26).
 */
function unstoring(fields: RequestFields): readonly Edit[] {
  const given = fields.spanOf('store')
  return given === undefined || fields.flag('store') !== true ? [] : [{ ...given, bytes: Buffer.from('false') }]
}

function inputBoundOf(fields: RequestFields, content: Content): number {
  const hasTools = fields.array('tools') !== undefined || fields.array('functions') !== undefined
  const isSearching = SEARCH_FIELDS.some((name) => fields.givenSpan(name) !== undefined)
  const isUnbounded = isSearching || content.hasFile || content.hasSound || content.hasServerTool
  return inputBound(fields.shortestBytes, { hasTools, mediaBytes: content.mediaBytes, isUnbounded, others: 0 })
}

/** Prompts are cached unasked, newer models charge for the writing, and there is one lifetime. What a file holds may be pictures or sound. */
function inputClassesOf({ pictures, hasFile, hasSound }: Content): UsageBound['inputClasses'] {
  const seen = pictures.length > 0 || hasFile ? (['imageInput'] as const) : []
  const heard = hasSound || hasFile ? (['audioInput'] as const) : []
  return ['input', 'cacheRead', 'cacheWrite5m', ...seen, ...heard]
}

/** The larger of both bounds, as upstreams differ in which of them they heed. */
function outputMax(fields: RequestFields): number | undefined {
  const [older, newer] = OUTPUT_FIELDS.map((name) => fields.wholeNumber(name, Number.MAX_SAFE_INTEGER))
  return older === undefined || newer === undefined ? (older ?? newer) : Math.max(older, newer)
}

const OUTPUT_FIELDS = ['max_tokens', 'max_completion_tokens'] as const

/** Tokens of a prediction that the answer leaves unused are billed as output: at most one for each of its bytes. */
function predictedBytes(fields: RequestFields): number {
  const span = fields.object('prediction')
  return span === undefined ? 0 : span.end - span.start
}

/**
 * Makes an upstream heed the bound that is held for. `max_tokens` is refused by newer models of OpenAI and the other is taken by all of
 * them, so that is what is added. Source: https://platform.openai.com/docs/api-reference/chat/create (2026-11).
 */
function boundEdits(body: Buffer, fields: RequestFields, forced: ForcedBounds): readonly Edit[] {
  const given = OUTPUT_FIELDS.filter((name) => fields.givenSpan(name) !== undefined)
  if (given.length > 0) {
    const larger = given.filter((name) => (fields.wholeNumber(name, Number.MAX_SAFE_INTEGER) ?? 0) > forced.outputMax)
    const cuts = larger.map((name) => replaceByNumber(fields.requiredSpan(name), forced.outputMax))
    return [...cuts, ...nameEdits(body, fields, forced)]
  }
  if (!forced.addsOutputMax) return []
  const empty = fields.spanOf('max_completion_tokens')
  if (empty !== undefined) return [replaceByNumber(empty, forced.outputMax)]
  return [insertion(body.indexOf(OPEN_BRACE) + 1, `"max_completion_tokens":${forced.outputMax},`)]
}

/** Puts a bound under the only name that is heeded, unless it was given under that one too. */
function nameEdits(body: Buffer, fields: RequestFields, { onlyOutputField: only, outputMax }: ForcedBounds): readonly Edit[] {
  const other = OUTPUT_FIELDS.find((name) => name !== only)
  const span = only === undefined || other === undefined ? undefined : fields.givenSpan(other)
  if (only === undefined || other === undefined || span === undefined || fields.givenSpan(only) !== undefined) return []
  const empty = fields.spanOf(only)
  const bound = Math.min(fields.wholeNumber(other, Number.MAX_SAFE_INTEGER) ?? outputMax, outputMax)
  return [empty === undefined ? renaming(body, span, only) : replaceByNumber(empty, bound)]
}

/** Takes out what asks for the usage of a stream. */
function unasking(body: Buffer, fields: RequestFields): readonly Edit[] {
  const given = fields.spanOf('stream_options')
  return given === undefined ? [] : [removal(body, given)]
}
