import { Decoding, decoders } from '../decoding.ts'
import { NO_FIGURES, readJsonReply } from '../json-reply.ts'
import { callOf, MODEL_BYTES_MAX } from '../plain-call.ts'
import type { DecodedCall, Protocol } from '../protocol.ts'
import type { RequestFields } from '../request-fields.ts'
import { scanPlan } from '../scan-plan.ts'
import { replaceByText, splice } from '../splice.ts'
import { countInput } from './count-input.ts'
import { openaiResponses } from './index.ts'
import { refuseStored, requireInput, STORED_FIELDS } from './input.ts'

const REQUEST = scanPlan({ fields: ['model', 'input', ...STORED_FIELDS] })
const PATH = '/responses/input_tokens'

/**
 * Where the tokens of a request for a response are counted: free of charge, and by us for models that no upstream counts for.
 * Source: https://platform.openai.com/docs/api-reference/responses/input-tokens (2026-11-26).
 */
export const responsesCount: Protocol = {
  ...openaiResponses,
  id: 'openai-responses-count',
  clientPath: `/v1${PATH}`,
  upstreamPath: () => PATH,
  serviceTiers: new Map(),
  ...decoders((body) => new Decoding(body, { plan: REQUEST, callOf: (fields) => countOf(body, fields) })),
  readReply: () => readJsonReply(NO_FIGURES),
  estimate: (call) => Buffer.from(JSON.stringify({ object: 'response.input_tokens', input_tokens: call.countInput() })),
}

function countOf(body: Buffer, fields: RequestFields): DecodedCall {
  refuseStored(fields)
  requireInput(body, fields)
  return callOf({
    model: fields.requiredText('model', MODEL_BYTES_MAX),
    isFree: true,
    inputMax: 0,
    outputMax: 0,
    inputClasses: [],
    outputClasses: [],
    counts: {},
    bodyFor: (upstreamModel) => splice(body, [replaceByText(fields.requiredSpan('model'), upstreamModel)]),
    countInput: () => countInput(body),
  })
}
