import type { Json, JsonObject } from '../call.ts'
import { optional, textIn } from '../json.ts'
import type { BlockSink } from './write-blocks.ts'
import { inputOf, invalidInput } from './write-content.ts'

/** Gathers what happens to blocks to the content of a whole message. */
export type BlockGatherer = BlockSink & {
  /** The blocks, each as JSON. */
  readonly content: () => readonly string[]
}

/** A gatherer of one message. What comes to each block is added as the official clients add it. */
export function blockGatherer(): BlockGatherer {
  const content: string[] = []
  let block: JsonObject = {}
  let text = ''
  let citations: Json[] = []
  let signature: string | undefined
  return {
    begin: (_, first) => {
      ;[block, text, citations, signature] = [first, '', [], undefined]
    },
    grow: (_, delta) => {
      text += textIn(delta, 'text') ?? textIn(delta, 'thinking') ?? textIn(delta, 'partial_json') ?? ''
      signature = textIn(delta, 'signature') ?? signature
      if (delta['citation'] !== undefined) citations.push(delta['citation'])
    },
    end: () => {
      const { type } = block
      if (type === 'tool_use') content.push(toolJson(block, text))
      else if (type === 'text') content.push(JSON.stringify({ ...block, text, ...(citations.length > 0 ? { citations } : {}) }))
      else if (type === 'thinking') content.push(JSON.stringify({ ...block, thinking: text, ...optional('signature', signature) }))
      else content.push(JSON.stringify(block))
    },
    content: () => content,
  }
}

/** A call with its input as it was written, character for character, where that is an object. */
function toolJson(block: JsonObject, text: string): string {
  const input = inputOf(text)
  const told = input === undefined ? JSON.stringify(invalidInput(text)) : text === '' ? '{}' : text
  const { input: _, ...rest } = block
  return `${JSON.stringify(rest).slice(0, -1)},"input":${told}}`
}
