import type { JsonObject } from '../call.ts'
import { countIn, objectIn, textIn } from '../json.ts'
import { type JsonProgress, jsonProgress } from '../json-progress.ts'
import { signatureOf } from '../openai-words/index.ts'
import type { PartSequence } from '../part-sequence.ts'

/** Reads tool calls as their pieces come. The protocol does not say when a call's arguments end, so that is seen by their JSON. */
export type ToolReader = {
  /** A piece of a call; `position` is its place in the list it came in, for upstreams that number nothing. */
  readonly take: (piece: JsonObject, position: number) => void
  /** Ends the calls whose arguments are whole. */
  readonly closeComplete: () => void
  readonly count: () => number
}

type Call = { readonly key: string; readonly id: string; readonly isCustom: boolean; readonly progress: JsonProgress; isEnded: boolean }

/** Most tool calls of one choice; the official clients bear no more. */
const CALLS_MAX = 128

/** A reader of one choice's tool calls. */
export function toolReader(parts: PartSequence, replyId: string): ToolReader {
  const calls = new Map<number, Call>()
  let count = 0

  const closeComplete = (): void => {
    for (const call of calls.values()) {
      if (call.isEnded || !(call.isCustom || call.progress.isComplete())) continue
      call.isEnded = true
      parts.close(call.key)
    }
  }
  const begin = (index: number, piece: JsonObject): Call => {
    closeComplete()
    if (count >= CALLS_MAX) throw new RangeError('more tool calls than an answer can have')
    const custom = objectIn(piece, 'custom')
    const isCustom = custom !== undefined
    const id = textIn(piece, 'id') || madeUpId(replyId, count)
    const name = textIn(custom ?? objectIn(piece, 'function') ?? {}, 'name') ?? ''
    const call: Call = { key: `tool:${count}`, id, isCustom, progress: jsonProgress(), isEnded: false }
    count += 1
    calls.set(index, call)
    parts.open(call.key, { type: 'tool-call', id, name, ...(isCustom ? { isCustom } : {}) })
    return call
  }
  return {
    take: (piece, position) => {
      const index = countIn(piece, 'index') ?? position
      const known = calls.get(index)
      const call = known === undefined || isAnother(known, piece) ? begin(index, piece) : known
      const text = textIn(objectIn(piece, 'custom') ?? {}, 'input') ?? textIn(objectIn(piece, 'function') ?? {}, 'arguments') ?? ''
      if (call.isEnded && text.trim() !== '') throw new RangeError('arguments after their end')
      if (text !== '') parts.tell(call.key, { type: 'arguments-delta', text })
      call.progress.push(text)
      const signature = signatureOf(piece)
      if (signature !== undefined) parts.tell(call.key, { type: 'signature', signature })
    },
    closeComplete,
    count: () => count,
  }
}

/** Whether a piece begins another call under a number that was given before, as some upstreams number all calls 0. */
function isAnother(known: Call, piece: JsonObject): boolean {
  const id = textIn(piece, 'id') ?? ''
  const name = textIn(objectIn(piece, 'function') ?? objectIn(piece, 'custom') ?? {}, 'name') ?? ''
  return id !== '' && id !== known.id && name !== ''
}

/** An id for a call that came without one: the same for the same reply, as it comes back with the tool's result. */
const madeUpId = (replyId: string, number: number): string => `call_${replyId.replace(/[^\w-]/g, '').slice(-40)}_${number}`
