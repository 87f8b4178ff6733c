import { statementShown } from '../api/contract/index.ts'
import { LANGUAGES, type Language, statementPage } from '../api/index.ts'
import { type ShownLine, type ShownStatement, statementCsv } from '../statements/index.ts'
import type { Command } from './command.ts'
import { type Connect, connectOperator } from './operator-client.ts'
import { inPath, JSON_OPTION, printData } from './operator-command.ts'
import { formatTable } from './table.ts'

type Flags = { readonly month: string; readonly json?: boolean; readonly csv?: boolean; readonly html?: boolean; readonly lang: string }

/** `farebox statement ACCOUNT --month 2026-11`, over a connection. */
export const statementWith =
  (connect: Connect): Command =>
  (program, context) => {
    program
      .argument('<account>', 'id of the account')
      .requiredOption('--month <month>', 'the month in UTC, such as 2026-11')
      .option(...JSON_OPTION)
      .option('--csv', 'print its lines as CSV')
      .option('--html', 'print it as a page, to be opened in a browser and printed')
      .option('--lang <language>', `language of the page: ${LANGUAGES.join(', ')}`, 'en')
      .action(async (account: string, flags: Flags) => {
        const client = await connect(context)
        // What the path cannot hold is no month; the server then says so.
        const path = `/accounts/${inPath(account)}/statements/${inPath(flags.month)}?lang=${inPath(flags.lang)}`
        const statement = statementShown.parse(await client.get(path))
        printData(context, statement, { isJson: flags.json, text: textOf(statement, flags) })
      })
  }

/** `farebox statement`: a month of an account, on the running server. */
export const statement: Command = statementWith(connectOperator)

function textOf(statement: ShownStatement, flags: Flags): string {
  if (flags.csv === true) return statementCsv(statement).trimEnd()
  if (flags.html === true) return statementPage(statement, languageOf(flags)).trimEnd()
  return tellStatement(statement)
}

const languageOf = ({ lang }: Flags): Language => LANGUAGES.find((language) => language === lang) ?? 'en'

function tellStatement(statement: ShownStatement): string {
  const { account_id: account, month, open_from: openFrom } = statement
  const state = openFrom === null ? 'final' : `open: days from ${openFrom} on are not closed yet`
  const rows = [
    [`${month}-01`, 'opening balance', '', statement.opening_balance],
    ...statement.lines.map((line) => [line.day, tellLine(line), line.amount, line.balance]),
    ['', statement.as_of.slice(0, 7) > month ? 'closing balance' : 'balance now', '', statement.closing_balance],
  ]
  const models = statement.models.map((model) => [
    ...[model.model, String(model.calls), String(model.input_tokens), String(model.output_tokens), model.cost],
  ])
  const rest = statement.expired.calls === 0 ? [] : [['(rows expired)', String(statement.expired.calls), '', '', statement.expired.cost]]
  const byModel = formatTable(['model', 'calls', 'tokens in', 'tokens out', 'cost $'], [...models, ...rest], [1, 2, 3, 4])
  return [
    `${account}, ${month}, ${state}`,
    '',
    formatTable(['day (UTC)', 'what', 'amount $', 'balance $'], rows, [2, 3]),
    ...(models.length + rest.length === 0 ? [] : ['', byModel]),
    ...(statement.covered === '0.00' ? [] : ['', `paid by plans beside that: $${statement.covered}`]),
    '',
    `Print it: npx farebox statement ${account} --month ${month} --html > statement-${month}.html`,
  ].join('\n')
}

const tellLine = (line: ShownLine): string =>
  line.calls === null
    ? `${line.kind}${line.reason === null ? '' : `: ${plain(line.reason)}`}`
    : `usage, ${line.calls} ${line.calls === 1 ? 'call' : 'calls'}${line.is_closed ? '' : ', not closed'}`

/** A terminal obeys control characters; people's words are not to command it. */
const plain = (text: string): string => text.replaceAll(/\p{C}/gu, '·')
