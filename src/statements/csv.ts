import { lastDayOf } from './month.ts'
import type { ShownStatement } from './statement.ts'

/** What a statement as CSV is called. Source: RFC 4180 §3 (2005-10). */
export const CSV_TYPE = 'text/csv; charset=utf-8; header=present'

const HEADS = ['day', 'at', 'kind', 'id', 'reason', 'calls', 'is_closed', 'amount_usd', 'balance_usd'] as const

/**
 * The lines of a statement between its opening and its closing, as CSV: amounts add up to the closing balance. Lines end as RFC 4180
 * says; a text that a spreadsheet would run as a formula begins with an apostrophe.
 */
export function statementCsv(statement: ShownStatement): string {
  const { month, opening_balance: opening, closing_balance: closing, lines } = statement
  const [closingDay = ''] = [statement.as_of.slice(0, 10), lastDayOf(month)].toSorted()
  const rows = [
    [`${month}-01`, '', 'opening', '', '', '', '', opening, opening],
    ...lines.map((line) => [
      ...[line.day, line.at ?? '', line.kind, line.id ?? '', line.reason ?? '', line.calls === null ? '' : String(line.calls)],
      ...[line.is_closed ? 'true' : 'false', line.amount, line.balance],
    ]),
    [closingDay, statement.as_of, 'closing', '', '', '', statement.state === 'final' ? 'true' : 'false', '', closing],
  ]
  return [HEADS, ...rows].map((cells) => `${cells.map(cellOf).join(',')}\r\n`).join('')
}

const AMOUNT = /^-?\d+\.\d+$/

function cellOf(text: string): string {
  const plain = /^[=+\-@\t\r\n]/.test(text) && !AMOUNT.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain
}
