/** Checks of the clauses of the privacy policy: that it says what is so, and nothing that no check shows. Never changes what it checks. */
export { clauseChecks } from './catalogue.ts'
export { quietDesk } from './facts.ts'
export { clauseTable } from './table.ts'
