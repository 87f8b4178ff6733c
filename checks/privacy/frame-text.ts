/** A stream's text put together again, whatever the protocol: all words of its deltas in their order. */
export const textOfFrames = (body: string): string =>
  [...body.matchAll(/"(?:content|text|thinking|reasoning_content|arguments|partial_json|delta)":("(?:[^"\\]|\\.)*")/g)]
    .map(([, word = '""']) => String(JSON.parse(word)))
    .join('')
