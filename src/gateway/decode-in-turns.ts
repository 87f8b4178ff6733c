import type { DecodedCall } from '../protocols/index.ts'
import { ClientGone } from './client-gone.ts'
import type { Gateway } from './gateway.ts'
import type { Exchange } from './open-call.ts'

/** What is no longer is read at once: in a few milliseconds at most, whatever it is. */
const AT_ONCE_BYTES_MAX = 262_144
/** So much is read in a millisecond or two. */
const STEP_BYTES = 65_536

/**
 * The call that a body is; a large one is read a step at a time, as others have their turn between them. Fails as its protocol does; throws
 * ClientGone.
 */
export function decodeInTurns(gateway: Pick<Gateway, 'timeShares'>, exchange: Exchange, body: Buffer): DecodedCall | Promise<DecodedCall> {
  const { protocol, address, response } = exchange
  const decoding = body.length > AT_ONCE_BYTES_MAX ? protocol.begin?.(body, address) : undefined
  if (decoding === undefined) return protocol.decode(body, address)
  return new Promise((resolve, reject) => {
    const step = (): void => {
      try {
        if (response.destroyed) throw new ClientGone()
        const call = decoding.step(STEP_BYTES)
        if (call === undefined) gateway.timeShares.wait(step)
        else resolve(call)
      } catch (thrown) {
        reject(thrown)
      }
    }
    gateway.timeShares.wait(step)
  })
}
