import { isCarried, PLAIN_MARK, type ThoughtPlace } from '../thought-place.ts'

/** Thoughts, whose record is their signature, and redacted ones, which are nothing else. */
export const anthropicThoughts: ThoughtPlace = {
  ...{ turns: 'messages', parts: 'content', mark: PLAIN_MARK },
  kept: (block) => {
    const member = block['type'] === 'thinking' ? 'signature' : 'data'
    const isThought = block['type'] === 'thinking' || block['type'] === 'redacted_thinking'
    return isThought && isCarried(block, member) ? undefined : block
  },
}
