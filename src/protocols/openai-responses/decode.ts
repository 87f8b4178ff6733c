import type { UsageBound } from '../../spec/index.ts'
import { Decoding, decoders } from '../decoding.ts'
import { inputBound } from '../input-bound.ts'
import { OPEN_BRACE } from '../json-bytes.ts'
import { ASKED_TIERS, LIFETIME_FIELD, outputClassesOf, pictureTokensMax, searchAsked, tierEdits } from '../openai-family/index.ts'
import { refuseOwnNames } from '../own-names.ts'
import type { AskedPieces, DecodedCall, ForcedBounds } from '../protocol.ts'
import type { RequestFields } from '../request-fields.ts'
import { ROUTING_FIELDS, refuseRouting } from '../routing-fields.ts'
import { scanPlan } from '../scan-plan.ts'
import { type Edit, insertion, replaceByNumber, replaceByText, splice } from '../splice.ts'
import { USER_FIELDS, userEdits } from '../user-names.ts'
import { type Content, contentReader, REQUEST_MARKS } from './content.ts'
import { countInput } from './count-input.ts'
import { refuseStored, requireInput, STORED_FIELDS } from './input.ts'
import { refuseUnpriced } from './reasoning-mode.ts'
import { askedTools, broughtTools, countsOf, TOOL_CALLS_MAX } from './server-tools.ts'

/** Fields of its kin that have an upstream search or run other things of its own; and what has it shorten the input by itself. */
const SEARCHING = ['search_parameters', 'plugins'] as const
const OWN_WORK = [...SEARCHING, 'context_management'] as const
/** A server that answers by way of its chat heeds the names that it has there. */
const NAMES = {
  n_predict: 'give max_output_tokens',
  max_completion_tokens: 'give max_output_tokens',
  n_cmpl: 'there is one answer',
}
const FIELDS = [
  ...['model', 'input', 'tools', 'stream', 'store', 'max_output_tokens', 'max_tool_calls'],
  ...['service_tier', 'reasoning', 'modalities', 'audio', LIFETIME_FIELD],
  ...STORED_FIELDS,
  ...USER_FIELDS,
  ...OWN_WORK,
  ...ROUTING_FIELDS,
  ...Object.keys(NAMES),
]
const REQUEST = scanPlan({ fields: FIELDS, marks: REQUEST_MARKS })
const CONTENT_FIELDS = { input: FIELDS.indexOf('input'), tools: FIELDS.indexOf('tools'), cacheOptions: FIELDS.indexOf(LIFETIME_FIELD) }

const TIER_WORDS = [...ASKED_TIERS.keys()]

/** Longest model name, in bytes. */
const MODEL_BYTES_MAX = 256

/** More than any upstream makes; each is a pass of the prompt that is held for. */
const TOOL_CALLS_ASKED_MAX = 1_000_000

/**
 * The worst case of a request, and where its model lies. Failure codes: those of the scanner, missing_field, invalid_field, and
 * nothing_stored where it refers to something stored.
 */
export const { begin, decode } = decoders((body) => {
  const reader = contentReader(body, CONTENT_FIELDS)
  return new Decoding(body, { plan: REQUEST, markerOf: reader.markerOf, callOf: (fields) => callOf(body, fields, reader) })
})

function callOf(body: Buffer, fields: RequestFields, reader: ReturnType<typeof contentReader>): DecodedCall {
  refuseStored(fields)
  refuseRouting(fields)
  refuseOwnNames(fields, NAMES)
  reader.lifetimes.refuse()
  if (OWN_WORK.some((name) => fields.givenSpan(name) !== undefined)) reader.tools.other()
  const content = reader.content()
  const model = fields.requiredText('model', MODEL_BYTES_MAX)
  requireInput(body, fields)
  refuseUnpriced(body, fields)
  const asksFor = askedPieces(body, fields, content)
  const tier = fields.onlyPriced('service_tier', TIER_WORDS) ?? 'auto'
  const toolCalls = fields.wholeNumber('max_tool_calls', TOOL_CALLS_ASKED_MAX) ?? TOOL_CALLS_MAX
  const inputMax = inputBoundOf(fields, content)
  const own = [...storeEdits(body, fields), ...tierEdits(fields, tier)]
  return {
    model,
    isStream: fields.flag('stream') ?? false,
    outputMax: fields.wholeNumber('max_output_tokens', Number.MAX_SAFE_INTEGER),
    outputExtra: 0,
    choices: 1,
    passes: content.hasServerTool ? 1 + toolCalls : 1,
    textBytes: content.hasSound || content.hasFile ? 0 : fields.shortestBytes - content.mediaBytes,
    inputMax: inputMax + pictureTokensMax(content.pictures),
    inputMaxFor: (upstreamModel) => inputMax + pictureTokensMax(content.pictures, upstreamModel),
    inputClasses: inputClassesOf(content),
    outputClasses: outputClasses(body, fields, content),
    counts: countsOf(content, toolCalls),
    asksFor,
    serviceTier: ASKED_TIERS.get(tier) ?? 'standard',
    wantsUsage: true,
    bodyFor: (upstreamModel, forced) => {
      const edits = [replaceByText(fields.requiredSpan('model'), upstreamModel), ...userEdits(body, fields, forced), ...own]
      return splice(body, forced === undefined ? edits : [...edits, ...forcedEdits({ body, fields, content }, forced)])
    },
    countInput: () => countInput(body),
  }
}

