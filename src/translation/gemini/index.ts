/** Translates Gemini's content calls to canonical calls and events and back; never passes over in silence what it cannot say. */
import { gemini } from '../../protocols/index.ts'
import type { Adapter } from '../adapter.ts'
import { readStream, readWhole } from './read-reply.ts'
import { readRequest } from './read-request.ts'
import { writeStream, writeWhole } from './write-reply.ts'
import { writeRequest } from './write-request.ts'

export { geminiThoughts } from './thought-place.ts'

/** The adapter of generateContent and streamGenerateContent, whose readers of requests need the address that was called. */
export const geminiAdapter: Adapter = {
  readRequest,
  writeRequest,
  readWhole,
  readStream,
  writeWhole,
  writeStream,
  encodeError: gemini.encodeError,
  encodeStreamError: gemini.encodeStreamError,
}
