import type { UsageBound } from '../../spec/index.ts'
import { countStrings } from '../count-tokens.ts'
import { Decoding, decoders } from '../decoding.ts'
import { inputBound } from '../input-bound.ts'
import { readerRecord, readJsonReply } from '../json-reply.ts'
import { replyUsage, usageEdit } from '../openai-family/index.ts'
import { OWN_NAMES, refuseOwnNames } from '../own-names.ts'
import { callOf, MODEL_BYTES_MAX } from '../plain-call.ts'
import type { DecodedCall, ForcedBounds, ReplyReader, ReplyShape } from '../protocol.ts'
import type { RequestFields } from '../request-fields.ts'
import { scanPlan } from '../scan-plan.ts'
import { type Edit, replaceByNumber, replaceByText, splice } from '../splice.ts'
import { readStreamReply } from '../stream-reply.ts'
import { USER_FIELDS, userEdits } from '../user-names.ts'
import { completionFrames } from './completion-frames.ts'
import { surface } from './surface.ts'
import { survey } from './survey.ts'
import { refuseUnpriced, UNPRICED_FIELDS } from './unpriced-fields.ts'

/** The bound has one name on this path; some servers heed the other one of chats as well, and before it. */
const NAMES = { ...OWN_NAMES, max_completion_tokens: 'give max_tokens' }
const FIELDS = ['model', 'prompt', 'suffix', 'stream', 'stream_options', 'max_tokens', 'n', 'best_of', 'echo']
const REQUEST = scanPlan({ fields: [...FIELDS, ...USER_FIELDS, ...UNPRICED_FIELDS, ...Object.keys(NAMES)] })
const CHOICES_MAX = 128
const CLASSES: UsageBound['inputClasses'] = ['input', 'cacheRead', 'cacheWrite5m']

/** The protocol of /v1/completions. Source: https://platform.openai.com/docs/api-reference/completions (2026-11-26). */
export const completions = surface({
  id: 'openai-completions',
  path: '/completions',
  ...decoders((body) => new Decoding(body, { plan: REQUEST, callOf: (fields) => completionOf(body, fields) })),
  readReply,
})

/**
 * Each prompt is read by itself and completed `best_of` times, or `n` times if that is more; all of these are billed. Without a prompt
 * the model starts from the beginning of a document.
 */
function completionOf(body: Buffer, fields: RequestFields): DecodedCall {
  refuseUnpriced(fields)
  refuseOwnNames(fields, NAMES)
  const span = fields.givenSpan('prompt')
  const { prompts, texts, tokenIds } = span === undefined ? { prompts: 1, texts: [], tokenIds: 1 } : survey(body, span)
  const isStream = fields.flag('stream') ?? false
  const asking = usageEdit(body, fields)
  const suffix = fields.givenSpan('suffix')
  const answers = Math.max(fields.wholeNumber('n', CHOICES_MAX) ?? 1, fields.wholeNumber('best_of', CHOICES_MAX) ?? 1)
  const countInput = (): number => countStrings(body, suffix === undefined ? texts : [...texts, suffix]) + tokenIds
  return callOf({
    model: fields.requiredText('model', MODEL_BYTES_MAX),
    isStream,
    outputMax: outputMaxOf(body, fields),
    choices: answers * prompts,
    passes: prompts,
    inputMax: inputBound(fields.shortestBytes, { hasTools: false, mediaBytes: 0, isUnbounded: false, others: 0 }),
    textBytes: fields.shortestBytes,
    inputClasses: CLASSES,
    wantsUsage: !isStream || asking === undefined,
    bodyFor: (upstreamModel, forced) => {
      const named = [replaceByText(fields.requiredSpan('model'), upstreamModel), ...userEdits(body, fields, forced)]
      const edits = [...named, ...boundEdits(body, fields, forced)]
      const shallAsk = isStream && forced?.tellsUsageUnasked !== true
      return splice(body, shallAsk && asking !== undefined ? [...edits, asking] : edits)
    },
    countInput,
    // Each answer begins with its own prompt.
    ...(fields.flag('echo') === true ? { countEcho: () => countInput() * answers } : {}),
  })
}

/** 0 is allowed: with `echo` the prompt is scored and nothing is made. */
function outputMaxOf(body: Buffer, fields: RequestFields): number | undefined {
  const span = fields.givenSpan('max_tokens')
  if (span !== undefined && body.toString('latin1', span.start, span.end) === '0') return 0
  return fields.wholeNumber('max_tokens', Number.MAX_SAFE_INTEGER)
}

/** The bound is only ever lowered: where none is given, upstreams take a low one of their own (16 tokens). */
function boundEdits(body: Buffer, fields: RequestFields, forced: ForcedBounds | undefined): readonly Edit[] {
  if (forced === undefined || (outputMaxOf(body, fields) ?? 0) <= forced.outputMax) return []
  return [replaceByNumber(fields.requiredSpan('max_tokens'), forced.outputMax)]
}

/** The usage frame has no choices, and the others have text. */
const USAGE_FRAME = { neverIn: Buffer.from('"text"') }

function readReply({ isStream, removesUsage, call }: ReplyShape): ReplyReader {
  if (isStream) return readStreamReply(completionFrames(call?.countEcho), { removal: removesUsage ? USAGE_FRAME : undefined })
  const reader = readJsonReply(replyUsage())
  const echo = call?.countEcho
  return echo === undefined ? reader : { ...readerRecord(reader), countedOutput: () => Math.max(0, reader.countedOutput() - echo()) }
}
