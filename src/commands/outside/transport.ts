import tls from 'node:tls'
import { type Finding, judged, untried } from './finding.ts'
import { ask, hostOf, type Outside, portOf } from './server.ts'

const OLD = ['TLSv1', 'TLSv1.1', 'TLSv1.2'] as const
const SHAKE_MS_MAX = 10_000
const YEAR_SECONDS = 31_536_000

/** TLS 1.3 alone, with a certificate that holds, told to browsers. Source: RFC 8446 (2018-08), RFC 6797 (2012-11). */
export async function transportFindings(server: Outside): Promise<readonly Finding[]> {
  if (server.address.protocol !== 'https:') return [untried('TLS 1.3 and nothing below', 'the address is plain HTTP')]
  const newest = await shakesHands(server, 'TLSv1.3')
  const old = await Promise.all(OLD.map(async (version) => ((await shakesHands(server, version)) ? [version] : [])))
  const told = String((await ask(server, { path: '/healthz' })).headers['strict-transport-security'] ?? '')
  const seconds = Number(/max-age=(\d+)/.exec(told)?.[1] ?? 0)
  return [
    judged(
      'TLS 1.3, with a certificate that holds',
      newest,
      newest ? 'the handshake was made' : 'no handshake with TLS 1.3 and a certificate that holds',
    ),
    judged(
      'nothing below TLS 1.3',
      old.flat().length === 0,
      old.flat().length === 0 ? 'older versions are refused' : `${old.flat().join(', ')} is spoken`,
    ),
    judged('browsers are told to keep to TLS', seconds >= YEAR_SECONDS, told === '' ? 'no Strict-Transport-Security' : told),
  ]
}

function shakesHands(server: Outside, version: (typeof OLD)[number] | 'TLSv1.3'): Promise<boolean> {
  return new Promise((resolve) => {
    const isOld = version !== 'TLSv1.3'
    const host = hostOf(server.address)
    const socket = tls.connect({
      ...{ host, port: portOf(server.address), minVersion: version, maxVersion: version, timeout: SHAKE_MS_MAX },
      ...(/^[\d.]+$|:/.test(host) ? {} : { servername: host }),
      ...(server.ca === undefined ? {} : { ca: server.ca }),
      // Level 0 lets our own side offer what it would not by itself.
      ...(isOld ? { ciphers: 'DEFAULT@SECLEVEL=0' } : {}),
    })
    const end = (holds: boolean): void => {
      socket.destroy()
      resolve(holds)
    }
    socket.once('secureConnect', () => end(socket.getProtocol() === version))
    socket.once('timeout', () => end(false))
    socket.once('error', () => end(false))
  })
}
