import { transferMade } from '../api/contract/index.ts'
import type { Command } from './command.ts'
import { type Connect, connectOperator } from './operator-client.ts'
import { inPath, JSON_OPTION, printData } from './operator-command.ts'

type Flags = { readonly json?: boolean; readonly reason: string; readonly chargeback?: boolean }

/** `farebox refund <account> <amount>`, over a connection. */
export const refundWith =
  (connect: Connect): Command =>
  (program, context) => {
    program
      .argument('<account>', 'id of the account')
      .argument('<amount>', 'USD, such as 10.00')
      .requiredOption('--reason <text>', 'why, as it will stand in the books')
      .option('--chargeback', "the payer's bank took it back: what the account lacks becomes its debt")
      .option(...JSON_OPTION)
      .action(async (account: string, amount: string, flags: Flags) => {
        const isChargeback = flags.chargeback === true
        const path = `/accounts/${inPath(account)}/${isChargeback ? 'chargebacks' : 'refunds'}`
        const made = transferMade.parse(await (await connect(context)).post(path, { amount, reason: flags.reason }))
        const { available, held } = made.balance
        const done = `${isChargeback ? 'Charged back' : 'Refunded'} $${amount}.`
        const text = `${done} Available: $${available}, held: $${held}, owed: $${made.debt}.\nUndo: npx farebox transfer reverse ${made.transfer_id} --reason "..."`
        printData(context, made, { isJson: flags.json, text })
      })
  }

/** `farebox refund`: takes money out of an account by hand, on the running server. */
export const refund: Command = refundWith(connectOperator)
