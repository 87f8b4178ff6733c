import { z } from 'zod'
import { creditShown, pendingShown } from '../api/contract/index.ts'
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
        const credit = CREDITED.parse(await (await connect(context)).post(`/accounts/${inPath(account)}/credits`, body))
        printData(context, credit, { isJson: flags.json, text: tell(credit, { account, amount }) })
      })
  }

/** `farebox credit`: gives an account money by hand, on the running server. */
export const credit: Command = creditWith(connectOperator)

/** Credit that waits for a second person, or one that was booked. */
const CREDITED = z.union([pendingShown, creditShown])

function tell(credit: z.infer<typeof CREDITED>, { account, amount }: { readonly account: string; readonly amount: string }): string {
  if ('state' in credit) {
    const waits = `Credit ${credit.id} of $${amount} waits for another operator, in the console under Waiting or at`
    return `${waits} POST /operator/v1/pending-credits/${credit.id}/approve. Do not ask again: nothing is booked before.`
  }
  const { available, held } = credit.balance
  return `Credited $${amount}. Available: $${available}, held: $${held}.\nNext: npx farebox key create ${account} --name main`
}
