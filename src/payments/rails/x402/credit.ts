import type { Keyring, SubjectKeys } from '../../../privacy/index.ts'
import type { PaymentDesk } from '../../desk.ts'
import { externalIdOf, worthOf, X402_RAIL, type X402Payment } from './payment.ts'
import { noteSettled, originPurpose, pendingPurpose } from './payments.ts'
import { openWallet, type WalletAccount, type WalletParts } from './wallets.ts'

/** What payments are credited with. */
export type CreditParts = WalletParts & {
  readonly desk: Pick<PaymentDesk, 'settle' | 'problem'>
  readonly keyring: Pick<Keyring, 'seal' | 'unseal'>
  readonly sealing: Pick<SubjectKeys, 'seal'>
}

/** A payment that was carried out. */
export type Done = { readonly payment: X402Payment; readonly txHash: string; readonly tag: Buffer }

/** Credits a payment to the account of its wallet, once, however often it is called. */
export async function creditPayment(parts: CreditParts, { payment, txHash, tag }: Done): Promise<WalletAccount> {
  const wallet = await openWallet(parts, payment.from)
  const { accountId } = wallet
  await parts.desk.settle({ rail: X402_RAIL, externalId: externalIdOf(payment), accountId, amount: worthOf(payment) })
  const origin = Buffer.from(JSON.stringify({ transaction: txHash, from: payment.from }))
  const originSealed = await parts.sealing.seal(accountId, origin, originPurpose(tag))
  await noteSettled(parts.database, tag, { accountId, originSealed, now: new Date(parts.clock.now()) })
  return wallet
}

/** A payment while it is being settled: itself, and its transaction once that is known. */
export type Pending = { readonly payment: X402Payment; readonly txHash: string | undefined }

/** Seals a payment for as long as it is being settled. */
export const sealPending = ({ keyring }: Pick<CreditParts, 'keyring'>, tag: Buffer, { payment, txHash }: Pending): Buffer =>
  keyring.seal(Buffer.from(JSON.stringify({ ...payment, value: payment.value.toString(), txHash })), pendingPurpose(tag))

/** The payment that was sealed. */
export function openPending({ keyring }: Pick<CreditParts, 'keyring'>, tag: Buffer, sealed: Buffer): Pending {
  const { txHash, value, ...payment } = JSON.parse(keyring.unseal(sealed, pendingPurpose(tag)).toString()) as Written
  return { payment: { ...payment, value: BigInt(value) }, txHash }
}

type Written = Omit<X402Payment, 'value'> & { readonly value: string; readonly txHash?: string }
