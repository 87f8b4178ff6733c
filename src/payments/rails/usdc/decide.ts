import type { NanoUsd } from '../../../lib/index.ts'
import type { ProblemCode } from './deposit-record.ts'
import type { ChainParts } from './parts.ts'
import { nanoOfUnits } from './token-units.ts'
import type { Transfer } from './transfer-log.ts'

/** What is to be done with a transfer to one of our addresses, once it is final; amounts in nano-USD. */
export type Decision =
  | { readonly do: 'credit'; readonly accountId: string; readonly amount: NanoUsd }
  | { readonly do: 'keep-for-claim'; readonly amount: NanoUsd }
  | { readonly do: 'ask'; readonly code: ProblemCode; readonly accountId: string | undefined; readonly amount: NanoUsd | undefined }
  | { readonly do: 'ignore' }

/** Decides on a transfer; one to an address that is not ours is ignored. */
export async function decide(parts: ChainParts, transfer: Transfer): Promise<Decision> {
  const { terms, sanctions, chain } = parts
  const isHouse = transfer.to === terms.houseAddress
  const owner = isHouse ? null : await parts.book.ownerOf(transfer.to)
  if (owner === undefined) return { do: 'ignore' }
  const accountId = owner ?? undefined
  const amount = nanoOfUnits(transfer.units, chain.decimals)
  const ask = (code: ProblemCode): Decision => ({ do: 'ask', code, accountId, amount })
  if (amount === undefined) return ask('amount_impossible')
  if (sanctions.has(transfer.from)) return ask('sanctioned_sender')
  if (amount > terms.maximum) return ask('above_maximum')
  if (amount < terms.minimum && terms.dust === 'queue') return ask('below_minimum')
  if (isHouse) return { do: 'keep-for-claim', amount }
  return accountId === undefined ? ask('account_gone') : { do: 'credit', accountId, amount }
}
