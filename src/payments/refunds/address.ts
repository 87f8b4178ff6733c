import { sql } from '../../db/index.ts'
import { fail } from '../../failures.ts'
import { findSigner, readWrittenAddress } from '../rails/usdc/index.ts'
import { findPayment } from '../store.ts'
import { chainOf } from './ask-refund.ts'
import { type RefundParts, timeOf } from './parts.ts'
import { findDeposit, type PaidDeposit, payerOf } from './payer.ts'
import { type AddressProof, type RailRefund, refundPurpose } from './refund.ts'
import { hold, screen } from './screen.ts'
import { findRefund, stepRefund } from './store.ts'

/**
 * Where a refund is to go, as somebody says who is of its account: with a signature of the wallet that paid, or without one where they have just
 * shown who they are.
 */
export type AddressSaid = {
  readonly accountId: string
  readonly refundId: string
  readonly address: string
  readonly signature: string | undefined
  readonly isFresh: boolean
}

/** The exact message that the wallet which paid signs; it names service, refund and address, so that it serves for nothing else. */
export const refundMessage = ({
  service,
  refundId,
  address,
}: {
  readonly service: string
  readonly refundId: string
  readonly address: string
}) => `${service}: send refund ${refundId.toLowerCase()} to ${address.toLowerCase()}`

/**
 * Says where a refund goes, once. Fails with refund_unknown (also for another account's), refund_ended, refund_address_known,
 * refund_address_invalid, refund_address_refused, refund_signature_invalid, not_fresh, deposits_halted, and with refund_in_review where the wallet
 * that signed the payment is on the list of sanctions.
 */
export async function sayAddress(parts: RefundParts, said: AddressSaid): Promise<void> {
  const refund = await findRefund(parts.database, said.refundId)
  if (refund?.accountId !== said.accountId || refund.chainId === undefined) return fail('refund_unknown')
  if (refund.addressSealed !== undefined) fail('refund_address_known')
  if (refund.state !== 'taken') fail('refund_ended')
  const address = (await readWrittenAddress(said.address)) ?? fail('refund_address_invalid', { field: 'address' })
  await refuseAddress(parts, refund, address)
  await refuseListedPayer(parts, refund)
  const proof = await proofOf(parts, refund, { ...said, address })
  if (!(await keepAddress(parts, refund, { address, proof }))) fail('refund_address_known')
}

/**
 * Notes the wallet that paid where the payment itself proves that it is the payer's, unless it is on the list of sanctions: that waits for the
 * operator. Resolves whether the payment proves one.
 */
export async function keepPayer(parts: RefundParts, refund: RailRefund): Promise<boolean> {
  const payer = await signerOf(parts, refund)
  if (payer === undefined) return false
  const held = await screen(parts, payer)
  if (held === undefined) await keepAddress(parts, refund, { address: payer, proof: 'paid_by_signature' })
  else await hold(parts, refund, held)
  return true
}

/** The wallet that signed the payment of a refund; undefined where none did, or its account was erased. */
async function signerOf(parts: RefundParts, refund: RailRefund): Promise<string | undefined> {
  const deposit = await depositOf(parts, refund)
  return deposit?.isSigned === true ? await payerOf(parts, refund.accountId, deposit) : undefined
}

/** What a wallet on the list paid goes to no other one either without the operator; the list was read before. */
async function refuseListedPayer(parts: RefundParts, refund: RailRefund): Promise<void> {
  const payer = await signerOf(parts, refund)
  if (payer !== undefined && parts.sanctions.has(payer)) fail('refund_in_review')
}

/** What came in for the payment of a refund. */
export async function depositOf(parts: RefundParts, { paymentId }: RailRefund): Promise<PaidDeposit | undefined> {
  const payment = await findPayment(parts.database, paymentId)
  return payment && (await findDeposit(parts, parts.database, payment))
}

async function keepAddress(
  parts: RefundParts,
  { id, accountId }: RailRefund,
  { address, proof }: { readonly address: string; readonly proof: AddressProof },
): Promise<boolean> {
  const sealed = await parts.sealing.seal(accountId, Buffer.from(address), refundPurpose('address', id))
  return await stepRefund(parts.database, id, {
    from: ['taken'],
    to: 'taken',
    at: timeOf(parts),
    outcome: null,
    address: { sealed, proof },
  })
}

const NOBODY = `0x${'0'.repeat(40)}`

/** Money is not sent to nobody, to the token itself, to an address of the house, or to one on the list of sanctions. */
async function refuseAddress(parts: RefundParts, refund: RailRefund, address: string): Promise<void> {
  const on = chainOf(parts, refund) ?? fail('refund_not_offered')
  const own = await parts.database.query(sql`select from usdc_address where address = ${Buffer.from(address.slice(2), 'hex')}`)
  const held = await screen(parts, address)
  if (held === 'sanctions_unread') fail('deposits_halted')
  if (address === NOBODY || address === on.chain.token || own.length > 0 || held !== undefined)
    fail('refund_address_refused', { field: 'address' })
}

async function proofOf(parts: RefundParts, refund: RailRefund, { address, signature, isFresh }: AddressSaid): Promise<AddressProof> {
  if (signature === undefined) return isFresh ? 'dashboard' : fail('not_fresh')
  const deposit = await depositOf(parts, refund)
  const payer = deposit && (await payerOf(parts, refund.accountId, deposit))
  const on = chainOf(parts, refund) ?? fail('refund_not_offered')
  const message = refundMessage({ service: parts.service, refundId: refund.id, address })
  const signer = payer === undefined ? undefined : await findSigner(on.endpoints, { message, signature, wallets: [payer] })
  return signer === undefined ? fail('refund_signature_invalid', { message }) : 'signature'
}

/** Where a refund goes, in lower case; undefined before it was said, and when its account was erased. */
export async function addressOf({ sealing }: Pick<RefundParts, 'sealing'>, refund: RailRefund): Promise<string | undefined> {
  if (refund.addressSealed === undefined) return undefined
  return (await sealing.unseal(refund.accountId, refund.addressSealed, refundPurpose('address', refund.id)))?.toString()
}
