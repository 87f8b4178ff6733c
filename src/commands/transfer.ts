import { type TransferPageShown, transferMade, transferPage } from '../api/contract/index.ts'
import type { Command } from './command.ts'
import { type Connect, connectOperator } from './operator-client.ts'
import { inPath, JSON_OPTION, printData, shortTime } from './operator-command.ts'
import { formatTable } from './table.ts'

type Flags = { readonly json?: boolean }
type ListFlags = Flags & { readonly limit: string; readonly cursor?: string }
type ReverseFlags = Flags & { readonly reason: string; readonly debt?: boolean }

/** `farebox transfer list|reverse`, over a connection. */
export const transferWith =
  (connect: Connect): Command =>
  (program, context) => {
    program
      .command('list')
      .description("list an account's journal, newest first")
      .argument('<account>', 'id of the account')
      .option('--limit <count>', 'how many at most, up to 200', '50')
      .option('--cursor <id>', 'go on after a page')
      .option(...JSON_OPTION)
      .action(async (account: string, flags: ListFlags) => {
        const query = new URLSearchParams({ limit: flags.limit, ...(flags.cursor === undefined ? {} : { cursor: flags.cursor }) })
        const page = transferPage.parse(await (await connect(context)).get(`/accounts/${inPath(account)}/transfers?${query.toString()}`))
        printData(context, page, { isJson: flags.json, text: tellPage(page, account) })
      })
    program
      .command('reverse')
      .description('undo a credit, refund or chargeback, once')
      .argument('<transfer>', 'id of the transfer')
      .requiredOption('--reason <text>', 'why, as it will stand in the books')
      .option('--debt', 'what the account lacks by now becomes its debt, instead of refusing')
      .option(...JSON_OPTION)
      .action(async (transfer: string, flags: ReverseFlags) => {
        const body = { reason: flags.reason, debt: flags.debt === true }
        const made = transferMade.parse(await (await connect(context)).post(`/transfers/${inPath(transfer)}/reversals`, body))
        const text = `Reversed by ${made.transfer_id}. Available: $${made.balance.available}, held: $${made.balance.held}, owed: $${made.debt}.`
        printData(context, made, { isJson: flags.json, text })
      })
  }

/** `farebox transfer`: the journal of an account, on the running server. */
export const transfer: Command = transferWith(connectOperator)

function tellPage(page: TransferPageShown, account: string): string {
  if (page.data.length === 0) return `Nothing has moved yet. Give it credit: npx farebox credit ${account} 10.00 --reason "first deposit"`
  const rows = page.data.map((entry) => [
    entry.id,
    shortTime(entry.at),
    entry.kind,
    entry.amount,
    entry.reversed_by === null ? (entry.reason ?? '') : `${entry.reason ?? ''} (reversed)`,
  ])
  const more = page.next === null ? '' : `\nMore: npx farebox transfer list ${account} --cursor ${page.next}`
  return formatTable(['transfer', 'at (UTC)', 'kind', 'amount $', 'reason'], rows, [3]) + more
}
