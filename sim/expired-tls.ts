import { createServer } from 'node:https'
import { type Certificate, certificateFor } from './certificate.ts'
import { closeServer, listenOn } from './exchange.ts'

/** A running HTTPS server whose certificate nobody should accept. */
export type ExpiredTlsUpstream = { readonly port: number; readonly url: string; readonly close: () => Promise<void> }

/** Starts an HTTPS server on 127.0.0.1 whose self-signed certificate for localhost expired in 2001. It answers 200 to who gets through. */
export async function startExpiredTlsUpstream(): Promise<ExpiredTlsUpstream> {
  const server = createServer(expiredCertificate(), (request, response) => {
    request.resume()
    response.end('{}')
  })
  const port = await listenOn(server, { host: '127.0.0.1', port: 0 })
  return { port, url: `https://localhost:${port}`, close: () => closeServer(server) }
}

/** A new key and a certificate of localhost that held in 2000. */
export const expiredCertificate = (): Certificate => certificateFor('localhost', { from: '000101000000Z', until: '010101000000Z' })
