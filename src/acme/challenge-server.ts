import { createServer } from 'node:http'
import { type Address, errorCode } from '../lib/index.ts'
import { type AcmeCode, AcmeError } from './acme-error.ts'

const PREFIX = '/.well-known/acme-challenge/'
const CONNECTIONS_MAX = 64
const BY_CODE: ReadonlyMap<string, AcmeCode> = new Map([
  ['EADDRINUSE', 'acme_port_in_use'],
  ['EACCES', 'acme_port_denied'],
  ['EPERM', 'acme_port_denied'],
])

/**
 * Answers an authority in plain HTTP for tokens and nothing else: all other paths are 404, no body is read. Throws AcmeError where it cannot
 * listen. Source: RFC 8555 §8.3 (2019-03).
 */
export async function answerChallenges(
  { host, port }: Address,
  answers: ReadonlyMap<string, string>,
): Promise<{ readonly port: number; readonly close: () => Promise<void> }> {
  const server = createServer({ headersTimeout: 5_000, requestTimeout: 5_000, maxHeaderSize: 4_096 }, ({ url = '', method }, response) => {
    const answer = method === 'GET' && url.startsWith(PREFIX) ? answers.get(url.slice(PREFIX.length)) : undefined
    response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/octet-stream', connection: 'close' }).end(answer)
  })
  server.maxConnections = CONNECTIONS_MAX
  await new Promise<void>((resolve, reject) => {
    server.once('error', (thrown) => reject(new AcmeError(BY_CODE.get(errorCode(thrown)) ?? 'acme_port_unusable')))
    server.listen(port, host, resolve)
  })
  const at = server.address()
  return {
    port: at === null || typeof at === 'string' ? port : at.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
