import { Resolver } from 'node:dns/promises'
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { buildConnector } from 'undici'

/** Whom a connection is made to: the address is what is dialled, the name is what the certificate has to say. */
export type Dialled = { readonly name: string; readonly address: string }

/** Told of a connection whose certificate is the name's, or of why there is none. */
export type OnDialled = (thrown: Error | null, socket: Socket | TLSSocket | null) => void

/** What the fetcher knows of the world; a check puts one of its own in its place. */
export type Outside = {
  /** All addresses of a name, by DNS alone. Rejects where there are none. */
  readonly resolve: (name: string, signal: AbortSignal) => Promise<readonly string[]>
  /** A connection with TLS to port 443 of an address. */
  readonly dial: (to: Dialled, onDialled: OnDialled) => void
}

const DNS_TRY_MS = 2_000
const DNS_TRIES = 2
const CONNECT_MS = 5_000

/** The world as it is. Names are asked of the machine's name servers, so that no file of it and no neighbour answers for a name. */
export const systemOutside: Outside = { resolve, dial: dialPort(443) }

async function resolve(name: string, signal: AbortSignal): Promise<readonly string[]> {
  const resolver = new Resolver({ timeout: DNS_TRY_MS, tries: DNS_TRIES })
  const onAbort = (): void => resolver.cancel()
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    const answers = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)])
    return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

/** Dials a port; nothing is looked up, as what is dialled is an address. `trusted`: certificates (PEM) instead of the system's. */
export function dialPort(port: number, trusted?: string): Outside['dial'] {
  const connect = buildConnector({
    ...{ allowH2: false, maxCachedSessions: 0, timeout: CONNECT_MS, autoSelectFamily: false, minVersion: 'TLSv1.2' as const },
    ...(trusted === undefined ? {} : { ca: trusted }),
  })
  return ({ name, address }, onDialled) => {
    connect({ hostname: address, host: name, protocol: 'https:', port: String(port), servername: name }, (...told) => {
      const [thrown, socket] = told
      onDialled(thrown, socket)
    })
  }
}
