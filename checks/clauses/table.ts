import { CLAUSE_STATES, type ProvenClause, proveClauses, readResults, STATEMENTS, topicOf } from '../../src/privacy/index.ts'

/** Every clause with its kind, its checks and how they last ended, as lines of a table; `isRed` when a check of any failed. */
export type ClauseTable = { readonly lines: readonly string[]; readonly isRed: boolean }

/** The table of all clauses from the texts of results.jsonl; a check without a result is named as such. */
export function clauseTable(texts: readonly string[], now: number): ClauseTable {
  const proven = proveClauses(readResults(texts), now)
  const count = (state: ProvenClause['state']): string => `${proven.filter((one) => one.state === state).length} ${state}`
  const missing = [
    ...new Set(proven.flatMap(({ checks }) => checks.filter(({ results }) => results.length === 0).map(({ id }) => id))),
  ].sort()
  return {
    lines: [
      ...proven.map(lineOf),
      `${proven.length} clauses: ${CLAUSE_STATES.map(count).join(', ')}`,
      ...(missing.length === 0 ? [] : [`checks without a result: ${missing.join(' ')}`]),
    ],
    isRed: proven.some(({ state }) => state === 'red'),
  }
}

const KINDS = new Map(STATEMENTS.map(({ id, kind }) => [id, kind]))
const MARKS = { shown: '+', red: '!', 'not run': '-' } as const

function lineOf({ clause, state, checks }: ProvenClause): string {
  const kinds = [...new Set(clause.says.map((id) => KINDS.get(id) ?? 'promise'))].join('+')
  const last = checks.map((check) => `${MARKS[check.state]}${check.id}`).join(' ')
  return `${clause.id.padEnd(6)} ${state.padEnd(8)} ${kinds.padEnd(20)} ${clause.says.map((id) => topicOf(id)).join(' · ')}\n${' '.repeat(16)}${last}`
}
