import type { RequestTarget } from '../adapter.ts'
import type { CanonicalCall, Json, JsonObject, Message, Part, ToolCall, ToolResult } from '../call.ts'
import { withoutUndefined } from '../json.ts'
import type { Losses } from '../loss.ts'
import { signatureMember } from '../openai-words/index.ts'
import { type ContentWriter, contentWriter } from './write-content.ts'

/** The instructions and the conversation of a call as messages. */
export function writeMessages(call: CanonicalCall, { losses, refusesThoughts = false }: RequestTarget): readonly Json[] {
  const content = contentWriter(call, losses)
  const system = content.write(call.system, { at: 'messages', isTextOnly: true })
  return [
    ...(system === undefined ? [] : [{ role: 'system', content: system }]),
    ...call.messages.flatMap((message, index) =>
      writeMessage(message, { at: message.at ?? `messages[${index}]`, content, losses, refusesThoughts }),
    ),
  ]
}

type Writing = { readonly at: string; readonly content: ContentWriter; readonly losses: Losses; readonly refusesThoughts: boolean }

function writeMessage(message: Message, writing: Writing): readonly Json[] {
  if (message.role === 'assistant') return [writeAssistant(message, writing)]
  if (message.role === 'user') return writeUser(message, writing)
  const content = writing.content.write(message.parts, { at: writing.at, isTextOnly: true })
  return content === undefined ? [] : [{ role: 'system', content }]
}

/**
 * A user's message: results of tools are messages of their own here, and have to come first. Tools answer in words alone, so pictures and
 * files that they gave follow in the message of the user.
 */
function writeUser({ parts }: Message, writing: Writing): readonly Json[] {
  const results = parts.filter((part) => part.type === 'tool-result')
  const given = results.flatMap((result) => result.parts.filter(({ type }) => type !== 'text'))
  const others = [...given, ...parts.filter(({ type }) => type !== 'tool-result')]
  const content = writing.content.write(others, { at: writing.at, isTextOnly: false })
  return [...results.map((result) => writeResult(result, writing)), ...(content === undefined ? [] : [{ role: 'user', content }])]
}

function writeResult(result: ToolResult & { readonly at?: string }, { at, content, losses }: Writing): Json {
  if (result.isError) losses.note(`${result.at ?? at}.is_error`)
  const words = result.parts.filter(({ type }) => type === 'text')
  return { role: 'tool', tool_call_id: result.id, content: content.write(words, { at: result.at ?? at, isTextOnly: true }) ?? '' }
}

function writeAssistant({ parts }: Message, { at, content, losses, refusesThoughts }: Writing): Json {
  const calls: Json[] = []
  const prose: Part[] = []
  const more: Record<string, Json> = {}
  let thought = ''
  for (const part of parts) {
    if (part.type === 'tool-call') calls.push(writeCall(part))
    else if (part.type === 'reasoning' && part.origin === 'openai-chat' && !refusesThoughts) thought += part.text ?? ''
    else if (part.type === 'foreign' && part.protocol === 'openai-chat') more[part.name] = part.value
    else if (part.type === 'reasoning') losses.note(part.at ?? at)
    else prose.push(part)
  }
  const [first] = prose
  // A refusal alone has a field of its own; beside text it is a part of the content.
  const isRefusal = prose.length === 1 && first?.type === 'refusal'
  return withoutUndefined({
    role: 'assistant',
    content: (isRefusal ? undefined : content.write(prose, { at, isTextOnly: true })) ?? null,
    reasoning_content: thought === '' ? undefined : thought,
    refusal: isRefusal ? first.text : undefined,
    tool_calls: calls.length > 0 ? calls : undefined,
    ...more,
  })
}

function writeCall(call: ToolCall): JsonObject {
  const { id, name } = call
  if (call.isCustom === true) return { id, type: 'custom', custom: { name, input: call.arguments } }
  return { id, type: 'function', function: { name, arguments: call.arguments }, ...signatureMember(call.signature) }
}
