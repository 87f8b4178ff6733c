import { isCarried, PLAIN_MARK, type ThoughtPlace } from '../thought-place.ts'

/** Reasoning, whose record is its encrypted content. */
export const responsesThoughts: ThoughtPlace = {
  ...{ turns: 'input', parts: undefined, mark: PLAIN_MARK },
  kept: (item) => (item['type'] === 'reasoning' && isCarried(item, 'encrypted_content') ? undefined : item),
}
