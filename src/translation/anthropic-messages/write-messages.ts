import type { RequestTarget } from '../adapter.ts'
import type { CanonicalCall, Json, Message } from '../call.ts'
import { mannersOf } from './model-manners.ts'
import { placeInstructions, type Turn } from './place-instructions.ts'
import { contentOf, contentWriter } from './write-content.ts'

/** What is said in a request, as members of it. */
export type Said = { readonly system?: Json; readonly messages: readonly Json[] }

/** The instructions and the conversation of a call, as members of a request. */
export function writeMessages(call: CanonicalCall, { model, losses }: Pick<RequestTarget, 'model' | 'losses'>): Said {
  const content = contentWriter(call, losses)
  const system = content.blocks(call.system, { at: 'system', isTextOnly: true })
  const isOwn = call.protocol === 'anthropic-messages'
  const turns = call.messages.flatMap((message, index): Turn[] => {
    const at = message.at ?? `messages[${index}]`
    const blocks = content.blocks(isOwn ? message.parts : resultsFirst(message), { at, isTextOnly: message.role === 'system' })
    return blocks.length === 0 ? [] : [{ role: message.role, blocks, places: [at] }]
  })
  const placing = { takesInstructions: mannersOf(model).takesInstructions, note: losses.note }
  const messages = (isOwn ? turns : placeInstructions(turns, placing)).map(({ role, blocks }) => ({ role, content: contentOf(blocks) }))
  // There is no request without a message; instructions alone are what is asked.
  if (messages.length === 0 && system.length > 0) return { messages: [{ role: 'user', content: contentOf(system) }] }
  return { ...(system.length > 0 ? { system: contentOf(system) } : {}), messages }
}

/** What tools gave has to come before all else that a user says. */
const resultsFirst = ({ parts }: Message): Message['parts'] => [
  ...parts.filter(({ type }) => type === 'tool-result'),
  ...parts.filter(({ type }) => type !== 'tool-result'),
]
