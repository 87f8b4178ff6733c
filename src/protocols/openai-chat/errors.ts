import type { Failure } from '../../failures.ts'
import { encodeError } from '../openai-family/index.ts'

/**
 * A failure as the last events of a stream. It begins with a blank line, which ends an event that was cut short and says nothing
 * otherwise. The official clients throw at an event with `error` and read no further; others wait for [DONE], so it follows.
 */
export const encodeStreamError = (failure: Failure): Buffer =>
  Buffer.from(`\n\ndata: ${encodeError(failure).toString()}\n\ndata: [DONE]\n\n`)
