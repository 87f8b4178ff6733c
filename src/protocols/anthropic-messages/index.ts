/** What Anthropic's messages look like on the wire; never calls anyone and keeps no content. */
import type { Protocol } from '../protocol.ts'
import { addresses } from './addresses.ts'
import { begin, decode } from './decode.ts'
import { encodeError, encodeStreamError } from './errors.ts'
import { limitHeaders } from './limit-headers.ts'
import { presentModels } from './models.ts'
import { readReply } from './read-reply.ts'
import { ASKED_TIERS } from './service-tiers.ts'

/** The protocol of /v1/messages. Sources: https://docs.claude.com/en/api/messages and /errors#request-id (2026-11). */
export const anthropicMessages: Protocol = {
  id: 'anthropic-messages',
  clientPath: '/v1/messages',
  upstreamPath: () => '/v1/messages',
  serviceTiers: ASKED_TIERS,
  begin,
  decode,
  addresses,
  readReply,
  encodeError,
  encodeStreamError,
  presentModels,
  limitHeaders,
  requestIdHeader: 'request-id',
}
