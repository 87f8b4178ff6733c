import { fail } from '../../failures.ts'
import type { UsageBound } from '../../spec/index.ts'
import { Decoding, decoders } from '../decoding.ts'
import { inputBound } from '../input-bound.ts'
import { OPEN_BRACE } from '../json-bytes.ts'
import type { JsonScanner } from '../json-scanner.ts'
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
import type { AskedPieces, DecodedCall, ForcedBounds } from '../protocol.ts'
import type { RequestFields } from '../request-fields.ts'
import { ROUTING_FIELDS, refuseRouting } from '../routing-fields.ts'
import { type OnMark, scanPlan } from '../scan-plan.ts'
import { type Edit, insertion, replaceByNumber, splice, textEdits } from '../splice.ts'
import { USER_FIELDS, userEdits } from '../user-names.ts'
import { type Content, ContentReader, REQUEST_MARKS, SEARCH_FIELDS, searchesMax, searchFieldsIn } from './content.ts'
import { countInput } from './count-input.ts'
import { hasChargedTool } from './server-tools.ts'

const USUAL_FIELDS = [
  'model',
  'messages',
  'stream',
  'max_tokens',
  'max_completion_tokens',
  'n',
  'stream_options',
  'tools',
  'service_tier',
  'store',
  LIFETIME_FIELD,
  ...USER_FIELDS,
] as const
/** Few requests have any of these; they come last, so that one look tells whether this one has. */
const RARE_FIELDS = [
  'functions',
  'prediction',
  'modalities',
  'audio',
  'deferred',
  ...SEARCH_FIELDS,
  ...ROUTING_FIELDS,
  ...Object.keys(OWN_NAMES),
] as const
const FIELDS: readonly string[] = [...USUAL_FIELDS, ...RARE_FIELDS]
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
  const content = new ContentReader(body, CONTENT_FIELDS)
  const markerOf = (scanner: JsonScanner): OnMark => content.markerOf(scanner)
  return new Decoding(body, { plan: REQUEST, markerOf, callOf: (fields) => callOf(body, fields, content) })
})

function callOf(body: Buffer, fields: RequestFields, content: ContentReader): DecodedCall {
  const model = fields.requiredText('model', MODEL_BYTES_MAX)
  fields.requiredArray('messages')
  const hasRare = fields.hasFrom(USUAL_FIELDS.length)
  if (hasRare) refuseRare(fields)
  content.lifetimes.refuse()
  const asksFor = hasRare || content.hasServerTool ? { webSearches: askedSearch(body, fields, content) } : NOTHING_ASKED
  const isStream = fields.flag('stream') ?? false
  const asking = isStream || fields.spanOf('stream_options') !== undefined ? usageEdit(body, fields) : undefined
  // Refused here where it is no flag, and not when the call has been held for.
  const tier = fields.onlyPriced('service_tier', TIER_WORDS) ?? 'auto'
  const own = [...unstoring(fields), ...tierEdits(fields, tier)]
  const choices = fields.wholeNumber('n', 128) ?? 1
  const searching = hasRare ? searchFieldsIn(fields) : []
  const hasTools = fields.array('tools') !== undefined || (hasRare && fields.array('functions') !== undefined)
  const inputMax = inputBoundOf(fields, content, { hasTools, isSearching: searching.length > 0 })
  const outputMax = outputMaxOf(fields)
  return {
    model,
    isStream,
    outputMax,
    outputExtra: hasRare ? predictedBytes(fields) * choices : 0,
    choices,
    passes: content.hasServerTool || searching.includes('plugins') ? 1 + ROUNDS_MAX : 1,
    textBytes: content.hasSound || content.hasFile ? 0 : fields.shortestBytes - content.mediaBytes,
    inputMax: inputMax + pictureTokensMax(content.pictures),
    inputMaxFor: (upstreamModel) => inputMax + pictureTokensMax(content.pictures, upstreamModel),
    inputClasses: inputClassesOf(content),
    outputClasses: hasRare ? outputClassesOf(body, fields) : TEXT_CLASSES,
    counts: { calls: 1, webSearches: searchesMax(searching, content) },
    asksFor,
    serviceTier: ASKED_TIERS.get(tier) ?? 'standard',
    wantsUsage: !isStream || asking === undefined,
    bodyFor: (upstreamModel, forced) => {
      const edits = [...textEdits(body, fields.requiredSpan('model'), upstreamModel), ...own]
      edits.push(...userEdits(body, fields, forced))
      if (forced?.tellsUsageUnasked === true) edits.push(...unasking(body, fields))
      else if (isStream && asking !== undefined) edits.push(asking)
      if (forced !== undefined && !isWithin(forced, outputMax)) edits.push(...boundEdits(body, fields, forced))
      return splice(body, edits)
    },
    countInput: () => countInput(body),
  }
}

const NOTHING_ASKED: AskedPieces = {}
const TEXT_CLASSES: UsageBound['outputClasses'] = ['output']

/** What has another model answer, a bound that goes by another name, and what is not answered at once. */
function refuseRare(fields: RequestFields): void {
  refuseRouting(fields)
  refuseOwnNames(fields, OWN_NAMES)
  refuseLater(fields)
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

function inputBoundOf(
  fields: RequestFields,
  { hasFile, hasSound, hasServerTool, mediaBytes }: Content,
  { hasTools, isSearching }: { readonly hasTools: boolean; readonly isSearching: boolean },
): number {
  const isUnbounded = isSearching || hasFile || hasSound || hasServerTool
  return inputBound(fields.shortestBytes, { hasTools, mediaBytes, isUnbounded, others: 0 })
}

/** Prompts are cached unasked, newer models charge for the writing, and there is one lifetime. What a file holds may be pictures or sound. */
function inputClassesOf({ pictures, hasFile, hasSound }: Content): UsageBound['inputClasses'] {
  if (pictures.length === 0 && !hasFile && !hasSound) return READ_CLASSES
  const seen = pictures.length > 0 || hasFile ? (['imageInput'] as const) : []
  const heard = hasSound || hasFile ? (['audioInput'] as const) : []
  return [...READ_CLASSES, ...seen, ...heard]
}

const READ_CLASSES: UsageBound['inputClasses'] = ['input', 'cacheRead', 'cacheWrite5m']

/** The larger of both bounds, as upstreams differ in which of them they heed. */
function outputMaxOf(fields: RequestFields): number | undefined {
  const older = fields.wholeNumber('max_tokens', Number.MAX_SAFE_INTEGER)
  const newer = fields.wholeNumber('max_completion_tokens', Number.MAX_SAFE_INTEGER)
  return older === undefined || newer === undefined ? (older ?? newer) : Math.max(older, newer)
}

const OUTPUT_FIELDS = ['max_tokens', 'max_completion_tokens'] as const

/** Tokens of a prediction that the answer leaves unused are billed as output: at most one for each of its bytes. */
function predictedBytes(fields: RequestFields): number {
  const span = fields.object('prediction')
  return span === undefined ? 0 : span.end - span.start
}

/** Whether what the customer asks for is below the bound as it stands, under names that are heeded. */
const isWithin = ({ outputMax: most, onlyOutputField }: ForcedBounds, outputMax: number | undefined): boolean =>
  outputMax !== undefined && outputMax <= most && onlyOutputField === undefined

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
