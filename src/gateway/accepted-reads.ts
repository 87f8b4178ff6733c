import { Buffer } from 'node:buffer'
import type { Socket } from 'node:net'
import { alone, readInto, takenOut } from '../lib/index.ts'

/** What one read gives at most, in bytes. */
const READ_BYTES_MAX = 65_536
/** Where every connection is read that does not have more to say at once; what came is told on as a copy. */
const shared = Buffer.allocUnsafeSlow(READ_BYTES_MAX)

/** An accepted connection that takes new memory only where it fills what it is given: the rest of a long body is not copied. */
export function readAccepted(accepted: Socket): Socket {
  let place = shared
  return readInto(accepted, {
    buffer: () => place,
    told: (count) => {
      const bytes = place === shared ? takenOut(shared, count) : alone(place.subarray(0, count))
      place = count === READ_BYTES_MAX ? Buffer.allocUnsafeSlow(READ_BYTES_MAX) : shared
      return bytes
    },
  })
}
