import { fail } from '../../failures.ts'
import { inputBound } from '../input-bound.ts'
import type { DecodedCall } from '../protocol.ts'
import { isEmptyContainer, type RequestFields, scanRequest } from '../request-fields.ts'
import { scanPlan } from '../scan-plan.ts'
import { replaceByText, splice } from '../splice.ts'
import { countInput } from './count-input.ts'

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
  'speed',
  'inference_geo',
] as const
const REQUEST = scanPlan({ fields: FIELDS, marks: ['type', 'cache_control'] })
const TYPE = 0
const TOOLS = FIELDS.indexOf('tools')

/** Longest model name, in bytes. */
const MODEL_BYTES_MAX = 256

/** Root object, array of tools, tool. */
const TOOL_DEPTH = 3

/** What a tool that the client runs but the provider defined (bash, text editor, computer) adds to the prompt at most. */
const DEFINED_TOOL_TOKENS_MAX = 1_500
const DEFINED_TOOL = /^"(bash|text_editor|computer|memory)_\d+"$/

const CLASSES = ['input', 'cacheRead'] as const
const CLASSES_WITH_WRITES = [...CLASSES, 'cacheWrite5m', 'cacheWrite1h'] as const

/** Types of content whose tokens have no bound in the request; one spelled with escapes counts as such too. */
const UNBOUNDED_TYPES = ['"document"', '"container_upload"', '"file"', '"audio"', '"video"']

/** The worst case of a request, and where its model lies. Failure codes: those of the scanner, missing_field, invalid_field. */
export function decode(body: Buffer): DecodedCall {
  const extras = { images: 0, isUnbounded: false, others: 0, writesCache: false }
  const fields = scanRequest(body, REQUEST, (scanner) => (mark, start, end) => {
    if (mark !== TYPE) extras.writesCache = true
    else if (scanner.field !== TOOLS) addContent(extras, body.toString('latin1', start, Math.min(end, start + 24)))
    else if (scanner.depth === TOOL_DEPTH) addTool(extras, body.toString('latin1', start, Math.min(end, start + 40)))
  })
  const model = fields.requiredText('model', MODEL_BYTES_MAX)
  const modelSpan = fields.requiredSpan('model')
  fields.requiredArray('messages')
  const outputMax = fields.wholeNumber('max_tokens', Number.MAX_SAFE_INTEGER) ?? fail('missing_field', { field: 'max_tokens' })
  const hasTools = fields.array('tools') !== undefined
  const isServedElsewhere = hasElements(body, fields, 'mcp_servers') || fields.givenSpan('container') !== undefined
  refuseUnpriced(fields)
  return {
    model,
    isStream: fields.flag('stream') ?? false,
    outputMax,
    outputExtra: 0,
    choices: 1,
    bodyBytes: body.length,
    inputMax: inputBound(body.length, { ...extras, hasTools, isUnbounded: extras.isUnbounded || isServedElsewhere }),
    inputClasses: extras.writesCache || fields.givenSpan('cache_control') !== undefined ? CLASSES_WITH_WRITES : CLASSES,
    outputClasses: ['output'],
    counts: { calls: 1 },
    serviceTier: 'standard',
    wantsUsage: true,
    bodyFor: (upstreamModel) => splice(body, [replaceByText(modelSpan, upstreamModel)]),
    countInput: () => countInput(body),
  }
}

type Extras = { images: number; isUnbounded: boolean; others: number; writesCache: boolean }

function addContent(extras: Extras, type: string): void {
  if (type === '"image"') extras.images += 1
  else if (UNBOUNDED_TYPES.includes(type) || type.includes('\\')) extras.isUnbounded = true
}

/** Tools that the provider runs put what they find into the prompt, so all that are not known to run at the client have no bound. */
function addTool(extras: Extras, type: string): void {
  if (type === '"custom"') return
  if (DEFINED_TOOL.test(type)) extras.others += DEFINED_TOOL_TOKENS_MAX
  else extras.isUnbounded = true
}

function hasElements(body: Buffer, fields: RequestFields, name: string): boolean {
  const span = fields.array(name)
  return span !== undefined && !isEmptyContainer(body, span.start)
}

/** Choices that multiply the price. Source: https://docs.claude.com/en/docs/about-claude/pricing (2026-11). */
function refuseUnpriced(fields: RequestFields): void {
  fields.onlyPriced('service_tier', ['auto', 'standard_only'])
  fields.onlyPriced('speed', ['standard'])
  fields.onlyPriced('inference_geo', ['global', 'not_available'])
}
