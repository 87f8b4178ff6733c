import { constants, inflateRawSync, inflateSync, zstdDecompressSync } from 'node:zlib'

/** How much is read of a packed member and how much may come out of it; what lies further in is not looked at. */
const PACKED_BYTES_MAX = 256 * 1024
const UNPACKED_BYTES_MAX = 16 * 1024 * 1024
const MEMBERS_MAX = 5_000

/** What unpacks from gzip, zlib and zstd members that begin anywhere in these bytes, found by their first bytes. */
export function* unpackMembers(bytes: Buffer): Generator<Buffer> {
  for (const [start, unpack] of MEMBERS) {
    let offset = bytes.indexOf(start)
    for (let tried = 0; offset >= 0 && tried < MEMBERS_MAX; tried += 1) {
      const unpacked = attempt(unpack, bytes.subarray(offset, offset + PACKED_BYTES_MAX))
      if (unpacked.length > 0) yield unpacked
      offset = bytes.indexOf(start, offset + 1)
    }
  }
}

type Unpack = (bytes: Buffer) => Buffer

// Bytes that only look like a member are the rule and not worth a word; what is really packed needs no whole ending.
const bounds = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: UNPACKED_BYTES_MAX }
// node:zlib's own gunzip fails over what follows a member, so the header is passed over here.
const unpackGzip: Unpack = (bytes) => inflateRawSync(bytes.subarray(gzipHeaderBytes(bytes)), bounds)
const unpackZlib: Unpack = (bytes) => inflateSync(bytes, bounds)
const unpackZstd: Unpack = (bytes) => zstdDecompressSync(bytes, { maxOutputLength: UNPACKED_BYTES_MAX })

/** Of zlib's levels all four that writers use are looked for, with no preset dictionary. */
const MEMBERS: readonly (readonly [start: Buffer, unpack: Unpack])[] = [
  [Buffer.from('1f8b08', 'hex'), unpackGzip],
  [Buffer.from('28b52ffd', 'hex'), unpackZstd],
  [Buffer.from('7801', 'hex'), unpackZlib],
  [Buffer.from('785e', 'hex'), unpackZlib],
  [Buffer.from('789c', 'hex'), unpackZlib],
  [Buffer.from('78da', 'hex'), unpackZlib],
]

/** Bytes before the data of a gzip member. Source: RFC 1952 §2.3 (1996-05). */
function gzipHeaderBytes(bytes: Buffer): number {
  const flags = bytes[3] ?? 0
  let end = 10
  if ((flags & 4) !== 0) end += 2 + (bytes[end] ?? 0) + (bytes[end + 1] ?? 0) * 256
  for (const named of [8, 16]) if ((flags & named) !== 0) end = bytes.indexOf(0, end) + 1
  return (flags & 2) === 0 ? end : end + 2
}

function attempt(unpack: Unpack, bytes: Buffer): Buffer {
  try {
    return unpack(bytes)
  } catch (thrown) {
    if (!(thrown instanceof Error)) throw thrown
    return Buffer.alloc(0)
  }
}
