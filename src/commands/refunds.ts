import type { z } from 'zod'
import { paymentRefundShown, railRefundList, railRefundShown } from '../api/contract/index.ts'
import type { Command } from './command.ts'
import { type Connect, connectOperator } from './operator-client.ts'
import { inPath, JSON_OPTION, printData, shortTime } from './operator-command.ts'
import { refundWishesWith } from './refund-wishes.ts'
import { formatTable } from './table.ts'

type Flags = { readonly json?: boolean }
type AskFlags = Flags & { readonly exception?: boolean }
type ListFlags = Flags & { readonly all?: boolean }

/** `farebox refunds ask|list|show|sent|cancel`, and what customers asked for, over a connection. */
export const refundsWith =
  (connect: Connect): Command =>
  (program, context) => {
    program
      .command('ask')
      .description('give money of a payment back to whoever paid; it leaves the balance at once')
      .argument('<payment>', 'id of the payment')
      .argument('<amount>', 'USD, such as 10.00')
      .option('--exception', 'although the rules of the house would refuse it')
      .option(...JSON_OPTION)
      .action(async (payment: string, amount: string, flags: AskFlags) => {
        const body = { amount, exception: flags.exception === true }
        const asked = paymentRefundShown.parse(await (await connect(context)).post(`/payments/${inPath(payment)}/refunds`, body))
        const text = `Refund ${asked.id} of $${asked.amount}: ${asked.state}${asked.outcome === null ? '' : ` (${asked.outcome})`}.\nNext: npx farebox refunds show ${asked.id}`
        printData(context, asked, { isJson: flags.json, text })
      })
    program
      .command('list')
      .description('list refunds in coins that have not ended, oldest first')
      .option('--all', 'the last of all, newest first')
      .option(...JSON_OPTION)
      .action(async (flags: ListFlags) => {
        const path = `/refunds?state=${flags.all === true ? 'all' : 'open'}`
        const list = railRefundList.parse(await (await connect(context)).get(path))
        const rows = list.data.map((one) => [one.id, shortTime(one.asked_at), one.rail, one.amount, one.state, one.outcome ?? ''])
        const text =
          rows.length === 0 ? 'No refund is open.' : formatTable(['refund', 'asked (UTC)', 'rail', 'amount $', 'state', 'why'], rows, [3])
        printData(context, list, { isJson: flags.json, text })
      })
    program
      .command('show')
      .description('show exactly what is to be sent where, or the page where it is claimed')
      .argument('<refund>', 'id of the refund')
      .option(...JSON_OPTION)
      .action(async (refund: string, flags: Flags) => {
        const shown = railRefundShown.parse(await (await connect(context)).get(`/refunds/${inPath(refund)}`))
        printData(context, shown, { isJson: flags.json, text: tellRefund(shown) })
      })
    program
      .command('sent')
      .description('say with which transaction a refund was sent')
      .argument('<refund>', 'id of the refund')
      .argument('<transaction>', 'hash of the transaction')
      .option(...JSON_OPTION)
      .action(async (refund: string, txHash: string, flags: Flags) => {
        const body = { tx_hash: txHash }
        const shown = railRefundShown.parse(await (await connect(context)).post(`/refunds/${inPath(refund)}/transaction`, body))
        printData(context, shown, { isJson: flags.json, text: tellRefund(shown) })
      })
    program
      .command('cancel')
      .description('cancel a refund of which nothing was sent; its money is on the balance again')
      .argument('<refund>', 'id of the refund')
      .option(...JSON_OPTION)
      .action(async (refund: string, flags: Flags) => {
        const shown = railRefundShown.parse(await (await connect(context)).post(`/refunds/${inPath(refund)}/cancellation`, {}))
        printData(context, shown, { isJson: flags.json, text: tellRefund(shown) })
      })
    refundWishesWith(connect)(program, context)
  }

/** `farebox refunds`: money that goes back to whoever paid, on the running server. */
export const refunds: Command = refundsWith(connectOperator)

/** A refund and what is to be done about it. */
function tellRefund({
  id,
  amount,
  state,
  outcome,
  to_send: toSend,
  claim_link: link,
  tx_hash: txHash,
}: z.output<typeof railRefundShown>): string {
  const head = `Refund ${id} of $${amount}: ${state}${outcome === null ? '' : ` (${outcome})`}.`
  if (txHash !== null && state !== 'taken') return `${head}\nTransaction ${txHash}`
  if (state !== 'taken' && state !== 'sent') return head
  if (link !== null) return `${head}\nIt is claimed at ${link}`
  if (toSend === null) return head
  if (toSend.address === null) return `${head}\n${NOWHERE[outcome ?? ''] ?? 'Whoever paid has to say where it goes; they were written to.'}`
  const how = `Send exactly ${toSend.token_amount} of the token ${toSend.token} on ${toSend.chain} (chain ${toSend.chain_id}) to ${toSend.address}.`
  return `${head}\n${how}\nNext: npx farebox refunds sent ${id} <hash of the transaction>`
}

/** Why there is nowhere to send a refund, where nobody is asked. */
const NOWHERE: Readonly<Record<string, string>> = {
  recipient_sanctioned: 'The wallet is on your list of sanctions: nothing is to be sent. Cancel the refund, or correct the list.',
  sanctions_unread: 'Your list of sanctions was never read: nothing is to be sent until it was.',
}
