import type { JsonObject } from '../call.ts'
import { carriedIn } from '../carried-thought.ts'
import type { PartStart } from '../events.ts'
import { objectsIn, optional, parseJson, textIn } from '../json.ts'
import { type PartEvent, partSequence } from '../part-sequence.ts'
import type { Emit } from '../reply-reader.ts'

/** Reads the blocks of an answer as they come. */
export type BlockReader = {
  /** A block begins, with what it has by then: nothing in a stream, all in a whole message. */
  readonly begin: (index: number, block: JsonObject) => void
  readonly grow: (index: number, delta: JsonObject) => void
  readonly end: (index: number) => void
  /** Why the provider refused, in words. */
  readonly refuse: (explanation: string) => void
  readonly endAll: () => void
}

type Block = {
  readonly type: string
  readonly first: JsonObject
  /** A block of a tool that the provider ran is told when it is whole; this is its input so far. */
  input: string
  hasInput: boolean
}

/** Most characters of an input that waits until its block is whole. */
const INPUT_MAX = 8_388_608

/** A reader of one answer. Source: https://platform.claude.com/docs/en/build-with-claude/streaming (2026-11). */
export function blockReader(emit: Emit): BlockReader {
  const parts = partSequence(0, emit)
  const blocks = new Map<number, Block>()
  const tell = (index: number, event: PartEvent): void => parts.tell(keyOf(index), event)

  const sign = (index: number, told: string | undefined): void => {
    const carried = carriedIn(told)
    const signature = carried === undefined ? told : carried.signature
    if (signature !== undefined && signature !== '') tell(index, { type: 'signature', signature })
  }
  const addText = (index: number, type: 'text-delta' | 'reasoning-delta', text: string | undefined): void => {
    if (text !== undefined && text !== '') tell(index, { type, text })
  }
  const addInput = (index: number, block: Block, text: string): void => {
    if (text === '') return
    block.hasInput = true
    if (block.type === 'tool_use') tell(index, { type: 'arguments-delta', text })
    else block.input += text
    if (block.input.length > INPUT_MAX) throw new RangeError('the input of a tool is too long to be kept')
  }
  const end = (index: number): void => {
    const block = blocks.get(index)
    if (block === undefined) return
    blocks.delete(index)
    if (block.type === 'tool_use' && !block.hasInput) addInput(index, block, JSON.stringify(block.first['input'] ?? {}))
    if (!OWN.has(block.type)) parts.open(keyOf(index), wholeStart(block))
    parts.close(keyOf(index))
  }
  return {
    begin: (index, first) => {
      end(index)
      const type = textIn(first, 'type') ?? ''
      const start = startOf(type, first)
      // A signature of a tool call, which came after its call, is for the client that gave it to us.
      if (type === 'redacted_thinking' && carriedIn(textIn(first, 'data'))?.callId !== undefined) return
      blocks.set(index, { type, first, input: '', hasInput: false })
      if (start === undefined) return
      parts.open(keyOf(index), start)
      if (type === 'text') addText(index, 'text-delta', textIn(first, 'text'))
      for (const value of objectsIn(first, 'citations')) tell(index, { type: 'citation', origin: 'anthropic-messages', value })
      if (type === 'thinking') addText(index, 'reasoning-delta', textIn(first, 'thinking'))
      if (type === 'thinking') sign(index, textIn(first, 'signature'))
    },
    grow: (index, delta) => {
      const block = blocks.get(index)
      if (block === undefined) return
      const type = textIn(delta, 'type')
      if (type === 'text_delta') addText(index, 'text-delta', textIn(delta, 'text'))
      else if (type === 'thinking_delta') addText(index, 'reasoning-delta', textIn(delta, 'thinking'))
      else if (type === 'signature_delta') sign(index, textIn(delta, 'signature'))
      else if (type === 'input_json_delta') addInput(index, block, textIn(delta, 'partial_json') ?? '')
      else if (type === 'citations_delta') {
        for (const value of objectsIn({ list: [delta['citation'] ?? null] }, 'list')) {
          tell(index, { type: 'citation', origin: 'anthropic-messages', value })
        }
      }
    },
    end,
    refuse: (text) => {
      parts.closeAll()
      parts.open('refusal', { type: 'refusal' })
      parts.tell('refusal', { type: 'refusal-delta', text })
      parts.close('refusal')
    },
    endAll: () => {
      for (const index of [...blocks.keys()]) end(index)
      parts.closeAll()
    },
  }
}

const keyOf = (index: number): string => `block:${index}`

/** Blocks that other protocols have too. */
const OWN: ReadonlySet<string> = new Set(['text', 'thinking', 'redacted_thinking', 'tool_use'])

/** How a part begins; undefined for blocks that are told when they are whole. */
function startOf(type: string, block: JsonObject): PartStart | undefined {
  switch (type) {
    case 'text':
      return { type: 'text' }
    case 'tool_use':
      return { type: 'tool-call', id: textIn(block, 'id') ?? '', name: textIn(block, 'name') ?? '' }
    case 'thinking':
      return reasoningStart(textIn(block, 'signature'))
    case 'redacted_thinking': {
      const data = textIn(block, 'data') ?? ''
      return carriedIn(data) === undefined ? { type: 'reasoning', origin: 'anthropic-messages', encrypted: data } : reasoningStart(data)
    }
    default:
      return undefined
  }
}

/** Thoughts are this protocol's, unless they were carried through it. */
function reasoningStart(record: string | undefined): PartStart {
  const { origin, id, encrypted, isSummary } = carriedIn(record) ?? { origin: 'anthropic-messages' }
  return { type: 'reasoning', origin, ...optional('id', id), ...optional('encrypted', encrypted), ...optional('isSummary', isSummary) }
}

function wholeStart({ type, first, input, hasInput }: Block): PartStart {
  const value = hasInput ? { ...first, input: parseJson(input, 'everywhere') ?? {} } : first
  return { type: 'foreign', protocol: 'anthropic-messages', name: type, value }
}
