import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { fail } from '../failures.ts'
import { errorCode } from '../lib/index.ts'
import { type Command, type CommandContext, ExitError } from './command.ts'
import { JSON_OPTION } from './operator-command.ts'
import { readPublishedPrices } from './read-prices.ts'
import { recomputeBill } from './recompute-bill.ts'

type Flags = { readonly json?: boolean; readonly prices?: string }

/** `farebox verify bill FILE`: recomputes an exported month with nothing but the file, and published prices where they are given. */
export const verifyBillCommand: Command = (program, context) => {
  program
    .description('recompute an exported month, row by row, and name every difference')
    .argument('<file>', 'what "farebox export bill" printed')
    .option('--prices <file|url>', 'published prices to compare with, as /v1/prices gave them')
    .option(...JSON_OPTION)
    .addHelpText('after', '\nExit codes: 0 every nano-dollar is right, 1 something differs.')
    .action((file: string, flags: Flags) => runVerify(context, file, flags))
}

const DIFFERS = 1
const SHOWN_MAX = 100

async function runVerify(context: CommandContext, file: string, flags: Flags): Promise<void> {
  const published = flags.prices === undefined ? undefined : await readPublishedPrices(context, flags.prices)
  const verdict = await recomputeBill(linesOf(file), published)
  const { account, month, calls, cost, problems } = verdict
  if (flags.json === true) context.print(JSON.stringify(verdict))
  else {
    for (const problem of problems.slice(0, SHOWN_MAX)) context.print(problem)
    if (problems.length > SHOWN_MAX) context.print(`… and ${problems.length - SHOWN_MAX} more`)
    const end = verdict.ok
      ? `Every row, the sums and the file are right${published === undefined ? '' : ', by the published prices'}.`
      : `${problems.length} differences.`
    context.print(`${month === '' ? 'no bill' : `${account}, ${month}`}: ${calls} calls, $${cost}. ${end}`)
  }
  if (!verdict.ok) throw new ExitError(DIFFERS)
}

async function* linesOf(file: string): AsyncGenerator<string> {
  const stream = createReadStream(file, 'utf8')
  try {
    yield* createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })
  } catch (thrown) {
    fail('bill_unreadable', { problem: errorCode(thrown) })
  } finally {
    stream.destroy()
  }
}
