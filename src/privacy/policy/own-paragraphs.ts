import type { PolicySettings } from './settings.ts'

/** A paragraph of the operator's own as a policy claims it; it carries no clause, as no check shows it. */
type OwnClaim = {
  readonly statement: string
  readonly kind: 'own'
  readonly text: string
  readonly zh: string
  readonly clauses: readonly []
}

const OWN = 'own-'

/** The paragraphs of the operator's own, in their order. */
export const ownClaims = ({ paragraphs = [] }: PolicySettings): readonly OwnClaim[] =>
  paragraphs.map(({ id, en, zh }) => ({ statement: `${OWN}${id}`, kind: 'own', text: en, zh, clauses: [] }))

/** Whether a statement is a paragraph of the operator's own. */
export const isOwn = (statement: string): boolean => statement.startsWith(OWN)
