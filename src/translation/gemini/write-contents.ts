import type { RequestTarget } from '../adapter.ts'
import type { CanonicalCall, JsonObject, Message } from '../call.ts'
import { callOrder } from './call-ids.ts'
import { partWriter } from './write-parts.ts'

type Content = { readonly role: 'user' | 'model'; readonly parts: JsonObject[] }

/** The instructions and the conversation of a call, as members of a request. */
export function writeContents(call: CanonicalCall, target: Pick<RequestTarget, 'model' | 'losses'>): JsonObject {
  const writer = partWriter(call, target)
  const system = writer.write(call.system, 'systemInstruction')
  const contents: Content[] = []
  const nthCall = callOrder(call)
  for (const [index, message] of call.messages.entries()) {
    const at = message.at ?? `messages[${index}]`
    // Instructions have no place in a conversation here, so the user says them.
    if (message.role === 'system') target.losses.note(`${at}.role`)
    const parts = writer.write(call.protocol === 'gemini' ? message.parts : resultsFirst(message, nthCall), at)
    const role = message.role === 'assistant' ? 'model' : 'user'
    const last = contents.at(-1)
    if (parts.length === 0) continue
    // Roles take turns in other protocols' conversations, as what tools gave has to come in one turn.
    if (call.protocol !== 'gemini' && last?.role === role) for (const part of parts) last.parts.push(part)
    else contents.push({ role, parts: [...parts] })
  }
  // There is no request without a conversation; instructions alone are what is asked.
  if (contents.length === 0 && system.length > 0) return { contents: [{ role: 'user', parts: system }] }
  return { ...(system.length > 0 ? { systemInstruction: { parts: system } } : {}), contents }
}

/** What tools gave has to come first, and in the order of their calls, by which the two are matched where a call has no id. */
const resultsFirst = ({ parts }: Message, nthCall: (id: string) => number): Message['parts'] => [
  ...parts.filter((part) => part.type === 'tool-result').toSorted((a, b) => nthCall(a.id) - nthCall(b.id)),
  ...parts.filter(({ type }) => type !== 'tool-result'),
]
