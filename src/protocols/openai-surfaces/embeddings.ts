import { countStrings } from '../count-tokens.ts'
import { Decoding, decoders } from '../decoding.ts'
import { embeddedClasses } from '../embedded-classes.ts'
import { inputBound } from '../input-bound.ts'
import { readJsonReply } from '../json-reply.ts'
import { callOf, MODEL_BYTES_MAX } from '../plain-call.ts'
import type { DecodedCall } from '../protocol.ts'
import type { RequestFields } from '../request-fields.ts'
import { scanPlan } from '../scan-plan.ts'
import { replaceByText, splice } from '../splice.ts'
import { objectAt } from '../usage-figures.ts'
import { USER_FIELDS, userEdits } from '../user-names.ts'
import { surfaceUsage, type UsageReading } from './figures.ts'
import { surface } from './surface.ts'
import { survey } from './survey.ts'
import { refuseUnpriced, UNPRICED_FIELDS } from './unpriced-fields.ts'

const REQUEST = scanPlan({ fields: ['model', 'input', ...USER_FIELDS, ...UNPRICED_FIELDS] })

/** The protocol of /v1/embeddings. Source: https://platform.openai.com/docs/api-reference/embeddings (2026-11-26). */
export const embeddings = surface({
  id: 'openai-embeddings',
  path: '/embeddings',
  ...decoders((body) => new Decoding(body, { plan: REQUEST, callOf: (fields) => embeddingsOf(body, fields) })),
  readReply: () => readJsonReply(surfaceUsage(readUsage)),
})

/** Every input of the list is read by itself, each up to the model's context. A token id is at least a byte and a comma. */
function embeddingsOf(body: Buffer, fields: RequestFields): DecodedCall {
  refuseUnpriced(fields)
  const input = survey(body, fields.requiredSpan('input'))
  const countInput = (): number => countStrings(body, input.texts) + input.tokenIds
  return callOf({
    model: fields.requiredText('model', MODEL_BYTES_MAX),
    inputMax: inputBound(fields.shortestBytes, { hasTools: false, mediaBytes: 0, isUnbounded: input.hasObjects, others: 0 }),
    outputMax: 0,
    passes: input.prompts,
    textBytes: fields.shortestBytes,
    inputClasses: input.hasObjects ? ['embedding', 'input', 'imageInput', 'audioInput'] : ['embedding', 'input'],
    outputClasses: [],
    bodyFor: (upstreamModel, forced) =>
      splice(body, [replaceByText(fields.requiredSpan('model'), upstreamModel), ...userEdits(body, fields, forced)]),
    countInput,
    promptUsage: () => ({ embedding: countInput() }),
  })
}

/**
 * `prompt_tokens`, and what of them was no text where that is told; some kin tell the total alone.
 * Source of the parts: https://openrouter.ai/docs/sdks/typescript/api-reference/operations/createembeddingsusage (2026-11-30).
 */
const readUsage: UsageReading = (told, figures) => {
  const embedding = figures.read(told, 'prompt_tokens', undefined) ?? figures.read(told, 'total_tokens', undefined)
  if (embedding === undefined) return undefined
  const parts = objectAt(told['prompt_tokens_details'])
  const tokensOf = (name: string): number => figures.read(parts, name, undefined) ?? 0
  return embeddedClasses(
    embedding,
    { sound: tokensOf('audio_tokens'), pictures: tokensOf('image_tokens') + tokensOf('video_tokens') },
    figures,
  )
}
