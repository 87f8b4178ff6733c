/** A sum over hashes of rows; the same whatever their order, another when one is missing, doubled or changed. */
export type RowSum = { readonly add: (hash: Buffer) => void; readonly hex: () => string }

const BITS = 256n
const MASK = (1n << BITS) - 1n

/** An empty sum, modulo 2^256. */
export function rowSum(): RowSum {
  let sum = 0n
  return {
    add: (hash) => {
      sum = (sum + BigInt(`0x${hash.toString('hex')}`)) & MASK
    },
    hex: () => sum.toString(16).padStart(Number(BITS) / 4, '0'),
  }
}
