/** Translates Anthropic's messages to canonical calls and events and back; never passes over in silence what it cannot say. */
import { anthropicMessages } from '../../protocols/index.ts'
import type { Adapter } from '../adapter.ts'
import { readStream, readWhole } from './read-reply.ts'
import { readRequest } from './read-request.ts'
import { writeStream, writeWhole } from './write-reply.ts'
import { writeRequest } from './write-request.ts'

export { anthropicThoughts } from './thought-place.ts'

/** The adapter of /v1/messages. */
export const anthropicMessagesAdapter: Adapter = {
  readRequest,
  writeRequest,
  readWhole,
  readStream,
  writeWhole,
  writeStream,
  encodeError: anthropicMessages.encodeError,
  encodeStreamError: anthropicMessages.encodeStreamError,
}
