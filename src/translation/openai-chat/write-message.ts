import type { Json, JsonObject } from '../call.ts'
import type { CanonicalEvent } from '../events.ts'
import { countIn, objectIn, objectsIn, textIn } from '../json.ts'
import type { Delta } from './write-deltas.ts'

/** Gathers deltas to the choices of a whole reply. */
export type MessageCollector = {
  readonly add: (delta: Delta) => void
  /** Ends a choice; `word` is its finish reason. */
  readonly finish: (event: Extract<CanonicalEvent, { type: 'finish' }>, word: string) => void
  readonly choices: () => readonly Json[]
}

type ToolText = { readonly first: JsonObject; readonly isCustom: boolean; readonly name: string; text: string; more: JsonObject }

type Gathered = {
  content: string
  reasoning: string
  refusal: string
  readonly tools: Map<number, ToolText>
  readonly annotations: Json[]
  readonly images: Json[]
  readonly logprobs: Json[]
  finish: JsonObject
}

/** A collector of one reply. */
export function messageCollector(): MessageCollector {
  const choices = new Map<number, Gathered>()
  const at = (index: number): Gathered => {
    const found = choices.get(index) ?? newChoice()
    choices.set(index, found)
    return found
  }
  return {
    add: ({ choice, members, logprobs }) => {
      const gathered = at(choice)
      addMembers(gathered, members)
      if (Array.isArray(logprobs)) for (const one of logprobs) gathered.logprobs.push(one)
    },
    finish: ({ choice, stopSequence }, word) => {
      at(choice).finish = { finish_reason: word, ...(stopSequence === undefined ? {} : { stop_reason: stopSequence }) }
    },
    choices: () => [...choices].toSorted(([a], [b]) => a - b).map(([index, gathered]) => choiceJson(index, gathered)),
  }
}

const newChoice = (): Gathered => ({
  ...{ content: '', reasoning: '', refusal: '', tools: new Map(), finish: { finish_reason: 'stop' } },
  ...{ annotations: [], images: [], logprobs: [] },
})

function addMembers(gathered: Gathered, members: JsonObject): void {
  gathered.content += textIn(members, 'content') ?? ''
  gathered.reasoning += textIn(members, 'reasoning_content') ?? ''
  gathered.refusal += textIn(members, 'refusal') ?? ''
  for (const annotation of objectsIn(members, 'annotations')) gathered.annotations.push(annotation)
  for (const image of objectsIn(members, 'images')) gathered.images.push(image)
  for (const piece of objectsIn(members, 'tool_calls')) addTool(gathered.tools, piece)
}

function addTool(tools: Map<number, ToolText>, piece: JsonObject): void {
  const index = countIn(piece, 'index') ?? 0
  const custom = objectIn(piece, 'custom')
  const inner = custom ?? objectIn(piece, 'function') ?? {}
  const known = tools.get(index) ?? { first: piece, isCustom: custom !== undefined, name: textIn(inner, 'name') ?? '', text: '', more: {} }
  tools.set(index, known)
  known.text += textIn(inner, known.isCustom ? 'input' : 'arguments') ?? ''
  const extra = objectIn(piece, 'extra_content')
  if (extra !== undefined) known.more = { extra_content: extra }
}

function choiceJson(index: number, gathered: Gathered): JsonObject {
  const { content, reasoning, refusal, annotations, images, logprobs } = gathered
  const calls = [...gathered.tools.values()].map(toolJson)
  const message: JsonObject = {
    role: 'assistant',
    content: content === '' && (calls.length > 0 || refusal !== '') ? null : content,
    ...(reasoning === '' ? {} : { reasoning_content: reasoning }),
    refusal: refusal === '' ? null : refusal,
    ...(annotations.length === 0 ? {} : { annotations }),
    ...(images.length === 0 ? {} : { images }),
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
  }
  return { index, message, logprobs: logprobs.length === 0 ? null : { content: logprobs, refusal: null }, ...gathered.finish }
}

const toolJson = ({ first, isCustom, name, text, more }: ToolText): JsonObject => ({
  id: first['id'] ?? '',
  type: first['type'] ?? 'function',
  ...(isCustom ? { custom: { name, input: text } } : { function: { name, arguments: text } }),
  ...more,
})
