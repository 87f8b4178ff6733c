/** Names so that each comes after those it refers to; `references` are pairs of one that comes first and one that comes then. Throws TypeError for a ring. */
export function inOrderOfReferences(names: ReadonlySet<string>, references: readonly (readonly [string, string])[]): readonly string[] {
  const placed = new Set<string>()
  while (placed.size < names.size) {
    const next = [...names].filter(
      (name) => !placed.has(name) && references.every(([first, then]) => then !== name || placed.has(first) || !names.has(first)),
    )
    if (next.length === 0) throw new TypeError('tables refer to each other in a ring; one of the references has to be deferrable')
    for (const name of next) placed.add(name)
  }
  return [...placed]
}
