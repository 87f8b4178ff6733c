/** Translates OpenAI's responses to canonical calls and events and back; stores nothing, and says so where something stored is asked for. */
import type { Adapter } from '../adapter.ts'
import { encodeError, encodeStreamError } from './errors.ts'
import { readStream, readWhole } from './read-reply.ts'
import { readRequest } from './read-request.ts'
import { writeStream, writeWhole } from './write-reply.ts'
import { writeRequest } from './write-request.ts'

export { responsesThoughts } from './thought-place.ts'

/** The adapter of /v1/responses. */
export const openaiResponsesAdapter: Adapter = {
  readRequest,
  writeRequest,
  readWhole,
  readStream,
  writeWhole,
  writeStream,
  encodeError,
  encodeStreamError,
}
