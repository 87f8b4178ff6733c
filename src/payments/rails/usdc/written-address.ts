import { readAddress } from './hex.ts'

/**
 * An address in lower case, of what people write: with its checksum, or all in small or in capital letters; undefined where it is none, or its
 * checksum says that it was mistyped. Source: eips.ethereum.org/EIPS/eip-55, as of 2026-11-27.
 */
export async function readWrittenAddress(text: string): Promise<string | undefined> {
  const written = text.trim()
  const address = readAddress(written)
  if (address === undefined) return undefined
  const digits = written.slice(2)
  if (digits === digits.toLowerCase() || digits === digits.toUpperCase()) return address
  return (await checksummedAddress(address)).slice(2) === digits ? address : undefined
}

/** An address as wallets show it, with its checksum. */
export async function checksummedAddress(address: string): Promise<string> {
  const { getAddress } = await import('viem/utils')
  return getAddress(address)
}
