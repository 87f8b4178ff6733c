import { openaiResponses } from '../../protocols/index.ts'

/** A failure as the body and as the last event of a stream, as whoever speaks this protocol by itself tells it. */
export const { encodeError, encodeStreamError } = openaiResponses

/** The members of an error event. Source: https://platform.openai.com/docs/api-reference/responses-streaming/error (2026-11). */
export const encodeFailedEvent = ({ code, message }: { readonly code: string; readonly message: string }): string =>
  `"code":${JSON.stringify(code)},"message":${JSON.stringify(message)},"param":null`
