import { POLICY_FORMATS, policyShown } from '../api/contract/index.ts'
import { type Command, ExitError } from './command.ts'
import { type Connect, connectOperator } from './operator-client.ts'
import { inPath, JSON_OPTION, printData } from './operator-command.ts'

const USAGE = 2

/** `farebox policy --format md`, over a connection. */
export const policyWith =
  (connect: Connect): Command =>
  (program, context) => {
    program
      .option('--format <format>', `what to print: ${POLICY_FORMATS.join(', ')}`, 'md')
      .option(...JSON_OPTION)
      .action(async ({ format, json }: { readonly format: string; readonly json?: boolean }) => {
        if (!POLICY_FORMATS.some((known) => known === format)) {
          context.note(`There is no format "${format}". Use ${POLICY_FORMATS.join(', ')}.`)
          throw new ExitError(USAGE)
        }
        const client = await connect(context)
        const shown = policyShown.parse(await client.get(`/policy?format=${inPath(format)}`))
        printData(context, shown, { isJson: json, text: shown.text.trimEnd() })
      })
  }

/** `farebox policy`: the privacy policy of the running server, and what else is made of the same inventory. */
export const policy: Command = policyWith(connectOperator)
