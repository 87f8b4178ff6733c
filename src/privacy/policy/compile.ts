import { isOfProfile } from './clause.ts'
import { CLAUSES } from './clauses.ts'
import type { PolicyFacts } from './facts.ts'
import type { ProvenClause } from './proof.ts'
import { SECTIONS, type Section, type Statement, type StatementKind } from './statement.ts'
import { STATEMENTS } from './statements/index.ts'

/** Something a policy claims for a deployment, printed or not: the unit in which versions differ. */
export type Claim = {
  readonly statement: string
  readonly kind: StatementKind
  readonly text: string
  readonly clauses: readonly string[]
  /** Less is more; absent where only the words tell. */
  readonly measure?: number
}

/** A sentence that is printed, with the clauses that it carries. */
export type Sentence = {
  readonly statement: string
  readonly kind: StatementKind
  readonly text: string
  readonly clauses: readonly string[]
}

/** A statement that is not printed, by its topic, and why. */
export type Withheld = {
  readonly statement: string
  readonly topic: string
  readonly clauses: readonly string[]
  readonly state: 'red' | 'not run' | 'does not apply'
  /** The checks that failed or have no result, or what is lacking. */
  readonly why: string
}

/** A policy as it is printed. */
export type PolicyText = {
  readonly sections: readonly { readonly section: Section; readonly sentences: readonly Sentence[] }[]
  readonly withheld: readonly Withheld[]
}

/** What the profile claims here, shown or not; statements whose condition does not hold are left out. */
export function claimsOf(facts: PolicyFacts): readonly Claim[] {
  return statementsOf(facts).flatMap(({ statement, clauses }) => {
    const text = statement.text(facts)
    if (text === undefined) return []
    const measure = statement.measure?.(facts)
    return [{ statement: statement.id, kind: statement.kind, text, clauses, ...(measure === undefined ? {} : { measure }) }]
  })
}

/**
 * The policy to be printed: of the claims, those that are no promises, and promises of which every clause is shown; all else is withheld.
 * `claims` are those of the version that holds, which can be older than what the system would say now.
 */
export function compilePolicy(facts: PolicyFacts, proven: readonly ProvenClause[], claims: readonly Claim[] = claimsOf(facts)): PolicyText {
  const states = new Map(proven.map((one) => [one.clause.id, one]))
  const isPrinted = (claim: Claim): boolean => claim.kind !== 'promise' || claim.clauses.every((id) => states.get(id)?.state === 'shown')
  const bySection = Map.groupBy(claims.filter(isPrinted), ({ statement }) => sectionOf(statement))
  const sections = SECTIONS.map((section) => ({ section, sentences: (bySection.get(section) ?? []).map(sentenceOf) }))
  return {
    sections: sections.filter(({ sentences }) => sentences.length > 0),
    withheld: [
      ...claims.filter((claim) => !isPrinted(claim)).map((claim) => withheldOf(claim, states)),
      ...statementsOf(facts).flatMap(({ statement, clauses }) => lackingOf(statement, clauses, facts)),
    ],
  }
}

/** Statements that carry clauses of the profile, each with those. */
function statementsOf({ settings }: PolicyFacts): readonly { readonly statement: Statement; readonly clauses: readonly string[] }[] {
  const clauses = CLAUSES.filter(({ id }) => isOfProfile(settings.profile, id))
  return STATEMENTS.map((statement) => ({
    statement,
    clauses: clauses.filter(({ says }) => says.includes(statement.id)).map(({ id }) => id),
  })).filter((one) => one.clauses.length > 0)
}

const byId = new Map(STATEMENTS.map((statement) => [statement.id, statement]))

const sectionOf = (id: string): Section => byId.get(id)?.section ?? 'changes'

/** What a statement is about, in words that promise nothing. */
export const topicOf = (id: string): string => byId.get(id)?.topic ?? id

const sentenceOf = ({ statement, kind, text, clauses }: Claim): Sentence => ({ statement, kind, text, clauses })

function withheldOf({ statement, clauses }: Claim, states: ReadonlyMap<string, ProvenClause>): Withheld {
  const checks = clauses.flatMap((id) => states.get(id)?.checks ?? [])
  const of = (state: 'red' | 'not run'): readonly string[] => [
    ...new Set(checks.filter((check) => check.state === state).map(({ id }) => id)),
  ]
  const isRed = of('red').length > 0
  const why = isRed ? `${of('red').join(', ')} failed` : `no result that counts from ${of('not run').join(', ')}`
  return { statement, topic: topicOf(statement), clauses, state: isRed ? 'red' : 'not run', why }
}

const lackingOf = (statement: Statement, clauses: readonly string[], facts: PolicyFacts): readonly Withheld[] =>
  statement.text(facts) === undefined
    ? [
        {
          statement: statement.id,
          topic: statement.topic,
          clauses,
          state: 'does not apply',
          why: statement.needs ?? 'it does not apply here',
        },
      ]
    : []
