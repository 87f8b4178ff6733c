import net, { type Socket } from 'node:net'
import tls from 'node:tls'

/** A socket that is being connected, and the event that says it can be written to. */
export type OpeningSocket = { readonly socket: Socket; readonly readyEvent: 'connect' | 'secureConnect' }

/** Connects to an origin; a TLS connection begins with what an earlier one agreed on, where `session` has it. */
export type OpenSocket = (origin: URL, session: Buffer | undefined) => OpeningSocket

const KEEP_ALIVE_PROBE_MS = 60_000
const HTTPS = 'https:'

/** Connects to an origin as it is: over TLS only to the host that it names, by a certificate that is trusted. */
export function openSocket({ protocol, hostname, port }: URL, session: Buffer | undefined): OpeningSocket {
  const isSecure = protocol === HTTPS
  const place = { host: hostname.replace(/^\[(.*)\]$/, '$1'), port: Number(port) || (isSecure ? 443 : 80) }
  const socket = isSecure ? connectSecurely(place, session) : net.connect(place)
  socket.setNoDelay(true)
  socket.setKeepAlive(true, KEEP_ALIVE_PROBE_MS)
  return { socket, readyEvent: isSecure ? 'secureConnect' : 'connect' }
}

type Place = { readonly host: string; readonly port: number }

function connectSecurely(place: Place, session: Buffer | undefined): Socket {
  const name = net.isIP(place.host) === 0 ? { servername: place.host } : {}
  const known = session === undefined ? {} : { session }
  return tls.connect({ ...place, ...name, ...known, ALPNProtocols: ['http/1.1'] })
}
