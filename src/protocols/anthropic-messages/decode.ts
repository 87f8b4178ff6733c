import { fail } from '../../failures.ts'
import { Decoding, decoders } from '../decoding.ts'
import { inputBound } from '../input-bound.ts'
import type { DecodedCall, ForcedBounds } from '../protocol.ts'
import { isEmptyContainer, type RequestFields } from '../request-fields.ts'
import { scanPlan } from '../scan-plan.ts'
import { type Edit, replaceByNumber, replaceByText, splice } from '../splice.ts'
import { metadataEdits } from '../user-names.ts'
import { askedContainer } from './container.ts'
import { type Content, contentReader, REQUEST_MARKS } from './content.ts'
import { countInput } from './count-input.ts'
import { NO_SERVER_TOOLS, ROUNDS_MAX, readServerTools, type ServerTools } from './server-tools.ts'
import { ASKED_TIERS } from './service-tiers.ts'
import { refuseUnpriced, UNPRICED_FIELDS } from './unpriced-fields.ts'

const FIELDS = [
  'model',
  'messages',
  'max_tokens',
  'stream',
  'tools',
  'cache_control',
  'mcp_servers',
  'container',
  'service_tier',
  'metadata',
  ...UNPRICED_FIELDS,
  // Sought again where an upstream has it in the body, so that what could not be found then is refused now.
  'anthropic_version',
] as const
const REQUEST = scanPlan({ fields: FIELDS, marks: REQUEST_MARKS })
const CONTENT_FIELDS = { messagesField: FIELDS.indexOf('messages'), toolsField: FIELDS.indexOf('tools') }

const TIER_WORDS = [...ASKED_TIERS.keys()]

/** Longest model name, in bytes. */
const MODEL_BYTES_MAX = 256

/**
 * One picture: at most 4,784 tokens in models of Anthropic, at the dearest resolution of any other provider elsewhere.
 * Source: https://platform.claude.com/docs/en/build-with-claude/vision (2026-11-26).
 */
const PICTURE_TOKENS_MAX = 20_000
const CLAUDE_PICTURE_TOKENS_MAX = 5_000
const CLAUDE = /claude/

/** The worst case of a request, and where its model lies. Failure codes: those of the scanner, missing_field, invalid_field, nothing_stored. */
export const { begin, decode } = decoders((body) => {
  const reader = contentReader(body, CONTENT_FIELDS)
  return new Decoding(body, { plan: REQUEST, markerOf: reader.markerOf, callOf: (fields) => callOf(body, fields, reader.content()) })
})

function callOf(body: Buffer, fields: RequestFields, content: Content): DecodedCall {
  const model = fields.requiredText('model', MODEL_BYTES_MAX)
  fields.requiredArray('messages')
  // What names a user in it is replaced once the call is held for, so that it is refused now if it is none.
  fields.object('metadata')
  const outputMax = fields.wholeNumber('max_tokens', Number.MAX_SAFE_INTEGER) ?? fail('missing_field', { field: 'max_tokens' })
  const tier = fields.onlyPriced('service_tier', TIER_WORDS) ?? 'auto'
  refuseUnpriced(body, fields)
  const tools = serverToolsOf(body, fields, content)
  const inputMaxAt = inputBoundOf(body, fields, content)
  const container = askedContainer(body, fields)
  return {
    model,
    isStream: fields.flag('stream') ?? false,
    outputMax,
    outputExtra: 0,
    choices: 1,
    passes: tools.passes,
    textBytes: fields.shortestBytes - content.sourceBytes,
    inputMax: inputMaxAt(PICTURE_TOKENS_MAX),
    inputMaxFor: (upstreamModel) => inputMaxAt(CLAUDE.test(upstreamModel) ? CLAUDE_PICTURE_TOKENS_MAX : PICTURE_TOKENS_MAX),
    inputClasses: ['input', 'cacheRead', ...writeClasses(fields, content)],
    outputClasses: ['output'],
    counts: { calls: 1, ...tools.counts },
    asksFor: tools.asksFor,
    serviceTier: ASKED_TIERS.get(tier) ?? 'standard',
    wantsUsage: true,
    ...(container?.id === undefined ? {} : { containerId: container.id }),
    tellsContainer: content.hasServerTool || isServedElsewhere(body, fields),
    bodyFor: (upstreamModel, forced) => {
      const naming = replaceByText(fields.requiredSpan('model'), upstreamModel)
      const renaming = forced?.containerOf
      const going = container === undefined || renaming === undefined ? [] : [container.editWith(renaming)]
      const told = [naming, ...going, ...metadataEdits(body, fields, forced)]
      return splice(body, forced === undefined ? told : [...told, ...forcedEdits(forced, { fields, outputMax, tools })])
    },
    countInput: () => countInput(body),
  }
}

type Bounding = { readonly fields: RequestFields; readonly outputMax: number; readonly tools: ServerTools }

function forcedEdits(forced: ForcedBounds, { fields, outputMax, tools }: Bounding): readonly Edit[] {
  const bound = outputMax > forced.outputMax ? [replaceByNumber(fields.requiredSpan('max_tokens'), forced.outputMax)] : []
  return forced.limitsTools ? [...bound, ...tools.ceilings] : bound
}

/** The bound of the prompt, by what one picture comes to. */
function inputBoundOf(body: Buffer, fields: RequestFields, content: Content): (pictureTokens: number) => number {
  const hasTools = fields.array('tools') !== undefined
  const isUnbounded = content.isUnbounded || content.hasServerTool || isServedElsewhere(body, fields)
  const { pictures, mediaBytes, others } = content
  return (pictureTokens) =>
    inputBound(fields.shortestBytes, { hasTools, mediaBytes, isUnbounded, others: others + pictures * pictureTokens })
}

const isServedElsewhere = (body: Buffer, fields: RequestFields): boolean =>
  hasElements(body, fields, 'mcp_servers') || fields.givenSpan('container') !== undefined

function serverToolsOf(body: Buffer, fields: RequestFields, { hasServerTool, hasInlineServerTool, typeEnds }: Content): ServerTools {
  if (hasInlineServerTool)
    fail('invalid_field', { field: 'messages', expected: 'tools that the provider runs can be defined in tools alone' })
  const span = hasServerTool ? fields.array('tools') : undefined
  const tools = span === undefined ? NO_SERVER_TOOLS : readServerTools(body, { tools: span, typeEnds })
  return isServedElsewhere(body, fields) ? { ...tools, passes: 1 + ROUNDS_MAX } : tools
}

/** What may be written to the cache: nothing unasked, and for an hour only where some lifetime is not five minutes. */
function writeClasses(fields: RequestFields, content: Content): readonly ('cacheWrite5m' | 'cacheWrite1h')[] {
  if (!content.writesCache && fields.givenSpan('cache_control') === undefined) return []
  return content.writesLong ? ['cacheWrite5m', 'cacheWrite1h'] : ['cacheWrite5m']
}

function hasElements(body: Buffer, fields: RequestFields, name: string): boolean {
  const span = fields.array(name)
  return span !== undefined && !isEmptyContainer(body, span.start)
}
