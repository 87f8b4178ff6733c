import { mkdtempSync, rmSync } from 'node:fs'
import http from 'node:http'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startGateway } from '../../src/gateway/index.ts'
import { send } from '../calls.ts'
import type { CheckContext } from '../harness/index.ts'
import { makeCanary, patternsOf } from './canary.ts'
import { PlaceSearch } from './places.ts'

/** Requests whose body no path gives to control: of nobody's paths, of call paths, and of control's paths that take none. */
const CLOSED: readonly (readonly [method: string, path: string])[] = [
  ...['/nothing', '/v1/chat/completions/more', '/v1/files', '/v2/messages', '/operator/v1/accounts', '/metrics', '/v1/usage/x'].map(
    (path) => ['POST', path] as const,
  ),
  ...['/../api/x', '//api/x', '/API/x', '/api%2fx', '/api', '/v1/chat/../../api/x', '/webhooks', '/.well-known/../api/x'].map(
    (path) => ['POST', path] as const,
  ),
  ...['/v1/chat/completions', '/v1/messages', '/anthropic/v1/messages', '/api/proxy/v1/chat/completions', '/api/proxy'].map(
    (path) => ['POST', path] as const,
  ),
  ...[
    '/v1/usage',
    '/v1/balance',
    '/',
    '/v1/receipts/abc',
    '/v1/statements/2026-11',
    '/.well-known/x',
    '/v1/models',
    '/healthz',
    '/readyz',
  ].flatMap((path) => [['POST', path] as const, ['PUT', path] as const, ['GET', path] as const]),
]

/**
 * Sends canaries to a gateway whose control is a stub that keeps all it gets: no body may arrive there but that of a path which takes
 * one. Returns how many requests were made.
 */
export async function checkPathTable(context: CheckContext): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'farebox-paths-'))
  const heard: Buffer[] = []
  const control = http.createServer((request, response) => {
    heard.push(Buffer.from(`${request.method} ${request.url}`))
    request.on('data', (chunk: Buffer) => heard.push(chunk))
    request.on('end', () => response.end('{}'))
  })
  const channel = net.createServer((socket) => {
    socket.on('data', (chunk: Buffer) => heard.push(chunk))
    socket.on('error', () => socket.destroy())
  })
  const paths = { controlHttpPath: join(folder, 'http.sock'), channelPath: join(folder, 'channel.sock') }
  await Promise.all([listen(control, paths.controlHttpPath), listen(channel, paths.channelPath)])
  const handle = net.createServer()
  await new Promise<void>((resolve) => handle.listen(0, '127.0.0.1', () => resolve()))
  const address = handle.address()
  const base = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`
  const gateway = startGateway(startOf(paths), [handle])
  try {
    for (const [method, path] of CLOSED) await expectClosed(context, { base, method, path, heard })
    await expectOpen(context, base, heard)
  } finally {
    await gateway.drain(0)
    control.closeAllConnections()
    control.close()
    channel.close()
    rmSync(folder, { recursive: true, force: true })
  }
  return CLOSED.length + 1
}

type Sockets = { readonly controlHttpPath: string; readonly channelPath: string }

const startOf = ({ controlHttpPath, channelPath }: Sockets): Parameters<typeof startGateway>[0] => ({
  gatewayId: '00000000-0000-7000-8000-000000000001',
  channelPath,
  drainMs: 0,
  settings: {
    ...{ bodyBytesMax: 65_536, connectMs: 1000, firstByteMs: 1000, wholeAnswerMs: 1000, idleMs: 1000, sessionIdleMs: 1000 },
    ...{ controlHttpPath, trustedProxies: [], isEdgeOnly: false, tls: undefined },
  },
})

function listen(server: net.Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, () => resolve())
  })
}

type Sent = { readonly base: string; readonly method: string; readonly path: string; readonly heard: Buffer[] }

async function expectClosed(context: CheckContext, { base, method, path, heard }: Sent): Promise<void> {
  const canary = makeCanary()
  const url = new URL(base)
  const answer = await sendRaw({ port: Number(url.port), method, path, body: JSON.stringify({ text: canary }) })
  const found = findIn(heard, canary)
  context.expect(!found, `the body of ${method} ${path} reached control`)
  context.expect(/^HTTP\/1\.1 \d{3} /.test(answer), `${method} ${path} was not answered`)
  heard.length = 0
}

/** The positive control: a path that takes bodies does give them to control, so the stub hears. */
async function expectOpen(context: CheckContext, base: string, heard: Buffer[]): Promise<void> {
  const canary = makeCanary()
  const body = JSON.stringify({ text: canary })
  await send({ url: `${base}/webhooks/test`, method: 'POST', headers: { 'content-type': 'application/json' }, body, millisMax: 5000 })
  context.expect(findIn(heard, canary), 'blind: the body of a path that takes one was not heard by the stub')
}

function findIn(heard: readonly Buffer[], canary: string): boolean {
  const search = new PlaceSearch(patternsOf(canary))
  search.text('heard', Buffer.concat(heard))
  return search.found.length > 0
}

/** Sends a request with its path as it is written, which a client would tidy up; tells the status line. */
function sendRaw(request: {
  readonly port: number
  readonly method: string
  readonly path: string
  readonly body: string
}): Promise<string> {
  const { port, method, path, body } = request
  return new Promise((resolve) => {
    let text = ''
    const socket = net.connect(port, '127.0.0.1', () => {
      const head = `${method} ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`
      socket.write(head + body)
    })
    socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')))
    socket.on('error', () => socket.destroy())
    socket.on('close', () => resolve(text.split('\r\n')[0] ?? ''))
    socket.setTimeout(8000, () => socket.destroy())
  })
}
