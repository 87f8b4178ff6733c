import { isBillingLine } from '../../protocols/index.ts'
import type { CanonicalCall, Message, Part } from '../call.ts'
import { carriedIn } from '../carried-thought.ts'
import { objectsIn, textIn } from '../json.ts'
import { type Fields, given, missing, noteOthers, objectsOf, refuse, wordOf } from '../request-fields.ts'
import { readContent } from './read-content.ts'

const KNOWN: ReadonlySet<string> = new Set(['role', 'content'])

/** Instructions and conversation of a request. */
export function readMessages(request: Fields): Pick<CanonicalCall, 'system' | 'messages'> {
  const told = objectsOf(request, 'messages') ?? missing(request, 'messages')
  if (told.length === 0) refuse(request, 'messages', 'it must have at least one element')
  return { system: readSystem(request), messages: told.map(readMessage) }
}

/** What is told to Anthropic's billing alone is no loss anywhere else; it changes from call to call, so that no cache would be found after it. */
function readSystem(request: Fields): readonly Part[] {
  const parts = given(request, 'system') === undefined ? [] : readContent(request, 'system')
  return parts.filter((part) => part.type !== 'text' || !isBillingLine(part.text))
}

function readMessage(fields: Fields): Message {
  noteOthers(fields, KNOWN)
  const role = wordOf(fields, 'role', ['user', 'assistant', 'system']) ?? missing(fields, 'role')
  return { role, parts: withSignatures(readContent(fields, 'content'), fields), at: fields.path }
}

/** Gives signatures that were carried beside tool calls back to the calls. */
function withSignatures(parts: readonly Part[], message: Fields): readonly Part[] {
  const signatures = new Map<string, string>()
  const carriers = new Set<number>()
  // A list of blocks is a list of parts, in the same order.
  for (const [index, block] of objectsIn(message.object, 'content').entries()) {
    const carried = block['type'] === 'redacted_thinking' ? carriedIn(textIn(block, 'data')) : undefined
    if (carried?.callId === undefined || carried.signature === undefined) continue
    signatures.set(carried.callId, carried.signature)
    carriers.add(index)
  }
  if (carriers.size === 0) return parts
  return parts
    .filter((_, index) => !carriers.has(index))
    .map((part) => {
      const signature = part.type === 'tool-call' ? signatures.get(part.id) : undefined
      return signature === undefined ? part : { ...part, signature }
    })
}
