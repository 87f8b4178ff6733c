import type { NanoUsd } from '../../../lib/index.ts'
import { worthOf, type X402Payment, type X402Terms } from './payment.ts'

/** Why a payment is not what is asked, whenever it comes. */
export type Mismatch = 'network' | 'asset' | 'recipient' | 'short' | 'signature'

/** The transfer has to be in a block while it is valid. */
const SETTLE_SECONDS = 10
/** Half the order of secp256k1; tokens refuse the other half. Source: eips.ethereum.org/EIPS/eip-2, as of 2026-11-26. */
const HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n

/** What is wrong with a payment; undefined for one that is as asked, and signed by the wallet that pays. */
export async function mismatchOf(terms: X402Terms, payment: X402Payment, needed: NanoUsd): Promise<Mismatch | undefined> {
  if (payment.chainId !== terms.chainId) return 'network'
  if (payment.asset !== terms.asset) return 'asset'
  if (payment.to !== terms.payTo) return 'recipient'
  if (payment.value <= 0n || worthOf(payment) < needed) return 'short'
  return (await isSigned(terms, payment)) ? undefined : 'signature'
}

/** Whether a payment cannot be carried out yet, or any more, at a time in milliseconds since 1970. */
export function untimely({ validAfter, validBefore }: X402Payment, now: number): 'early' | 'expired' | undefined {
  const seconds = now / 1000
  if (validAfter >= seconds) return 'early'
  return validBefore <= seconds + SETTLE_SECONDS ? 'expired' : undefined
}

const TYPES = {
  TransferWithAuthorization: [
    { name: 'from', type: 'address' },
    { name: 'to', type: 'address' },
    { name: 'value', type: 'uint256' },
    { name: 'validAfter', type: 'uint256' },
    { name: 'validBefore', type: 'uint256' },
    { name: 'nonce', type: 'bytes32' },
  ],
} as const

/** Whether a key of `from` signed exactly this. Sources: eips.ethereum.org/EIPS/eip-712, eips.ethereum.org/EIPS/eip-3009, as of 2026-11-26. */
async function isSigned(terms: X402Terms, payment: X402Payment): Promise<boolean> {
  if (BigInt(`0x${payment.signature.slice(66, 130)}`) > HALF_ORDER || !/(?:1b|1c)$/.test(payment.signature)) return false
  const { recoverTypedDataAddress } = await import('viem/utils')
  const signer = recoverTypedDataAddress({
    domain: { name: terms.tokenName, version: terms.tokenVersion, chainId: payment.chainId, verifyingContract: hex(payment.asset) },
    types: TYPES,
    primaryType: 'TransferWithAuthorization',
    message: {
      ...{ from: hex(payment.from), to: hex(payment.to), value: payment.value, nonce: hex(payment.nonce) },
      ...{ validAfter: BigInt(payment.validAfter), validBefore: BigInt(payment.validBefore) },
    },
    signature: hex(payment.signature),
  })
  // What is no point on the curve is no signature.
  return (
    (await signer.then(
      (address) => address.toLowerCase(),
      () => undefined,
    )) === payment.from
  )
}

const hex = (text: string): `0x${string}` => `0x${text.slice(2)}`
