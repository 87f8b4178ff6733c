import { UNBOUNDED_TOKENS } from '../input-bound.ts'
import type { FormFields } from '../multipart/index.ts'
import type { DecodedCall } from '../protocol.ts'
import { formCall, noJson } from './form-call.ts'
import { surface } from './surface.ts'
import { leastSeconds, readTranscript } from './transcript-reply.ts'

const TEXTS = /^text\/(?:plain|vtt|srt|x-subrip)$|^application\/x-subrip$/

const FORM = {
  decode: noJson,
  form: { fields: ['model', 'stream'], decode },
  readReply: readTranscript,
  replyTypes: TEXTS,
}

/**
 * The protocol of /v1/audio/transcriptions. Source: https://platform.openai.com/docs/api-reference/audio/createTranscription (2026-11-26).
 */
export const transcriptions = surface({ ...FORM, id: 'openai-transcriptions', path: '/audio/transcriptions' })

/** The protocol of /v1/audio/translations. Source: https://platform.openai.com/docs/api-reference/audio/createTranslation (2026-11-26). */
export const translations = surface({ ...FORM, id: 'openai-audio-translations', path: '/audio/translations' })

/** How long the sound is nobody knows before it was heard: whoever holds cuts its seconds and tokens to the model's context. */
function decode(fields: FormFields, head: Buffer): DecodedCall {
  return formCall(fields, head, {
    outputMax: undefined,
    inputMax: UNBOUNDED_TOKENS,
    inputClasses: ['input', 'audioInput'],
    counts: { calls: 1, audioSeconds: UNBOUNDED_TOKENS },
    countInput: () => 0,
    promptUsage: () => ({ audioSeconds: leastSeconds(fields.fileBytes) }),
  })
}
