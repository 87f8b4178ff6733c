import type ts from 'typescript'

/** One file: its path from the checkout's root with `/`, its text, and its syntax tree when it is TypeScript. */
export type Source = { readonly path: string; readonly text: string; readonly tree: ts.SourceFile | undefined }

/** A place where a rule is broken; lines count from 1. */
export type Finding = { readonly line: number; readonly what: string }

/** A file that does not exist: its path and text. */
export type Sample = readonly [path: string, text: string]

/** A house rule. `mend` is what to do instead; every sample in `caught` must give a finding, none in `passed` may. */
export type Rule = {
  readonly id: string
  readonly mend: string
  readonly applies: (path: string) => boolean
  readonly find: (source: Source) => readonly Finding[]
  readonly caught: readonly Sample[]
  readonly passed: readonly Sample[]
}
