import { askAll, type Endpoints } from './endpoints.ts'
import type { RpcCall } from './rpc.ts'

/** What is claimed: the service as customers know it, and the transaction. */
export type Claimed = { readonly service: string; readonly txHash: string }

/** The exact message that the paying wallet signs; it names service, purpose and transaction, so that it serves for nothing else. */
export const claimMessage = ({ service, txHash }: Claimed): string =>
  `${service}: claim a new account and its API key for transaction ${txHash.toLowerCase()}`

const SIGNATURE = /^0x(?:[0-9a-f]{2}){65,2048}$/
const KEY_SIGNATURE_LENGTH = 132

/** A signature with the wallets that may have made it, lower case. */
export type Signed = { readonly message: string; readonly signature: string; readonly wallets: readonly string[] }

/**
 * Which of some wallets signed a message: one with a key of its own (EIP-191), or a contract that says so (EIP-1271, asked of enough
 * endpoints); undefined for none. Sources: eips.ethereum.org/EIPS/eip-191, eips.ethereum.org/EIPS/eip-1271, as of 2026-11-26.
 */
export async function findSigner(endpoints: Endpoints, { message, signature, wallets }: Signed): Promise<string | undefined> {
  const written = signature.trim().toLowerCase()
  if (!isSignature(written)) return undefined
  const { recoverMessageAddress, hashMessage } = await import('viem/utils')
  if (written.length === KEY_SIGNATURE_LENGTH) {
    const signer = await recoverMessageAddress({ message, signature: written }).then((address) => address.toLowerCase(), unreadable)
    if (signer !== undefined && wallets.includes(signer)) return signer
  }
  const call = signatureCall(hashMessage(message), written)
  for (const wallet of wallets) {
    const told = await askAll(endpoints, (ask) => isAccepted(ask, wallet, call), String)
    if (told.result === 'agreed' && told.value) return wallet
  }
  return undefined
}

const isSignature = (text: string): text is `0x${string}` => SIGNATURE.test(text)

/** Anything that is no point on the curve is no signature. */
const unreadable = (_thrown: unknown): undefined => undefined

const MAGIC = '0x1626ba7e'

/** isValidSignature(bytes32,bytes) with the hash, and the signature as dynamic bytes. */
function signatureCall(hash: string, signature: string): string {
  const bytes = signature.slice(2)
  const length = (bytes.length / 2).toString(16).padStart(64, '0')
  const padded = bytes.padEnd(Math.ceil(bytes.length / 64) * 64, '0')
  return `${MAGIC}${hash.slice(2)}${(64).toString(16).padStart(64, '0')}${length}${padded}`
}

async function isAccepted(call: RpcCall, wallet: string, data: string): Promise<boolean> {
  const code = await call('eth_getCode', [wallet, 'latest'])
  if (typeof code !== 'string' || code.length <= 2) return false
  const answer = await call('eth_call', [{ to: wallet, data }, 'latest'])
  return typeof answer === 'string' && answer.toLowerCase() === `${MAGIC}${'0'.repeat(56)}`
}
