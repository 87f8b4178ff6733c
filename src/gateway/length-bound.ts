import type { ReplyReader } from '../protocols/index.ts'
import type { Plan } from './route.ts'

/** The answer was ended as it had outgrown what was held for it. */
export class LengthStopped extends Error {}

/**
 * What our count may be above an upstream's before a stream is ended, as its vocabulary may be larger than the one we count by. An
 * honest upstream stops at its bound by itself; cutting its answer short would be worse than paying for a few tokens more.
 */
const TOLERANCE_SHARE = 4
const TOLERANCE_TOKENS = 16

/** Whether a stream that goes on has made more than the call's bound, so that it would cost more than is held for it. */
export const isBeyondBound = ({ outputMax }: Plan, reader: ReplyReader): boolean =>
  reader.leastOutput() > outputMax + Math.ceil(outputMax / TOLERANCE_SHARE) + TOLERANCE_TOKENS &&
  !reader.isComplete() &&
  !reader.isUsageFinal()
