import type { Socket } from 'node:net'
import { Client } from 'undici'
import type { Outside } from './outside.ts'
import { isPublicAddress } from './public-address.ts'

/** Why a host is not called: its name leads nowhere, or to what is not public; it did not answer; it took too long. */
export class NotPublicError extends Error {
  readonly reason: 'address' | 'answer' | 'time'
  constructor(reason: NotPublicError['reason']) {
    super(reason)
    this.name = 'NotPublicError'
    this.reason = reason
  }
}

/** A client for one host, which has to be destroyed. */
export type PublicClient = Client

const ADDRESSES_MAX = 32
const HEADER_BYTES_MAX = 16_384

/**
 * A client for a public host, whose name is looked up once and called at one of the addresses that were found, all of which have to be public. No
 * credentials, no proxy; what a machine's rule turned elsewhere is not used. Throws NotPublicError, also from its requests.
 */
export async function publicClient(outside: Outside, name: string, signal: AbortSignal): Promise<PublicClient> {
  const address = await addressOf(outside, name, signal)
  return new Client(`https://${name}`, {
    ...{ allowH2: false, maxHeaderSize: HEADER_BYTES_MAX, pipelining: 1 },
    connect: (_, onConnected) => {
      outside.dial({ name, address }, (thrown, socket) => {
        if (thrown !== null || socket === null) return onConnected(thrown ?? new NotPublicError('answer'), null)
        if (isDialled(socket, address)) return onConnected(null, socket)
        socket.destroy()
        onConnected(new NotPublicError('address'), null)
      })
    },
  })
}

/** One address of a name; a name with any that is not public has none. */
async function addressOf(outside: Outside, name: string, signal: AbortSignal): Promise<string> {
  let found: readonly string[] = []
  try {
    found = await Promise.race([outside.resolve(name, signal), aborted(signal)])
  } catch {
    throw new NotPublicError(signal.aborted ? 'time' : 'address')
  }
  if (signal.aborted) throw new NotPublicError('time')
  const [first] = found
  if (first === undefined || found.length > ADDRESSES_MAX || !found.every(isPublicAddress)) throw new NotPublicError('address')
  return first
}

/** Rejects when a signal ends what is waited for. */
const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    if (signal.aborted) reject(new NotPublicError('time'))
    signal.addEventListener('abort', () => reject(new NotPublicError('time')), { once: true })
  })

/** Whether a connection leads where it was meant to lead. */
const isDialled = (socket: Pick<Socket, 'remoteAddress'>, address: string): boolean => socket.remoteAddress === address
