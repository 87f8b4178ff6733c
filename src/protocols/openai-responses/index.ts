/** What OpenAI's responses look like on the wire; never calls anyone, keeps no content and refuses what would have to be stored. */
import { ASKED_TIERS, encodeError, limitHeaders, presentModels } from '../openai-family/index.ts'
import type { Protocol } from '../protocol.ts'
import { addresses } from './addresses.ts'
import { begin, decode } from './decode.ts'
import { encodeStreamError } from './errors.ts'
import { readReply } from './read-reply.ts'

/** The protocol of /v1/responses. Source: https://platform.openai.com/docs/api-reference/responses (2026-11-26). */
export const openaiResponses: Protocol = {
  id: 'openai-responses',
  clientPath: '/v1/responses',
  upstreamPath: () => '/responses',
  serviceTiers: ASKED_TIERS,
  begin,
  decode,
  addresses,
  readReply,
  encodeError,
  encodeStreamError,
  presentModels,
  limitHeaders,
}
