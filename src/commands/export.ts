import { createHash } from 'node:crypto'
import { type BillLine, type BillPage, billPage, type PublishedPrice, priceVersionShown } from '../api/contract/index.ts'
import { formatUsd, parseUsd } from '../lib/index.ts'
import { type Command, type CommandContext, ExitError } from './command.ts'
import { type Connect, connectOperator, type OperatorClient } from './operator-client.ts'
import { inPath } from './operator-command.ts'
import { type Download, downloadFromOperator, writeDownload } from './operator-download.ts'

type Flags = { readonly month: string }

type AccountFlags = { readonly out: string }

/** `farebox export bill ACCOUNT --month 2026-11` and `farebox export account ACCOUNT --out FILE`, over connections. */
export const exportWith =
  (connect: Connect, download: Download = downloadFromOperator): Command =>
  (program, context) => {
    program
      .command('account')
      .description('write all that an account has a right to into a ZIP file: JSON, CSV and their schema')
      .argument('<account>', 'id of the account')
      .requiredOption('--out <file>', 'the file to write; it must not be there yet')
      .action(async (account: string, { out }: AccountFlags) => {
        const bytes = await writeDownload(await download(context, `/accounts/${inPath(account)}/export`), out)
        context.print(`Wrote ${out} (${bytes} bytes). It holds personal data: hand it to its owner and delete it.`)
      })
    program
      .command('bill')
      .description('print a month of an account as JSON lines, for "farebox verify bill"')
      .argument('<account>', 'id of the account')
      .requiredOption('--month <month>', 'the month in UTC, such as 2026-11')
      .action(async (account: string, { month }: Flags) => runExport(await connect(context), context, { account, month }))
  }

/** `farebox export`: what the running server has kept, for others to check. */
export const exportCommand: Command = exportWith(connectOperator)

const TRIES_MAX = 3
const FAILED = 1

async function runExport(client: OperatorClient, context: CommandContext, asked: Asked): Promise<void> {
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const bill = await readBill(client, asked)
    // Calls that settle while pages are read would make rows and sums tell different moments.
    if (bill.rows.length !== bill.posted.calls) continue
    for (const line of await linesOf(client, asked, bill)) context.print(line)
    return
  }
  context.note('The rows of this month are not those of its sums: calls were charged meanwhile, or rows have expired. Try again.')
  throw new ExitError(FAILED)
}

type Asked = { readonly account: string; readonly month: string }
type Bill = { readonly rows: BillPage['data']; readonly posted: BillPage['posted'] }

const PAGE_ROWS = '200'

async function readBill(client: OperatorClient, { account, month }: Asked): Promise<Bill> {
  const rows: BillPage['data'] = []
  let cursor: string | null = ''
  let posted: BillPage['posted'] = { calls: 0, cost: '0.00', shortfall: '0.00' }
  while (cursor !== null) {
    const query = new URLSearchParams({ month, limit: PAGE_ROWS, ...(cursor === '' ? {} : { cursor }) })
    const page: BillPage = billPage.parse(await client.get(`/accounts/${inPath(account)}/bill?${query.toString()}`))
    rows.push(...page.data)
    posted = page.posted
    cursor = page.next
  }
  return { rows, posted }
}

async function linesOf(client: OperatorClient, { account, month }: Asked, { rows, posted }: Bill): Promise<readonly string[]> {
  const versions = [...new Set(rows.map((row) => row.price_version))].toSorted((a, b) => a - b)
  const prices: PublishedPrice[] = []
  for (const version of versions) prices.push(listedOf(await client.get(`/prices/${version}`)))
  const lines: BillLine[] = [
    { kind: 'bill', format: 2, account, month, currency: 'USD' },
    ...prices.map((price): BillLine => ({ kind: 'price', ...price })),
    ...rows.map((row): BillLine => ({ kind: 'row', ...row })),
  ]
  const texts = lines.map((line) => JSON.stringify(line))
  const sha256 = createHash('sha256')
  for (const text of texts) sha256.update(`${text}\n`)
  const covered = rows.flatMap((row) => row.covered ?? [])
  const sums = {
    ...{ calls: rows.length, cost: sumOf(rows.map((row) => row.cost)) },
    ...(covered.length > 0 && { covered: sumOf(covered) }),
    shortfall: sumOf(rows.map((row) => row.shortfall)),
  }
  const last: BillLine = { kind: 'sum', ...sums, posted, sha256: sha256.digest('hex') }
  return [...texts, JSON.stringify(last)]
}

/** A price as it is published, whole; what is beside that for the operator is left out. */
function listedOf(answer: unknown): PublishedPrice {
  const { version, model, effective_at, created_at, cards } = priceVersionShown.parse(answer)
  return { version, model, effective_at, created_at, cards }
}

const sumOf = (amounts: readonly string[]): string => formatUsd(amounts.reduce((sum, amount) => sum + (parseUsd(amount) ?? 0n), 0n))
