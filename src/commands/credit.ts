import { creditShown } from '../api/contract/index.ts'
import type { Command } from './command.ts'
import { type Connect, connectOperator } from './operator-client.ts'
import { inPath, JSON_OPTION, printData } from './operator-command.ts'

type Flags = { readonly json?: boolean; readonly reason: string; readonly promotion?: boolean }

/** `farebox credit <account> <amount>`, over a connection. */
export const creditWith =
  (connect: Connect): Command =>
  (program, context) => {
    program
      .argument('<account>', 'id of the account')
      .argument('<amount>', 'USD, such as 10.00')
      .requiredOption('--reason <text>', 'why, as it will stand in the books')
      .option('--promotion', 'a gift of the house instead of money received')
      .option(...JSON_OPTION)
      .action(async (account: string, amount: string, flags: Flags) => {
        const body = { amount, reason: flags.reason, kind: flags.promotion === true ? 'promotion' : 'manual' }
        const credit = creditShown.parse(await (await connect(context)).post(`/accounts/${inPath(account)}/credits`, body))
        const { available, held } = credit.balance
        const done = `Credited $${amount}. Available: $${available}, held: $${held}.`
        printData(context, credit, { isJson: flags.json, text: `${done}\nNext: npx farebox key create ${account} --name main` })
      })
  }

/** `farebox credit`: gives an account money by hand, on the running server. */
export const credit: Command = creditWith(connectOperator)
