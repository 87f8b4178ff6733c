import { z } from '@hono/zod-openapi'
import { TRANSFER_KINDS } from '../../spec/index.ts'
import { amountInput, currencyInput } from './credit.ts'
import { balanceShown, ownWords, pageOf, time, usd } from './fields.ts'

/** Money taken from an account by hand, to be given back or because its payer's bank took it back. */
export const withdrawalInput = z
  .strictObject({ amount: amountInput, reason: ownWords(200), currency: currencyInput })
  .openapi('NewWithdrawal')

/** How a transfer is undone: when its account has less available by now, the rest becomes a debt only if `debt` says so. */
export const reversalInput = z
  .strictObject({ reason: ownWords(200), debt: z.boolean('true or false').prefault(false) })
  .openapi('NewReversal')

/** A movement that was booked, with what its account has and owes after it. */
export const transferMade = z.object({ transfer_id: z.string(), balance: balanceShown, debt: usd }).openapi('Transfer')

/** One movement of an account's journal; `amount` is negative when it took from the account. */
export const transferShown = z
  .object({
    id: z.string(),
    at: time,
    kind: z.enum(TRANSFER_KINDS),
    amount: usd,
    reason: z.string().nullable(),
    reverses: z.string().nullable(),
    reversed_by: z.string().nullable(),
  })
  .openapi('JournalEntry')

/** A page of an account's journal. */
export const transferPage = pageOf(transferShown)

export type TransferPageShown = z.output<typeof transferPage>
