import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'

/** A wallet with a key of its own: its address with the checksum, and what signs messages as wallets do (EIP-191). */
export type RefundWallet = { readonly address: string; readonly sign: (message: string) => Promise<string> }

/** A new wallet. */
export function newWallet(): RefundWallet {
  const account = privateKeyToAccount(generatePrivateKey())
  return { address: account.address, sign: (message) => account.signMessage({ message }) }
}
