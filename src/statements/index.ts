/** Statements: what the books say of an account's month, to the nano-dollar; reads the ledger and never writes anything. */
export { CSV_TYPE, statementCsv } from './csv.ts'
export { lastDayOf, type Month, monthOf } from './month.ts'
export { readStatement } from './read-statement.ts'
export {
  type KindSum,
  type ModelSum,
  type ShownLine,
  type ShownStatement,
  type Statement,
  type StatementLine,
  showStatement,
} from './statement.ts'
