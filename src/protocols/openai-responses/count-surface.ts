import type { CountSurface } from '../protocol.ts'
import { openaiResponses } from './index.ts'

/** Where the tokens of a request for a response are counted. Source: https://platform.openai.com/docs/api-reference/responses/input-tokens (2026-11-26). */
export const responsesCount: CountSurface = {
  protocol: openaiResponses,
  present: (tokens) => ({ object: 'response.input_tokens', input_tokens: tokens }),
}
