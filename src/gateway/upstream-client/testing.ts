/** For tests only: calls over a client of their own, and servers that end with their test. */
import assert from 'node:assert/strict'
import type { AddressInfo, Server, Socket } from 'node:net'
import { after, afterEach, before } from 'node:test'
import tls from 'node:tls'
import { errorCode, systemClock } from '../../lib/index.ts'
import type { ReplyControl } from './reply-handler.ts'
import { requestHead, UpstreamClient } from './upstream-client.ts'

/** Has this process trust a certificate, in PEM, while the tests of a file run. */
export function trust(cert: string): void {
  const trusted = tls.getCACertificates('default')
  before(() => tls.setDefaultCACertificates([cert]))
  after(() => tls.setDefaultCACertificates(trusted))
}

const endings: (() => void)[] = []

/** Ends what a test began, after each test of a file. */
export function endAll(): void {
  afterEach(() => {
    for (const end of endings.splice(0)) end()
  })
}

/** Where a server listens from now on. */
export async function listening(server: Server): Promise<string> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => sockets.add(socket.on('error', () => undefined)))
  endings.push(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `https://localhost:${(server.address() as AddressInfo).port}`
}

/** A client that is closed after its test. */
export function newClient(connectMs = 2_000): UpstreamClient {
  const client = new UpstreamClient({ clock: systemClock, connectMs })
  endings.push(() => client.close())
  return client
}

/** What the handler of a call was told. */
export type Told = { status: number; body: Buffer; type: string | undefined; error: string | undefined; isSent: boolean }
/** What is asked, and who looks on. */
export type Asking = {
  readonly body?: string
  readonly isStream?: boolean
  readonly headers?: Record<string, string>
  readonly firstByteMs?: number
  readonly idleMs?: number
  readonly onStart?: (control: ReplyControl) => void
  readonly onData?: (control: ReplyControl, piece: Buffer) => void
}

/** One call, by what its handler was told when it is over. */
export function ask(client: UpstreamClient, origin: string, asking: Asking = {}): Promise<Told> {
  const { body = 'hello', isStream = true, headers = {}, firstByteMs = 2_000, idleMs = 2_000 } = asking
  const told: Told = { status: 0, body: Buffer.alloc(0), type: undefined, error: undefined, isSent: false }
  const pieces: Buffer[] = []
  return new Promise((resolve) => {
    let overs = 0
    const over = (error?: Error): void => {
      overs += 1
      assert.equal(overs, 1, 'told twice that it is over')
      resolve({ ...told, body: Buffer.concat(pieces), error: error && errorCode(error) })
    }
    const request = { head: requestHead({ origin, path: '/v1/x', headers }), body: [Buffer.from(body)], isStream, firstByteMs, idleMs }
    client.dispatch(request, {
      onRequestStart: (control) => {
        told.isSent = true
        asking.onStart?.(control)
      },
      onResponseStart: (_, status, fields) => {
        told.status = status
        told.type = fields['content-type']
      },
      onResponseData: (control, piece) => {
        pieces.push(piece)
        asking.onData?.(control, piece)
      },
      onResponseEnd: () => over(),
      onResponseError: (_, error) => over(error),
    })
  })
}

/** So many at once. */
export const many = <T>(count: number, make: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => make(index)))
