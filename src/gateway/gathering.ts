import { Writable } from 'node:stream'

/** Bytes that wait while others are on their way. */
const WAITING_BYTES_MAX = 65_536

/**
 * Writes on to a stream, and what comes while a part is on its way as one part: whoever sends a body in single bytes has each framed, sent and read
 * on its own otherwise, which holds up both ends. Its errors are those of `onward`, which tells them itself.
 */
export function gatheringTo(onward: Writable): Writable {
  return new Writable({
    highWaterMark: WAITING_BYTES_MAX,
    write: (part: Buffer, _, done) => void onward.write(part, done),
    writev: (parts, done) => void onward.write(Buffer.concat(parts.map(({ chunk }) => chunk as Buffer)), done),
    final: (done) => void onward.end(done),
  }).on('error', () => undefined)
}