/** What the provider is to run for a fee: by tools, also those that items of the input bring, and by fields of its kin. */
function askedPieces(body: Buffer, fields: RequestFields, { hasOddTool, types, bringsTools }: Content): AskedPieces {
  const [tools, input] = [hasOddTool ? fields.array('tools') : undefined, bringsTools ? fields.array('input') : undefined]
  const named = tools === undefined ? {} : askedTools(body, { span: tools, types })
  const brought = input === undefined ? {} : broughtTools(body, input)
  return {
    webSearches: named.webSearches ?? brought.webSearches ?? searchAsked(body, fields, SEARCHING),
    toolCalls: named.toolCalls ?? brought.toolCalls,
  }
}

function inputBoundOf(fields: RequestFields, content: Content): number {
  const hasTools = fields.array('tools') !== undefined
  const isUnbounded = content.hasFile || content.hasSound || content.hasServerTool
  return inputBound(fields.shortestBytes, { hasTools, mediaBytes: content.mediaBytes, isUnbounded, others: content.others })
}

/** Prompts are cached unasked, newer models charge for the writing. What a file or a tool of the upstream brings may be pictures or sound. */
function inputClassesOf({ pictures, hasFile, hasSound, hasPictureMaker }: Content): UsageBound['inputClasses'] {
  const seen = pictures.length > 0 || hasFile || hasPictureMaker ? (['imageInput'] as const) : []
  const heard = hasSound || hasFile ? (['audioInput'] as const) : []
  return ['input', 'cacheRead', 'cacheWrite5m', ...seen, ...heard]
}

function outputClasses(body: Buffer, fields: RequestFields, { hasPictureMaker }: Content): UsageBound['outputClasses'] {
  const asked = outputClassesOf(body, fields)
  return hasPictureMaker && !asked.includes('imageOutput') ? [...asked, 'imageOutput'] : asked
}

/** Nothing is stored at the upstream either, where answers are kept unless a request says otherwise. */
function storeEdits(body: Buffer, fields: RequestFields): readonly Edit[] {
  const given = fields.spanOf('store')
  if (given === undefined) return [insertion(body.indexOf(OPEN_BRACE) + 1, '"store":false,')]
  return fields.flag('store') === false ? [] : [{ ...given, bytes: Buffer.from('false') }]
}

type Bounding = { readonly body: Buffer; readonly fields: RequestFields; readonly content: Content }

/** Makes an upstream heed the bounds that are held for. */
function forcedEdits({ body, fields, content }: Bounding, forced: ForcedBounds): readonly Edit[] {
  const begin = body.indexOf(OPEN_BRACE) + 1
  const set = (name: string, value: number): Edit => {
    const empty = fields.spanOf(name)
    return empty === undefined ? insertion(begin, `"${name}":${value},`) : replaceByNumber(empty, value)
  }
  const bound = fields.wholeNumber('max_output_tokens', Number.MAX_SAFE_INTEGER)
  const isBound = bound === undefined ? forced.addsOutputMax : bound > forced.outputMax
  const limitsTools = forced.limitsTools && content.hasServerTool && fields.givenSpan('max_tool_calls') === undefined
  return [...(isBound ? [set('max_output_tokens', forced.outputMax)] : []), ...(limitsTools ? [set('max_tool_calls', TOOL_CALLS_MAX)] : [])]
}
