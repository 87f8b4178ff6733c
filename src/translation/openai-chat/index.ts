/** Translates OpenAI's chat completions to canonical calls and events and back; never passes over in silence what it cannot say. */
import { openaiChat } from '../../protocols/index.ts'
import type { Adapter } from '../adapter.ts'
import { readStream, readWhole } from './read-reply.ts'
import { readRequest } from './read-request.ts'
import { writeStream, writeWhole } from './write-reply.ts'
import { writeRequest } from './write-request.ts'

export { chatThoughts } from './thought-place.ts'

/** The adapter of /v1/chat/completions and of the many upstreams that speak it. */
export const openaiChatAdapter: Adapter = {
  readRequest,
  writeRequest,
  readWhole,
  readStream,
  writeWhole,
  writeStream,
  encodeError: openaiChat.encodeError,
  encodeStreamError: openaiChat.encodeStreamError,
}
