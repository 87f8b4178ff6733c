/** What Anthropic's counting of tokens looks like on the wire; never calls anyone and keeps no content. */

import { countInput } from '../anthropic-messages/count-input.ts'
import { anthropicMessages } from '../anthropic-messages/index.ts'
import { Decoding, decoders } from '../decoding.ts'
import { NO_FIGURES, readJsonReply } from '../json-reply.ts'
import { callOf, MODEL_BYTES_MAX } from '../plain-call.ts'
import type { DecodedCall, Protocol } from '../protocol.ts'
import type { RequestFields } from '../request-fields.ts'
import { scanPlan } from '../scan-plan.ts'
import { replaceByText, splice } from '../splice.ts'

const REQUEST = scanPlan({ fields: ['model', 'messages'] })
const PATH = '/v1/messages/count_tokens'

/**
 * The protocol of /v1/messages/count_tokens: free of charge, and counted by us for models that no upstream counts for.
 * Source: https://docs.claude.com/en/api/messages-count-tokens (2026-11-26).
 */
export const anthropicCountTokens: Protocol = {
  ...anthropicMessages,
  id: 'anthropic-count-tokens',
  clientPath: PATH,
  upstreamPath: () => PATH,
  serviceTiers: new Map(),
  ...decoders((body) => new Decoding(body, { plan: REQUEST, callOf: (fields) => countOf(body, fields) })),
  readReply: () => readJsonReply(NO_FIGURES),
  estimate: (call) => Buffer.from(JSON.stringify({ input_tokens: call.countInput() })),
}

function countOf(body: Buffer, fields: RequestFields): DecodedCall {
  fields.requiredArray('messages')
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
