import type { JsonObject } from '../call.ts'
import { isObject, objectIn, objectsIn, textIn } from '../json.ts'
import { isCarried, PLAIN_MARK, type ThoughtPlace } from '../thought-place.ts'
import { isLoopWithoutThought } from './tool-loop.ts'

/** Thoughts, whose record is their signature, and redacted ones, which are nothing else. */
export const anthropicThoughts: ThoughtPlace = {
  ...{ turns: 'messages', parts: 'content', mark: PLAIN_MARK },
  kept: (block) => {
    const member = block['type'] === 'thinking' ? 'signature' : 'data'
    const isThought = block['type'] === 'thinking' || block['type'] === 'redacted_thinking'
    return isThought && isCarried(block, member) ? undefined : block
  },
  rest: (request, note) => {
    const isAsked = objectIn(request, 'thinking')?.['type'] === 'enabled'
    const { thinking: _, ...rest } = request
    if (!isAsked || !isLoopWithoutThought(objectsIn(rest, 'messages'))) return request
    note('thinking')
    return withoutClearing(rest)
  },
}

/** Without the wish to have thoughts cleared, which is refused where none are asked for. */
function withoutClearing({ context_management: management, ...rest }: JsonObject): JsonObject {
  if (!isObject(management)) return management === undefined ? rest : { ...rest, context_management: management }
  const edits = objectsIn(management, 'edits').filter((edit) => textIn(edit, 'type')?.startsWith('clear_thinking') !== true)
  return edits.length === 0 ? rest : { ...rest, context_management: { ...management, edits } }
}
