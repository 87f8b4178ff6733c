import type { Database } from '../../db/index.ts'
import { fail } from '../../failures.ts'
import { checksummedAddress, unitsOfNano } from '../rails/usdc/index.ts'
import { type AddressSaid, addressOf, depositOf, refundMessage, sayAddress } from './address.ts'
import { askRailRefund, chainOf, type RailRefundRequest } from './ask-refund.ts'
import { cancelRefund } from './cancel.ts'
import { carryOnRefund, carryOnRefunds } from './carry-on.ts'
import { claimOf } from './claim.ts'
import type { RefundParts } from './parts.ts'
import { payerOf } from './payer.ts'
import { type RailRefund, refundPurpose } from './refund.ts'
import { needsAddress, screen } from './screen.ts'
import { enterTransaction } from './send.ts'
import { findRefund, listRefunds, listRefundsOf, listRefundsOfAccount } from './store.ts'

/** What is to be sent: exactly `units` of `token` on a chain; addresses with their checksums. */
export type ToSend = {
  readonly chainId: number
  readonly chain: string
  readonly token: string
  readonly decimals: number
  readonly units: bigint
  /** Undefined until it is known, when the account was erased, and while nothing is sent to it. */
  readonly address: string | undefined
}

/** A refund with what is readable of it. */
export type ShownRefund = {
  readonly refund: RailRefund
  /** Undefined where it does not go by a chain, or by one that is not looked at any more. */
  readonly toSend: ToSend | undefined
  readonly txHash: string | undefined
  /** The wallet that paid, where it still has to be said where the refund goes. */
  readonly payer: string | undefined
  /** The page where it is claimed. */
  readonly claimLink: string | undefined
}

/** Money of payments in coins that goes back to whoever paid; the house sends it, and holds no key here. */
export type RefundDesk = {
  /** See askRailRefund. */
  readonly ask: (tx: Database, request: RailRefundRequest) => Promise<RailRefund>
  readonly carryOn: (id: string) => Promise<RailRefund | undefined>
  /** The id of a refund that is there, in a transaction of the caller's. Fails with refund_unknown. */
  readonly requireKnown: (tx: Database, id: string) => Promise<string>
  /** Fails with refund_unknown. */
  readonly show: (id: string) => Promise<ShownRefund>
  readonly listOf: (paymentId: string) => Promise<readonly RailRefund[]>
  readonly list: (asked: { readonly isAll: boolean; readonly limit: number }) => Promise<readonly RailRefund[]>
  readonly ownOf: (accountId: string) => Promise<readonly ShownRefund[]>
  /** See sayAddress. */
  readonly sayAddress: (said: AddressSaid) => Promise<void>
  /** The message that the wallet which paid signs for an address. */
  readonly messageFor: (refundId: string, address: string) => string
  /** See enterTransaction. */
  readonly enterTransaction: (refundId: string, txHash: string) => Promise<void>
  /** See cancelRefund. */
  readonly cancel: (refundId: string) => Promise<void>
  /** Carries on what crashes, outages and chains left. */
  readonly finish: () => Promise<void>
}

/** Opens the desk. */
export function openRefundDesk(parts: RefundParts): RefundDesk {
  const { database } = parts
  return {
    ask: (tx, request) => askRailRefund(parts, tx, request),
    carryOn: (id) => carryOnRefund(parts, id),
    requireKnown: async (tx, id) => (await findRefund(tx, id))?.id ?? fail('refund_unknown'),
    show: async (id) => show(parts, (await findRefund(database, id)) ?? fail('refund_unknown')),
    listOf: (paymentId) => listRefundsOf(database, paymentId),
    list: (asked) => listRefunds(database, asked),
    ownOf: async (accountId) => Promise.all((await listRefundsOfAccount(database, accountId)).map((refund) => show(parts, refund))),
    sayAddress: (said) => sayAddress(parts, said),
    messageFor: (refundId, address) => refundMessage({ service: parts.service, refundId, address }),
    enterTransaction: (refundId, txHash) => enterTransaction(parts, refundId, txHash),
    cancel: (refundId) => cancelRefund(parts, refundId),
    finish: async () => void (await carryOnRefunds(parts)),
  }
}

async function show(parts: RefundParts, refund: RailRefund): Promise<ShownRefund> {
  const { id, accountId, txSealed } = refund
  const address = await addressOf(parts, refund)
  const txHash = txSealed && (await parts.sealing.unseal(accountId, txSealed, refundPurpose('tx', id)))?.toString()
  const held = refund.state === 'taken' && address !== undefined ? await screen(parts, address) : undefined
  const deposit = needsAddress(refund) ? await depositOf(parts, refund) : undefined
  const payer = deposit && (await payerOf(parts, accountId, deposit))
  return {
    // What is on the list of sanctions by now is not sent to; what was sent is shown as it was.
    ...{ refund: held === undefined ? refund : { ...refund, outcome: held }, txHash },
    ...{ toSend: await toSendOf(parts, refund, held === undefined ? address : undefined), claimLink: (await claimOf(parts, refund))?.link },
    payer: payer && (await checksummedAddress(payer)),
  }
}

async function toSendOf(parts: RefundParts, refund: RailRefund, address: string | undefined): Promise<ToSend | undefined> {
  const on = chainOf(parts, refund)
  if (on === undefined) return undefined
  const { id, name, token, decimals } = on.chain
  return {
    ...{ chainId: id, chain: name, token: await checksummedAddress(token), decimals, units: unitsOfNano(refund.amount, decimals) },
    address: address && (await checksummedAddress(address)),
  }
}
