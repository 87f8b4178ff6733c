import type { CanonicalCall, Json, JsonObject, Message, Part, Place, Reasoning, ToolCall, ToolResult } from '../call.ts'
import { withoutUndefined } from '../json.ts'
import type { Losses } from '../loss.ts'
import { signatureMember } from '../openai-words/index.ts'
import { type ContentWriter, contentWriter } from './write-content.ts'

/** Instructions and conversation of a call, as members of a request. */
export function writeInput(call: CanonicalCall, losses: Losses): JsonObject {
  const content = contentWriter(call, losses)
  const [first, ...rest] = call.system
  // Instructions are one plain text beside a conversation; what else the system says goes before it.
  const isPlain = first?.type === 'text' && first.cache === undefined && call.messages.length > 0
  const more = isPlain ? rest : call.system
  const writing: Writing = { content, losses, customIds: customIdsOf(call), isOwn: call.protocol === 'openai-responses' }
  return withoutUndefined({
    instructions: isPlain ? first.text : undefined,
    input: [
      ...(more.length > 0 ? content.message('system', more, 'instructions') : []),
      ...call.messages.flatMap((message, index) => writeMessage(message, message.at ?? `input[${index}]`, writing)),
    ],
  })
}

type Writing = {
  readonly content: ContentWriter
  readonly losses: Losses
  readonly customIds: ReadonlySet<string>
  /** Whether the client speaks this protocol, and is told by the provider what it cannot read. */
  readonly isOwn: boolean
}

const customIdsOf = ({ messages }: CanonicalCall): ReadonlySet<string> =>
  new Set(messages.flatMap(({ parts }) => parts.flatMap((part) => (part.type === 'tool-call' && part.isCustom === true ? [part.id] : []))))

/** The items of a message: neighbouring prose is one, each call, result and foreign item is one of its own. */
function writeMessage({ role, parts }: Message, at: string, writing: Writing): readonly Json[] {
  const items: Json[] = []
  let prose: Part[] = []
  let thoughts: (Reasoning & Place)[] = []
  const flush = (): void => {
    if (prose.length > 0) for (const item of writing.content.message(role, prose, at)) items.push(item)
    if (thoughts.some((thought) => writing.isOwn || isTakenBack(thought))) items.push(reasoningItem(thoughts))
    else for (const thought of thoughts) writing.losses.note(thought.at ?? at)
    prose = []
    thoughts = []
  }
  for (const part of parts) {
    if (part.type === 'reasoning' && part.origin === 'openai-responses') {
      if (prose.length > 0 || !isSameItem(thoughts.at(-1), part)) flush()
      thoughts.push(part)
    } else if (isProse(part)) {
      if (thoughts.length > 0 || phaseOf(prose.at(-1)) !== phaseOf(part)) flush()
      prose.push(part)
    } else {
      flush()
      const item = writeItem(part, writing)
      if (item === undefined) writing.losses.note(part.at ?? at)
      else items.push(item)
    }
  }
  flush()
  return items
}

const isProse = ({ type }: Part): boolean => type !== 'tool-call' && type !== 'tool-result' && type !== 'foreign' && type !== 'reasoning'

const phaseOf = (part: Part | undefined): string | undefined => (part?.type === 'text' ? part.phase : undefined)

/** Whether an item with this can be read: of a summary alone the provider has kept nothing, and refuses all of the request. */
const isTakenBack = ({ text, encrypted, isSummary }: Reasoning): boolean =>
  encrypted !== undefined || (text !== undefined && isSummary !== true)

/** Whether a thought belongs to the item of the one before it; an encrypted one ends its item. */
const isSameItem = (last: Reasoning | undefined, next: Reasoning): boolean =>
  last !== undefined && last.id === next.id && last.id !== undefined && last.encrypted === undefined

function writeItem(part: Part, writing: Writing): Json | undefined {
  if (part.type === 'foreign') return part.protocol === 'openai-responses' ? part.value : undefined
  if (part.type === 'tool-call') return callItem(part)
  if (part.type === 'tool-result') return resultItem(part, writing)
  return undefined
}

function callItem(call: ToolCall): Json {
  const { id, name } = call
  if (call.isCustom === true) return { type: 'custom_tool_call', call_id: id, name, input: call.arguments }
  return { type: 'function_call', call_id: id, name, arguments: call.arguments, ...signatureMember(call.signature) }
}

function resultItem(result: ToolResult & Place, { content, losses, customIds }: Writing): Json {
  const at = result.at ?? 'input'
  if (result.isError) losses.note(`${at}.is_error`)
  const type = customIds.has(result.id) ? 'custom_tool_call_output' : 'function_call_output'
  return { type, call_id: result.id, output: content.output(result.parts, at) }
}

/** Thoughts of one item as they came: summaries, texts, and what is encrypted. */
function reasoningItem(thoughts: readonly Reasoning[]): Json {
  const summaries = thoughts.filter(({ text, isSummary }) => text !== undefined && isSummary === true)
  const texts = thoughts.filter(({ text, isSummary }) => text !== undefined && isSummary !== true)
  return withoutUndefined({
    type: 'reasoning',
    id: thoughts[0]?.id,
    summary: summaries.map(({ text }) => ({ type: 'summary_text', text: text ?? '' })),
    content: texts.length > 0 ? texts.map(({ text }) => ({ type: 'reasoning_text', text: text ?? '' })) : undefined,
    encrypted_content: thoughts.find(({ encrypted }) => encrypted !== undefined)?.encrypted,
  })
}
