import { formatUsd } from '../lib/index.ts'
import { type Checked, type Evidence, type ReceiptSum, readDayRoots, readPublicKeys, sumOfCall, verifyReceipt } from '../receipts/index.ts'
import { type Command, type CommandContext, ExitError } from './command.ts'
import { JSON_OPTION } from './operator-command.ts'
import { readSource, refuseSource } from './read-source.ts'

type Flags = { readonly json?: boolean; readonly jwks?: string; readonly dayRoots?: string }

const [FAILED, UNPROVEN] = [1, 3]

/** `farebox verify receipt FILE`: recomputes a receipt and checks who signed it. Asks nobody but for the URLs it is given. */
export const verifyReceiptCommand: Command = (program, context) => {
  program
    .description('check a receipt: its sum line by line, its path, who signed it')
    .argument('<file>', 'the receipt, as /v1/receipts/{request_id} gave it')
    .option('--jwks <file|url>', 'the public keys, as /.well-known/jwks.json gave them')
    .option('--day-roots <file|url>', 'the roots of days, as /.well-known/day-roots gave them')
    .option(...JSON_OPTION)
    .addHelpText('after', '\nExit codes: 0 proven, 1 not right, 3 right in itself, but held against neither keys nor day roots.')
    .action((file: string, flags: Flags) => runVerify(context, file, flags))
}

async function runVerify(context: CommandContext, file: string, flags: Flags): Promise<void> {
  const checked = verifyReceipt(await readSource(context, file), await readEvidence(context, flags))
  const { problems, provenBy } = checked
  if (flags.json === true) context.print(JSON.stringify({ ok: problems.length === 0, proven_by: provenBy, problems }))
  else context.print(tell(checked))
  if (problems.length > 0) throw new ExitError(FAILED)
  if (provenBy.length === 0) throw new ExitError(UNPROVEN)
}

async function readEvidence(context: CommandContext, { jwks, dayRoots }: Flags): Promise<Evidence> {
  const keys =
    jwks === undefined ? undefined : (readPublicKeys(await readSource(context, jwks)) ?? refuseSource(context, `${jwks} is no key set.`))
  const roots =
    dayRoots === undefined
      ? undefined
      : (readDayRoots(await readSource(context, dayRoots)) ?? refuseSource(context, `${dayRoots} is no list of day roots.`))
  return { ...(keys === undefined ? {} : { keys }), ...(roots === undefined ? {} : { dayRoots: roots }) }
}

function tell({ problems, provenBy, call }: Checked): string {
  const about =
    call === undefined ? [] : [`call      ${call.request_id}, ${call.model}, ${call.day}: $${formatUsd(BigInt(call.cost_nano_usd))}`]
  if (problems.length > 0) return [...about, ...problems.map((problem) => `wrong     ${problem}`), 'This receipt is not right.'].join('\n')
  const sums = [
    ...(call === undefined ? [] : tellSum(sumOfCall(call))),
    'ok        the cost is that of the usage at these rates',
    'ok        the path leads to the root that was signed',
  ]
  if (provenBy.length === 0)
    return [...about, ...sums, 'Nothing proves who made it: give --jwks, or --day-roots once its day is closed.'].join('\n')
  return [...about, ...sums, ...provenBy.map((proof) => `ok        proven by the ${proof}`), 'This receipt is right.'].join('\n')
}

/** The sum as one writes it on paper. */
function tellSum(sum: ReceiptSum): readonly string[] {
  const lines = sum.lines.map(
    ({ class: name, count, rate, unit, product }) => `          ${count} ${name} at $${rate} per ${unit}: $${product}`,
  )
  const multiplied = sum.multiplier === '1' ? [] : [`          times ${sum.multiplier}: $${sum.exact}`]
  const lost = sum.shortfall === '0.00' ? [] : [`          of which the house pays $${sum.shortfall}, above the $${sum.hold} that was held`]
  const planned = sum.covered === undefined ? [] : [`          of which a plan pays $${sum.covered}, and the balance nothing`]
  return [...lines, ...multiplied, `          rounded up once: $${sum.price}`, ...planned, ...lost, `          ${sum.billing_rule}`]
}
