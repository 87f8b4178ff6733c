import type { PolicyFacts } from './facts.ts'

/** The parts of a policy, in their order. */
export const SECTIONS = ['who', 'content', 'kept', 'use', 'share', 'time', 'safety', 'rights', 'changes', 'contact', 'own'] as const
export type Section = (typeof SECTIONS)[number]

/** What a sentence is: a promise is printed only while its checks show it; what we do, what you may ask, how to reach us and what the operator adds always is. */
export const STATEMENT_KINDS = ['promise', 'disclosure', 'right', 'contact', 'own'] as const
export type StatementKind = (typeof STATEMENT_KINDS)[number]

/** One thing that a policy says, in our words; clauses of several reference policies can share it. */
export type Statement = {
  readonly id: string
  readonly section: Section
  readonly kind: StatementKind
  /** What it is about, in a few words that promise nothing; stands for it where it is withheld. */
  readonly topic: string
  /** The sentences for this deployment; undefined when what they need does not hold here. */
  readonly text: (facts: PolicyFacts) => string | undefined
  /** Why the sentences are left out when `text` has none. */
  readonly needs?: string
  /** How much it promises, as a number of which less is more: days, minutes. Absent: only the words tell. */
  readonly measure?: (facts: PolicyFacts) => number
}
