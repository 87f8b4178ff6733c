import type { Statement } from '../statement.ts'

/** What becomes of prompts and answers. */
export const CONTENT: readonly Statement[] = [
  {
    ...{ id: 'not-stored', section: 'content', kind: 'promise', topic: 'Storage of prompts and answers' },
    text: () => 'Your prompts and the answers to them are not written down: not in a database, not in a log, not in a file.',
  },
  {
    ...{ id: 'memory', section: 'content', kind: 'promise', topic: 'Content in memory' },
    text: ({ gatewayRecycleSeconds }) =>
      `While a call runs, its words are in the memory of one process. They are let go when the last byte is sent. The process takes calls for ${minutes(gatewayRecycleSeconds)} and ends, with all its memory, when the last of them is answered.`,
    measure: ({ gatewayRecycleSeconds }) => gatewayRecycleSeconds,
  },
  {
    ...{ id: 'not-read', section: 'content', kind: 'promise', topic: 'Reading of content by people or programs' },
    text: () =>
      'Nobody here reads your prompts or answers, and no program looks at them beyond what it takes to pass them on and count their tokens. There is no switch that would let us look.',
  },
  {
    ...{ id: 'no-training', section: 'content', kind: 'promise', topic: 'Training of models' },
    text: () => 'We train no model on your prompts or answers, and we tune none with them.',
  },
  {
    ...{ id: 'no-analytics', section: 'content', kind: 'promise', topic: 'Analysis of content' },
    text: () =>
      'We draw nothing from what you write: no topics, no languages, no fingerprints of a text. Only counts of tokens leave the process that sees a call.',
  },
  {
    ...{ id: 'two-places', section: 'content', kind: 'promise', topic: 'Where content goes' },
    text: ({ upstreams }) =>
      upstreams.some(({ fetchesUrls }) => fetchesUrls)
        ? 'A prompt goes to the provider that answers it, and the answer comes back to you. It goes nowhere else; but if it names the address of a picture or another file, the host of that address is asked for it.'
        : 'A prompt goes to the provider that answers it, and the answer comes back to you. It goes nowhere else.',
  },
  {
    ...{ id: 'figures-only', section: 'content', kind: 'promise', topic: 'What billing sees' },
    text: () => 'Billing sees numbers: tokens, times and prices. The words of a call never reach it.',
  },
  {
    ...{ id: 'no-end-user-content', section: 'content', kind: 'promise', topic: "Your own users' content" },
    text: () => 'If you give keys to users of your own, you see what each key used and cost. Neither you nor we can see what they wrote.',
  },
]

const minutes = (seconds: number): string => (seconds % 60 === 0 ? `${seconds / 60} minutes` : `${seconds} seconds`)
