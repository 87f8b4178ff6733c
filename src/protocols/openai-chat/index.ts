/** What OpenAI's chat completions look like on the wire; never calls anyone and keeps no content. */
import { ASKED_TIERS, encodeError, limitHeaders, presentModels } from '../openai-family/index.ts'
import type { Protocol } from '../protocol.ts'
import { addresses } from './addresses.ts'
import { begin, decode } from './decode.ts'
import { encodeStreamError } from './errors.ts'
import { readReply } from './read-reply.ts'

/** The protocol of /v1/chat/completions. Source: https://platform.openai.com/docs/api-reference/chat (2026-11). */
export const openaiChat: Protocol = {
  id: 'openai-chat',
  clientPath: '/v1/chat/completions',
  upstreamPath: () => '/chat/completions',
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
