import type { Failure } from '../../failures.ts'
import { openaiChat } from '../../protocols/index.ts'

/** A failure as OpenAI's error body, which is the same in all its protocols. */
export const encodeError = (failure: Failure, requestId: string): Buffer => openaiChat.encodeError(failure, requestId)

/**
 * A failure as the last event of a stream that someone else wrote. It begins with a blank line, which ends an event that was cut short;
 * how many events there were is not known here, so its number is that of none. The official clients throw at it.
 */
export const encodeStreamError = (failure: Failure): Buffer =>
  Buffer.from(`\n\nevent: error\ndata: {"type":"error","sequence_number":0,${encodeFailedEvent(failure)}}\n\n`)

/** The members of an error event. Source: https://platform.openai.com/docs/api-reference/responses-streaming/error (2026-11). */
export const encodeFailedEvent = ({ code, message }: { readonly code: string; readonly message: string }): string =>
  `"code":${JSON.stringify(code)},"message":${JSON.stringify(message)},"param":null`
