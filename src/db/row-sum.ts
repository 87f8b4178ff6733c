/** A sum over hashes of rows; the same whatever their order, another when one is missing, doubled or changed. */
export type RowSum = { readonly add: (hash: Buffer) => void; readonly hex: () => string }

const BITS = 256n
const MASK = (1n << BITS) - 1n
const LANE_BYTES = 4
const LANES = 8
/** So many hashes fit into lanes of 53 bits. */
const ADDED_MAX = 2 ** 20

/** An empty sum, modulo 2^256. */
export function rowSum(): RowSum {
  let sum = 0n
  let added = 0
  // Whole numbers below 2^53, the highest lane first: a sum of big integers for each row takes as long as its hash.
  const lanes = new Float64Array(LANES)
  const fold = (): void => {
    let folded = 0n
    for (const lane of lanes) folded = (folded << BigInt(8 * LANE_BYTES)) + BigInt(lane)
    sum = (sum + folded) & MASK
    lanes.fill(0)
    added = 0
  }
  return {
    add: (hash) => {
      for (let lane = 0; lane < LANES; lane += 1) lanes[lane] = (lanes[lane] ?? 0) + hash.readUInt32BE(lane * LANE_BYTES)
      added += 1
      if (added === ADDED_MAX) fold()
    },
    hex: () => {
      fold()
      return sum.toString(16).padStart(Number(BITS) / 4, '0')
    },
  }
}
