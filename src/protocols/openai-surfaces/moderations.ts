import { countStrings } from '../count-tokens.ts'
import { Decoding, decoders } from '../decoding.ts'
import { inputBound } from '../input-bound.ts'
import { OPEN_BRACE } from '../json-bytes.ts'
import { readJsonReply } from '../json-reply.ts'
import { callOf, modelEdit, modelOf } from '../plain-call.ts'
import type { DecodedCall } from '../protocol.ts'
import type { RequestFields } from '../request-fields.ts'
import { scanPlan } from '../scan-plan.ts'
import { splice } from '../splice.ts'
import { partedUsage, surfaceUsage } from './figures.ts'
import { surface } from './surface.ts'
import { survey } from './survey.ts'
import { refuseUnpriced, UNPRICED_FIELDS } from './unpriced-fields.ts'

const REQUEST = scanPlan({ fields: ['model', 'input', ...UNPRICED_FIELDS] })

/** The model that is meant where none is named. Source: as below. */
const MODEL = 'omni-moderation-latest'

/**
 * The protocol of /v1/moderations, whose answers tell no usage: it is sold by the call, or by the tokens that we count.
 * Source: https://platform.openai.com/docs/api-reference/moderations (2026-11-26).
 */
export const moderations = surface({
  id: 'openai-moderations',
  path: '/moderations',
  ...decoders((body) => new Decoding(body, { plan: REQUEST, callOf: (fields) => moderationOf(body, fields) })),
  readReply: () => readJsonReply(surfaceUsage(partedUsage('output'))),
})

function moderationOf(body: Buffer, fields: RequestFields): DecodedCall {
  refuseUnpriced(fields)
  const input = survey(body, fields.requiredSpan('input'))
  const isUnbounded = input.hasObjects && body.includes('"image_url"')
  return callOf({
    model: modelOf(fields, MODEL),
    inputMax: inputBound(fields.shortestBytes, { hasTools: false, mediaBytes: 0, isUnbounded, others: 0 }),
    outputMax: 0,
    passes: input.prompts,
    textBytes: isUnbounded ? 0 : fields.shortestBytes,
    inputClasses: isUnbounded ? ['input', 'imageInput'] : ['input'],
    outputClasses: [],
    bodyFor: (upstreamModel) => splice(body, [modelEdit(fields, upstreamModel, body.indexOf(OPEN_BRACE))]),
    countInput: () => countStrings(body, input.texts),
  })
}
