import { reconciledDayShown, reconciliationPage, type ShownReconciledDay } from '../api/contract/index.ts'
import { type Command, ExitError } from './command.ts'
import { type Connect, connectOperator } from './operator-client.ts'
import { inPath, JSON_OPTION, printData, shortTime } from './operator-command.ts'
import { formatTable } from './table.ts'

type Flags = { readonly day?: string; readonly json?: boolean }

const DIFFERS = 1

/** `farebox reconcile [--day]`, over a connection. */
export const reconcileWith =
  (connect: Connect): Command =>
  (program, context) => {
    program
      .option('--day <day>', 'reconcile this closed day now, such as 2026-11-25; without it, what was found lately is shown')
      .option(...JSON_OPTION)
      .action(async (flags: Flags) => {
        const client = await connect(context)
        if (flags.day === undefined) {
          const page = reconciliationPage.parse(await client.get('/reconciliations'))
          printData(context, page, { isJson: flags.json, text: tellDays(page.data) })
          endIf(page.data.some((day) => day.is_alarming))
        } else {
          const day = reconciledDayShown.parse(await client.post(`/reconciliations/${inPath(flags.day)}`, {}))
          printData(context, day, { isJson: flags.json, text: tellDay(day) })
          endIf(day.is_alarming)
        }
      })
  }

/** `farebox reconcile`: the books against rows, rails and providers' reports, on the running server. Ends with 1 when there is an alarm. */
export const reconcile: Command = reconcileWith(connectOperator)

function endIf(isAlarming: boolean): void {
  if (isAlarming) throw new ExitError(DIFFERS)
}

function tellDays(days: readonly ShownReconciledDay[]): string {
  if (days.length === 0)
    return 'No day has been reconciled yet. It is done by itself once a day is closed, or now: npx farebox reconcile --day <day>'
  const heads = ['day (UTC)', 'state', 'over $', 'under $', 'loss $', 'late or unreadable', 'checked (UTC)']
  const rows = days.map((day) => [
    ...[day.day, day.is_alarming ? `${day.state} !` : day.state, day.over, day.under, day.loss],
    day.comparisons
      .filter(({ report }) => report === 'missing' || report === 'unreadable')
      .map(({ source, report_code: code }) => `${source} ${code ?? ''}`.trim())
      .join(', ') || '-',
    shortTime(day.checked_at),
  ])
  const worst = days.find((day) => day.is_alarming)
  return formatTable(heads, rows, [2, 3, 4]) + (worst === undefined ? '' : `\nLook closer: npx farebox reconcile --day ${worst.day}`)
}

function tellDay(day: ShownReconciledDay): string {
  const heads = ['part', 'with', 'report', 'ours $', 'theirs $', 'over $', 'under $', 'loss $']
  const rows = day.comparisons.map((one) => [
    ...[one.part, one.source, one.report_code === null ? one.report : `${one.report} ${one.report_code}`],
    ...[one.ours, one.theirs, one.over, one.under, one.loss],
  ])
  return [`${day.day}: ${day.state}`, '', formatTable(heads, rows, [3, 4, 5, 6, 7]), ...tellLists(day)].join('\n')
}

/** What differs, one a line: over is what we have and they do not. */
function tellLists({ comparisons }: ShownReconciledDay): readonly string[] {
  const rows = comparisons.flatMap(({ source, over_list: over, under_list: under }) =>
    [...over.map((one) => ({ side: 'over', ...one })), ...under.map((one) => ({ side: 'under', ...one }))].map(
      ({ side, name, ours, theirs }) => [
        ...[side, source, plain(name), pair(ours.calls, theirs.calls), pair(ours.input_tokens, theirs.input_tokens)],
        ...[pair(ours.output_tokens, theirs.output_tokens), pair(ours.amount, theirs.amount)],
      ],
    ),
  )
  const heads = ['side', 'with', 'what', 'calls', 'tokens in', 'tokens out', 'amount $']
  return rows.length === 0 ? [] : ['', 'What differs, ours / theirs:', formatTable(heads, rows)]
}

const pair = (ours: string | number | null, theirs: string | number | null): string =>
  ours === null && theirs === null ? '-' : `${ours ?? '?'} / ${theirs ?? '?'}`

/** A terminal obeys control characters; what others wrote is not to command it. */
const plain = (text: string): string => text.replaceAll(/\p{C}/gu, '·')
