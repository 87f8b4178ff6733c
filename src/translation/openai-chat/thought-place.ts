import type { ThoughtPlace } from '../thought-place.ts'

const FIELD = 'reasoning_content'

/** What earlier answers thought, in a member of their messages; whose it is nobody can tell. */
export const chatThoughts: ThoughtPlace = {
  ...{ turns: 'messages', parts: undefined, mark: `"${FIELD}"`, member: FIELD },
  kept: (message) => {
    if (message['role'] !== 'assistant' || !(FIELD in message)) return message
    const { [FIELD]: _, ...others } = message
    return others
  },
}
