import { createHash, ECDH } from 'node:crypto'

/** An extended key that cannot be used; the message says what to give instead and holds nothing of the key. */
export class ExtendedKeyError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'ExtendedKeyError'
  }
}

/** Addresses of one extended public key; nobody can spend with it. `tag` tells two keys apart and is no part of either. */
export type AddressTree = {
  readonly tag: Buffer
  /** The checksummed address at an index from 0 up. Source: EIP-55, eips.ethereum.org/EIPS/eip-55, as of 2026-11-26. */
  readonly addressAt: (index: number) => string
}

/** Depth of the key of an account in BIP-44, m/44'/60'/0'; below it comes the chain of addresses that are shown to others, 0. */
const ACCOUNT_DEPTH = 3
/** Indices from here on are hardened, which takes the private key. */
export const INDEX_END = 2 ** 31

/**
 * Opens an xpub for deriving addresses in public. Of the key of an account (m/44'/60'/0') it takes 0/index, of any other index alone. Throws
 * ExtendedKeyError; a private key is refused before anything is derived of it. Source: BIP-32, BIP-44, github.com/bitcoin/bips, as of 2026-11-26.
 */
export async function openAddressTree(xpub: string): Promise<AddressTree> {
  const written = xpub.trim()
  if (/^[xtyzuv]prv/i.test(written)) {
    throw new ExtendedKeyError(
      'this is a private key. Take it out of the settings, move what it holds to a new wallet, and give the xpub of that: no private key may be here',
    )
  }
  if (!written.startsWith('xpub'))
    throw new ExtendedKeyError('this is no xpub. Export the "extended public key" of the account from the wallet')
  const { HDKey, publicKeyToAddress } = await import('viem/accounts')
  let root: InstanceType<typeof HDKey>
  try {
    root = HDKey.fromExtendedKey(written)
  } catch (thrown) {
    throw new ExtendedKeyError(
      `this xpub cannot be read, ${thrown instanceof RangeError ? 'a part is missing' : 'a letter is wrong or missing'}`,
    )
  }
  if (root.privateKey !== null) throw new ExtendedKeyError('this is a private key')
  const branch = root.depth === ACCOUNT_DEPTH ? root.deriveChild(0) : root
  return {
    tag: createHash('sha256').update(written).digest(),
    addressAt: (index) => {
      if (!Number.isInteger(index) || index < 0 || index >= INDEX_END) throw new RangeError('an index of an address')
      const point = branch.deriveChild(index).publicKey
      if (point === null) throw new RangeError('an index without a key')
      const whole = ECDH.convertKey(point, 'secp256k1', undefined, 'hex', 'uncompressed')
      if (typeof whole !== 'string') throw new TypeError('a point as text')
      return publicKeyToAddress(`0x${whole}`)
    },
  }
}
