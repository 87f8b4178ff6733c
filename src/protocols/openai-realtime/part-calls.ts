import { UNBOUNDED_TOKENS } from '../input-bound.ts'
import { callOf } from '../plain-call.ts'
import type { DecodedCall } from '../protocol.ts'

const NO_BODY = (): readonly Buffer[] => []

/**
 * One response of a session as a call. What a session holds by then nobody counts before: whoever holds takes the model's context, at the
 * dearest kind of what can be heard and seen.
 */
export const responseCall = (model: string): DecodedCall =>
  callOf({
    ...{ model, isStream: true, inputMax: UNBOUNDED_TOKENS, outputMax: undefined, bodyFor: NO_BODY, countInput: () => 0 },
    inputClasses: ['input', 'cacheRead', 'audioInput', 'imageInput'],
    outputClasses: ['output', 'audioOutput'],
  })

/** The transcript of one turn of a session as a call. */
export const transcriptCall = (model: string): DecodedCall =>
  callOf({
    ...{ model, isStream: true, inputMax: UNBOUNDED_TOKENS, outputMax: undefined, bodyFor: NO_BODY, countInput: () => 0 },
    inputClasses: ['input', 'audioInput'],
    counts: { calls: 1, audioSeconds: UNBOUNDED_TOKENS },
  })
