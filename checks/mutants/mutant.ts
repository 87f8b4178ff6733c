/** How a defect is found: a test file of the tree, or a check of so much of what it counts. */
export type Detector = { readonly test: string } | { readonly prove: string; readonly n: number }

/**
 * A defect as it could slip in. `find` stands once in one file of the folder, so that code may be moved within it; where it
 * no longer does, the mutant fails, as one that changes nothing would prove nothing.
 */
export type Mutant = {
  readonly id: string
  readonly does: string
  readonly folder: string
  readonly find: string
  readonly replace: string
  readonly by: Detector
}

/** Makes mutants of one folder that one detector finds: rows of id, what it does, what is replaced and by what. */
export const mutantsOf = (
  folder: string,
  by: Detector,
  rows: readonly (readonly [id: string, does: string, find: string, replace: string])[],
): readonly Mutant[] => rows.map(([id, does, find, replace]) => ({ id, does, folder, find, replace, by }))
