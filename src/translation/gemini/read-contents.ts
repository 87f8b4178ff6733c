import type { CanonicalCall, Message } from '../call.ts'
import { missing, noteOthers, refuse } from '../request-fields.ts'
import { type OpenCalls, openCalls } from './call-ids.ts'
import { type Fields, named, objectOf, objectsOf, wordOf } from './proto-fields.ts'
import { readParts } from './read-parts.ts'

const CONTENT = named('role', 'parts')

/**
 * Instructions and conversation of a request. Calls without an id get one, and what a tool gave without an id is for the first call of its
 * name that has no answer yet. Source: https://ai.google.dev/api/generate-content (2026-11-26).
 */
export function readContents(request: Fields): Pick<CanonicalCall, 'system' | 'messages'> {
  const calls = openCalls()
  const instruction = objectOf(request, 'systemInstruction')
  if (instruction !== undefined) noteOthers(instruction, CONTENT)
  const contents = objectsOf(request, 'contents') ?? missing(request, 'contents')
  if (contents.length === 0) refuse(request, 'contents', 'it must have at least one element')
  return {
    system: instruction === undefined ? [] : readParts(instruction, calls),
    messages: contents.map((content) => readContent(content, calls)),
  }
}

function readContent(content: Fields, calls: OpenCalls): Message {
  noteOthers(content, CONTENT)
  // Tools once answered in a role of their own.
  const role = wordOf(content, 'role', ['user', 'model', 'function'])
  return { role: role === 'model' ? 'assistant' : 'user', parts: readParts(content, calls), at: content.path }
}
