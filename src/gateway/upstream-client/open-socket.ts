import net, { type OnReadOpts, type Socket } from 'node:net'
import tls from 'node:tls'
import { takenOut } from '../../lib/index.ts'

/** A socket that is being connected, and the event that says it can be written to. */
export type OpeningSocket = { readonly socket: Socket; readonly readyEvent: 'connect' | 'secureConnect' }

/** How a TLS connection begins. */
export type Beginning = {
  /** What an earlier one agreed on. */
  readonly session?: Buffer | undefined
  /** Whether it is to carry many calls: the upstream is asked for HTTP/2, and who speaks it reads the socket himself. */
  readonly isShared: boolean
}

/** Connects to an origin. */
export type OpenSocket = (origin: URL, beginning: Beginning) => OpeningSocket

const KEEP_ALIVE_PROBE_MS = 60_000
const HTTPS = 'https:'

/** What one read gives at most, in bytes. */
export const READ_BYTES_MAX = 32_768
/** Every read of every socket goes here and is told on as a copy: Node's own way reads once more after a pause, and holds that for each slow reader. */
const read = Buffer.allocUnsafeSlow(READ_BYTES_MAX)

/** Connects to an origin as it is: over TLS only to the host that it names, by a certificate that is trusted. */
export function openSocket({ protocol, hostname, port }: URL, beginning: Beginning): OpeningSocket {
  const isSecure = protocol === HTTPS
  const place = { host: hostname.replace(/^\[(.*)\]$/, '$1'), port: Number(port) || (isSecure ? 443 : 80) }
  const onread = { buffer: read, callback: (count: number): boolean => socket.emit('data', takenOut(read, count)) }
  const taking = beginning.isShared ? place : { ...place, onread }
  const socket: Socket = isSecure ? connectSecurely(taking, beginning) : net.connect(taking)
  socket.setNoDelay(true)
  socket.setKeepAlive(true, KEEP_ALIVE_PROBE_MS)
  return { socket, readyEvent: isSecure ? 'secureConnect' : 'connect' }
}

type Place = { readonly host: string; readonly port: number; readonly onread?: OnReadOpts }

function connectSecurely(place: Place, { session, isShared }: Beginning): Socket {
  const name = net.isIP(place.host) === 0 ? { servername: place.host } : {}
  const known = session === undefined ? {} : { session }
  return tls.connect({ ...place, ...name, ...known, ALPNProtocols: isShared ? ['h2', 'http/1.1'] : ['http/1.1'] })
}
