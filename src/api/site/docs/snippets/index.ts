/** How clients are set up, one entry each, with the operator's own address filled in; never holds a key. */
import { chatSnippets } from './chat.ts'
import { codingToolSnippets } from './coding-tools.ts'
import { packageSnippets } from './packages.ts'
import type { Filling, Snippet } from './snippet.ts'

export { curlSnippet } from './packages.ts'
export type { Filling, Snippet } from './snippet.ts'

/** All of them, in the order they are shown. */
export const snippetsOf = (filling: Filling): readonly Snippet[] => [
  ...packageSnippets(filling),
  ...codingToolSnippets(filling),
  ...chatSnippets(filling),
]
