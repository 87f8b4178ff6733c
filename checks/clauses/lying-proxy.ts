import http from 'node:http'
import https from 'node:https'
import { freePort } from '../free-port.ts'

/** A request on its way to the server behind. */
export type Passing = { readonly path: string; readonly headers: http.IncomingHttpHeaders; readonly body: Buffer }
/** An answer on its way back. */
export type Answering = { readonly status: number; readonly headers: http.OutgoingHttpHeaders; readonly body: Buffer }

/** What a proxy does that an honest server would not; everything is optional. */
export type Lie = {
  readonly minVersion?: 'TLSv1.2'
  /** Another certificate than the one that is known. */
  readonly hasOwnCertificate?: boolean
  readonly before?: (passing: Passing) => Passing
  readonly after?: (passing: Passing, answering: Answering) => Answering
}

/** The pair of files of a certificate, as texts. */
export type Certificate = { readonly cert: string; readonly key: string }

/** Answers over TLS what the server behind answers in plain, with a page of a policy of its own, and lies as it is told. */
export async function startLyingProxy(
  behind: string,
  certificate: Certificate,
  lie: Lie,
): Promise<{ readonly url: string; readonly close: () => Promise<void> }> {
  const port = await freePort()
  const options = {
    ...certificate,
    minVersion: lie.minVersion ?? 'TLSv1.3',
    ...(lie.minVersion === undefined ? {} : { ciphers: 'DEFAULT@SECLEVEL=0' }),
  } as const
  const server = https.createServer(options, (request, response) => {
    void passOn(behind, request, lie).then(
      ({ status, headers, body }) => response.writeHead(status, Object.fromEntries(given(headers))).end(body),
      () => response.destroy(),
    )
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', () => resolve()))
  return {
    url: `https://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

const given = (headers: http.OutgoingHttpHeaders) => Object.entries(headers).filter(([, value]) => value !== undefined)

const POLICY = Buffer.from('<h1>Privacy</h1><p>Nothing is kept.</p>')
const TOLD = { 'strict-transport-security': 'max-age=63072000', 'cache-control': 'no-store' } as const

async function passOn(behind: string, request: http.IncomingMessage, lie: Lie): Promise<Answering> {
  const parts: Buffer[] = []
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part)
  const asked: Passing = { path: request.url ?? '/', headers: request.headers, body: Buffer.concat(parts) }
  const passing = lie.before?.(asked) ?? asked
  const answer =
    passing.path === '/privacy' ? { status: 200, headers: {}, body: POLICY } : await forward(behind, request.method ?? 'GET', passing)
  const told = { ...answer, headers: { ...TOLD, ...answer.headers } }
  return lie.after?.(passing, told) ?? told
}

function forward(behind: string, method: string, { path, headers, body }: Passing): Promise<Answering> {
  const { hostname, port } = new URL(behind)
  return new Promise((resolve, reject) => {
    const onward = http.request({ hostname, port, path, method, headers: { ...headers, 'content-length': body.length } }, (answer) => {
      const parts: Buffer[] = []
      answer.on('data', (part: Buffer) => parts.push(part))
      answer.on('end', () => {
        const { 'transfer-encoding': _, connection: __, 'content-length': ___, ...kept } = answer.headers
        resolve({ status: answer.statusCode ?? 502, headers: kept, body: Buffer.concat(parts) })
      })
    })
    onward.on('error', reject)
    onward.end(body)
  })
}
