import { readJson } from '../../lib/index.ts'
import type { UsageBound } from '../../spec/index.ts'
import type { ForcedBounds } from '../protocol.ts'
import { isEmptyContainer, type RequestFields, type Span, scanRequest } from '../request-fields.ts'
import { scanPlan } from '../scan-plan.ts'
import { type Edit, insertion, replaceByNumber } from '../splice.ts'
import { bothNames, givenIn, nameIn } from './spellings.ts'

/** What a request says of how it is to be answered. */
export type Generation = {
  /** Most tokens of each candidate, thoughts included. */
  readonly outputMax: number | undefined
  readonly candidates: number
  readonly outputClasses: UsageBound['outputClasses']
  /** What makes an upstream keep to a bound. */
  readonly bound: (forced: ForcedBounds) => readonly Edit[]
}

const CONFIG = 'generationConfig'
const INNER = scanPlan({ fields: bothNames(['maxOutputTokens', 'candidateCount', 'responseModalities']) })
const CANDIDATES_MAX = 128

/** Longest list of modalities that is looked into. */
const MODALITIES_BYTES_MAX = 200

/**
 * Reads the `generationConfig` of a request; `start` is where its first field may be put. Source:
 * https://ai.google.dev/api/generate-content#generationconfig (2026-11-26). Failure codes: duplicate_field, invalid_field.
 */
export function readGeneration(body: Buffer, fields: RequestFields, start: number): Generation {
  const name = nameIn(fields, CONFIG)
  const span = fields.object(name)
  if (span === undefined) {
    const empty = fields.spanOf(name)
    const bound = ({ outputMax, addsOutputMax }: ForcedBounds): readonly Edit[] => {
      if (!addsOutputMax) return []
      const config = `{"maxOutputTokens":${outputMax}}`
      return [empty === undefined ? insertion(start, `"${CONFIG}":${config},`) : { ...empty, bytes: Buffer.from(config) }]
    }
    return { outputMax: undefined, candidates: 1, outputClasses: UNASKED_CLASSES, bound }
  }
  const config = body.subarray(span.start, span.end)
  const inner = scanRequest(config, INNER)
  const outputMax = inner.wholeNumber(nameIn(inner, 'maxOutputTokens'), Number.MAX_SAFE_INTEGER)
  return {
    outputMax,
    candidates: inner.wholeNumber(nameIn(inner, 'candidateCount'), CANDIDATES_MAX) ?? 1,
    outputClasses: classesOf(config, givenIn(inner, 'responseModalities')),
    bound: (forced) => boundEdits({ config, inner, outputMax, at: span.start }, forced),
  }
}

type Configured = {
  readonly config: Buffer
  readonly inner: RequestFields
  readonly outputMax: number | undefined
  /** Where the configuration lies in the body. */
  readonly at: number
}

function boundEdits({ config, inner, outputMax, at }: Configured, forced: ForcedBounds): readonly Edit[] {
  const given = inner.spanOf(nameIn(inner, 'maxOutputTokens'))
  if (outputMax === undefined && !forced.addsOutputMax) return []
  if (outputMax !== undefined && outputMax <= forced.outputMax) return []
  if (given !== undefined) return [replaceByNumber({ start: at + given.start, end: at + given.end }, forced.outputMax)]
  return [insertion(at + 1, `"maxOutputTokens":${forced.outputMax}${isEmptyContainer(config, 0) ? '' : ','}`)]
}

/** Models that draw or speak do so unasked. */
const UNASKED_CLASSES = ['output', 'imageOutput', 'audioOutput'] as const

function classesOf(config: Buffer, span: Span | undefined): UsageBound['outputClasses'] {
  if (span === undefined || span.end - span.start > MODALITIES_BYTES_MAX) return UNASKED_CLASSES
  const given: unknown = readJson(config.toString('utf8', span.start, span.end))
  const asked: readonly unknown[] = Array.isArray(given) ? given : [given]
  const isKnown = asked.length > 0 && asked.every((word) => word === 'TEXT' || word === 'IMAGE' || word === 'AUDIO')
  if (!isKnown) return UNASKED_CLASSES
  const drawn = asked.includes('IMAGE') ? (['imageOutput'] as const) : []
  return ['output', ...drawn, ...(asked.includes('AUDIO') ? (['audioOutput'] as const) : [])]
}
