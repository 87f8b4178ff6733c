import { randomBytes } from 'node:crypto'
import { generatePrivateKey, type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts'
import type { X402Payment } from '../../../src/payments/index.ts'

/** A wallet with a key of its own. */
export type Wallet = { readonly address: string; readonly account: PrivateKeyAccount }

/** A new wallet. */
export function newWallet(): Wallet {
  const account = privateKeyToAccount(generatePrivateKey())
  return { address: account.address.toLowerCase(), account }
}

/** Where payments of tests go. */
export const PAY_TO = '0x00000000000000000000000000000000000000aa'

/** A transfer that is not signed. */
export type Draft = Omit<X402Payment, 'signature'>

/** What a wallet would pay so many units with, valid for a minute around `now` in milliseconds since 1970. */
export const draftOf = (wallet: Wallet, { units, now }: { readonly units: bigint; readonly now: number }): Draft => ({
  ...{ chainId: 8453, asset: '0x833589fcd6edb6e08f4c7c32d4f71b54bda02913', from: wallet.address, to: PAY_TO, value: units },
  ...{ validAfter: Math.floor(now / 1000) - 60, validBefore: Math.floor(now / 1000) + 60, nonce: `0x${randomBytes(32).toString('hex')}` },
})

const hex = (text: string): `0x${string}` => `0x${text.slice(2)}`

/** Signs a transfer as wallets do. Source: eips.ethereum.org/EIPS/eip-3009, as of 2026-11-26. */
export async function sign(wallet: Wallet, draft: Draft, domain = { name: 'USD Coin', version: '2' }): Promise<X402Payment> {
  const signature = await wallet.account.signTypedData({
    domain: { ...domain, chainId: draft.chainId, verifyingContract: hex(draft.asset) },
    types: {
      TransferWithAuthorization: [
        { name: 'from', type: 'address' },
        { name: 'to', type: 'address' },
        { name: 'value', type: 'uint256' },
        { name: 'validAfter', type: 'uint256' },
        { name: 'validBefore', type: 'uint256' },
        { name: 'nonce', type: 'bytes32' },
      ],
    },
    primaryType: 'TransferWithAuthorization',
    message: {
      ...{ from: hex(draft.from), to: hex(draft.to), value: draft.value, nonce: hex(draft.nonce) },
      ...{ validAfter: BigInt(draft.validAfter), validBefore: BigInt(draft.validBefore) },
    },
  })
  return { ...draft, signature }
}

/** The header in which a client sends a payment. */
export function headerOf({ chainId, asset, signature, ...authorization }: X402Payment): string {
  const { from, to, value, validAfter, validBefore, nonce } = authorization
  const accepted = {
    ...{ scheme: 'exact', network: `eip155:${chainId}`, amount: value.toString(), asset, payTo: to, maxTimeoutSeconds: 120 },
    extra: { name: 'USD Coin', version: '2' },
  }
  const written = { from, to, value: value.toString(), validAfter: `${validAfter}`, validBefore: `${validBefore}`, nonce }
  return Buffer.from(JSON.stringify({ x402Version: 2, accepted, payload: { signature, authorization: written } })).toString('base64')
}
