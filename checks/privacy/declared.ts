/** What is there and was not declared, and what was declared and is not there. */
export type Difference = { readonly unclassified: readonly string[]; readonly stale: readonly string[] }

/** Compares both ways; `mayBeAbsent` is for names that need not show every time. */
export function compareDeclared(found: Iterable<string>, declared: Iterable<string>, mayBeAbsent = false): Difference {
  const there = new Set(found)
  const known = new Set(declared)
  return {
    unclassified: [...there].filter((name) => !known.has(name)).sort(),
    stale: mayBeAbsent ? [] : [...known].filter((name) => !there.has(name)).sort(),
  }
}
