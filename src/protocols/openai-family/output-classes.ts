import { readJson } from '../../lib/index.ts'
import type { UsageBound } from '../../spec/index.ts'
import type { RequestFields } from '../request-fields.ts'

const TEXT: UsageBound['outputClasses'] = ['output']

/** Longest list of modalities that is looked into. */
const MODALITIES_BYTES_MAX = 200

/**
 * Classes of the answer: sound and pictures only where they were asked for. Source:
 * https://platform.openai.com/docs/api-reference/chat/create (2026-11), `modalities` and `audio`.
 */
export function outputClassesOf(body: Buffer, fields: RequestFields): UsageBound['outputClasses'] {
  const span = fields.array('modalities')
  const spoken = fields.givenSpan('audio')
  if (span === undefined && spoken === undefined) return TEXT
  const isLong = span !== undefined && span.end - span.start > MODALITIES_BYTES_MAX
  const asked: readonly unknown[] = span === undefined || isLong ? [] : (readJson(body.toString('utf8', span.start, span.end)) as unknown[])
  const isOdd = isLong || asked.some((word) => word !== 'text' && word !== 'audio' && word !== 'image')
  const hasSound = isOdd || asked.includes('audio') || spoken !== undefined
  const hasPictures = isOdd || asked.includes('image')
  return ['output', ...(hasSound ? (['audioOutput'] as const) : []), ...(hasPictures ? (['imageOutput'] as const) : [])]
}
