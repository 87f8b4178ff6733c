import type { z } from 'zod'
import { refundWishList, refundWishShown } from '../api/contract/index.ts'
import type { Command } from './command.ts'
import type { Connect } from './operator-client.ts'
import { inPath, JSON_OPTION, printData, shortTime } from './operator-command.ts'
import { formatTable } from './table.ts'

type Flags = { readonly json?: boolean }
type ListFlags = Flags & { readonly all?: boolean }
type GrantFlags = Flags & { readonly amount?: string }

/** `farebox refunds asked|grant|decline`, over a connection: what customers asked back and the operator decides on. */
export const refundWishesWith =
  (connect: Connect): Command =>
  (program, context) => {
    program
      .command('asked')
      .description('list money that customers asked back and that waits for a decision, oldest first')
      .option('--all', 'the last of all, newest first')
      .option(...JSON_OPTION)
      .action(async (flags: ListFlags) => {
        const path = `/refund-wishes?state=${flags.all === true ? 'all' : 'open'}`
        const list = refundWishList.parse(await (await connect(context)).get(path))
        const rows = list.data.map((one) => [one.id, shortTime(one.asked_at), one.rail, one.paid, one.available, one.amount, one.state])
        const heads = ['wish', 'asked (UTC)', 'rail', 'paid $', 'balance $', 'amount $', 'state']
        const text = rows.length === 0 ? 'Nobody waits for an answer.' : formatTable(heads, rows, [3, 4, 5])
        printData(context, list, { isJson: flags.json, text })
      })
    program
      .command('grant')
      .description('have what a customer asked back go back, or less of it')
      .argument('<wish>', 'id of what was asked')
      .option('--amount <usd>', 'less than was asked for, such as 5.00')
      .option(...JSON_OPTION)
      .action(async (wish: string, flags: GrantFlags) => {
        const body = flags.amount === undefined ? {} : { amount: flags.amount }
        const shown = refundWishShown.parse(await (await connect(context)).post(`/refund-wishes/${inPath(wish)}/acceptance`, body))
        printData(context, shown, { isJson: flags.json, text: tellGranted(shown) })
      })
    program
      .command('decline')
      .description('decline what a customer asked back')
      .argument('<wish>', 'id of what was asked')
      .argument('<reason>', 'why, as the customer reads it')
      .option(...JSON_OPTION)
      .action(async (wish: string, reason: string, flags: Flags) => {
        const shown = refundWishShown.parse(await (await connect(context)).post(`/refund-wishes/${inPath(wish)}/refusal`, { reason }))
        printData(context, shown, {
          isJson: flags.json,
          text: `Declined. The customer reads why, and $${shown.amount} stay on the balance.`,
        })
      })
  }

const tellGranted = ({ refund_id: refund, rail }: z.output<typeof refundWishShown>): string =>
  rail === 'stripe'
    ? `Granted: refund ${refund} goes to the card that paid.`
    : `Granted: whoever paid says where it goes.\nNext: npx farebox refunds show ${refund}`
