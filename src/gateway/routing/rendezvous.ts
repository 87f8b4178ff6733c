/**
 * Picks the same candidate for the same number while it is there, and moves only what lay with one that is gone. Source: Thaler and
 * Ravishankar, "Using name-based mappings to increase hit rates", IEEE/ACM Transactions on Networking 6 (1998).
 */
export function rendezvous<Candidate>(
  candidates: readonly Candidate[],
  key: number,
  idOf: (candidate: Candidate) => number,
): Candidate | undefined {
  let best: Candidate | undefined
  let most = -1
  for (const candidate of candidates) {
    const score = mixed(key, idOf(candidate))
    if (score <= most) continue
    most = score
    best = candidate
  }
  return best
}

/** A number of 32 bits that hangs on every bit of both. Source: MurmurHash3's finaliser, public domain. */
function mixed(key: number, id: number): number {
  const low = key >>> 0
  const high = Math.floor(key / 0x1_0000_0000) >>> 0
  return finished(finished(finished(low) ^ high) ^ Math.imul(id + 1, 0x9e37_79b1))
}

function finished(value: number): number {
  const once = Math.imul(value ^ (value >>> 16), 0x85eb_ca6b)
  const twice = Math.imul(once ^ (once >>> 13), 0xc2b2_ae35)
  return (twice ^ (twice >>> 16)) >>> 0
}
