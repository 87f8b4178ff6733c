import type { CanonicalCall, Json, JsonObject, Message } from '../call.ts'
import type { Losses } from '../loss.ts'
import { contentOf, contentWriter } from './write-content.ts'

/** The instructions and the conversation of a call, as members of a request. */
export function writeMessages(call: CanonicalCall, losses: Losses): JsonObject {
  const content = contentWriter(call, losses)
  const system = content.blocks(call.system, { at: 'system', isTextOnly: true })
  const messages = call.messages.flatMap((message, index): Json[] => {
    const at = message.at ?? `messages[${index}]`
    const parts = call.protocol === 'anthropic-messages' ? message.parts : resultsFirst(message)
    const blocks = content.blocks(parts, { at, isTextOnly: message.role === 'system' })
    return blocks.length === 0 ? [] : [{ role: message.role, content: contentOf(blocks) }]
  })
  // There is no request without a message; instructions alone are what is asked.
  if (messages.length === 0 && system.length > 0) return { messages: [{ role: 'user', content: contentOf(system) }] }
  return { ...(system.length > 0 ? { system: contentOf(system) } : {}), messages }
}

/** What tools gave has to come before all else that a user says. */
const resultsFirst = ({ parts }: Message): Message['parts'] => [
  ...parts.filter(({ type }) => type === 'tool-result'),
  ...parts.filter(({ type }) => type !== 'tool-result'),
]
