import type { PolicyFacts } from '../facts.ts'

/** What a statement says in Simplified Chinese: the same, under the same conditions. */
export type Chinese = {
  readonly topic: string
  readonly text: (facts: PolicyFacts) => string | undefined
  readonly needs?: string
}

/** Statements by their ids. */
export type ChineseStatements = Readonly<Record<string, Chinese>>
