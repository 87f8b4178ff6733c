/**
 * Whether texts match a pattern as a whole: * is anything, ? one letter. It goes back to the last * alone, so that many of them take no more
 * than the product of both lengths, where an expression would take a power of it.
 */
export function matcherOf(glob: string): (text: string) => boolean {
  const pattern = [...glob]
  return (text) => matches(pattern, [...text])
}

function matches(pattern: readonly string[], text: readonly string[]): boolean {
  let [at, read] = [0, 0]
  let last: { readonly at: number; readonly read: number } | undefined
  while (read < text.length) {
    if (pattern[at] === '*') {
      last = { at, read }
      at += 1
    } else if (pattern[at] === '?' || pattern[at] === text[read]) {
      at += 1
      read += 1
    } else {
      if (last === undefined) return false
      last = { at: last.at, read: last.read + 1 }
      at = last.at + 1
      read = last.read
    }
  }
  return pattern.slice(at).every((letter) => letter === '*')
}
