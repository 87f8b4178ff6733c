import { execFileSync, spawnSync } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import tls from 'node:tls'
import { fileURLToPath } from 'node:url'
import { startExpiredTlsUpstream } from '../../sim/index.ts'
import type { CheckContext, Measured } from '../harness/index.ts'
import { until } from '../parallel.ts'
import { needProgram } from '../system-program.ts'
import { startWorld, type World } from '../world.ts'

const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url))
const OLD = ['TLSv1', 'TLSv1.1', 'TLSv1.2'] as const
const REFUSED = 78
/** Control, which is asked whether the world is ready, is so before its gateways. */
const GATEWAY_MS_MAX = 20_000
const YEAR_SECONDS = 31_536_000

/** PRV-19: the public address speaks TLS 1.3 alone, says so to browsers, answers nothing in plain, takes no key in an address, and trusts no bad certificate. */
export async function tlsOnly(context: CheckContext): Promise<Measured> {
  needProgram('openssl', 'openssl')
  const folder = mkdtempSync(join(tmpdir(), 'farebox-tls-'))
  const bad = await startExpiredTlsUpstream()
  try {
    const certificate = makeCertificate(folder)
    expectPlainRefused(context, folder)
    const world = await startWorld({
      env: { FAREBOX_TLS_CERT: certificate.cert, FAREBOX_TLS_KEY: certificate.key },
      upstreams: [{ id: 'bad', kind: 'openai', baseUrl: `${bad.url}/v1` }],
      models: [{ id: 'm-bad', upstream: 'bad', upstreamModel: 'x' }],
    })
    try {
      const ca = readFileSync(certificate.cert)
      await until(() => shakesHands(world.port, { version: 'TLSv1.3', ca }), Boolean, GATEWAY_MS_MAX)
      const offered = await expectOnlyNewest(context, world, ca)
      await expectHeaders(context, world, ca)
      const plain = await plainStatus(world.port)
      context.expect(plain !== 200, 'plain HTTP was answered on the public address')
      await expectBadUpstreamRefused(context, world, ca)
      expectVerified(context)
      return {
        n: OLD.length + 1,
        measured: { offered, plainHttp: plain === 0 ? 'cut off' : String(plain), hsts: true, testssl: 'not run: not on this machine' },
      }
    } finally {
      await world.stop()
    }
  } finally {
    await bad.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

function makeCertificate(folder: string): { readonly cert: string; readonly key: string } {
  const made = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') }
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
      ...['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-keyout', made.key, '-out', made.cert],
    ],
    { stdio: 'ignore' },
  )
  return made
}

/** The versions that shake hands, of all there are. */
async function expectOnlyNewest(context: CheckContext, world: World, ca: Buffer): Promise<string> {
  const results = await Promise.all(
    [...OLD, 'TLSv1.3' as const].map(async (version) => ({ version, isTaken: await shakesHands(world.port, { version, ca }) })),
  )
  const offered = results.filter(({ isTaken }) => isTaken).map(({ version }) => version)
  context.expect(offered.join() === 'TLSv1.3', `the public address speaks ${offered.join(', ') || 'nothing'}`)
  return offered.join(', ')
}

type Shake = { readonly version: 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3'; readonly ca: Buffer }

function shakesHands(port: number, { version, ca }: Shake): Promise<boolean> {
  return new Promise((resolve) => {
    // Level 0 lets our own side offer what it would not by itself.
    const options = {
      host: '127.0.0.1',
      port,
      ca,
      servername: 'localhost',
      minVersion: version,
      maxVersion: version,
      ciphers: 'DEFAULT@SECLEVEL=0',
    }
    const socket = tls.connect(options, () => {
      resolve(socket.getProtocol() === version)
      socket.destroy()
    })
    socket.on('error', () => resolve(false))
  })
}

type Read = { readonly status: number; readonly headers: http.IncomingHttpHeaders; readonly body: string }

/** One request over TLS whose certificate is looked at as any client does. */
function ask(
  world: World,
  {
    ca,
    path,
    headers = {},
    body,
  }: { readonly ca: Buffer; readonly path: string; readonly headers?: http.OutgoingHttpHeaders; readonly body?: string },
): Promise<Read> {
  return new Promise((resolve, reject) => {
    const request = https.request(
      { host: '127.0.0.1', port: world.port, servername: 'localhost', ca, path, method: body === undefined ? 'GET' : 'POST', headers },
      (response) => {
        let text = ''
        response.on('data', (chunk: Buffer) => (text += chunk.toString()))
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }))
      },
    )
    request.on('error', reject)
    request.end(body)
  })
}

async function expectHeaders(context: CheckContext, world: World, ca: Buffer): Promise<void> {
  const { key } = await world.operator.customer('10.00')
  for (const path of ['/healthz', '/', '/v1/balance', '/v1/chat/completions', '/nothing']) {
    const { headers } = await ask(world, { ca, path, headers: { authorization: `Bearer ${key}` } })
    const seconds = Number(/max-age=(\d+)/.exec(String(headers['strict-transport-security']))?.[1] ?? 0)
    context.expect(seconds >= YEAR_SECONDS, `${path} does not tell browsers to keep to TLS`)
  }
  for (const name of ['key', 'api_key', 'access_token']) {
    const { status, body } = await ask(world, { ca, path: `/v1/models?${name}=${key}` })
    context.expect(status === 400 && body.includes('key_in_url'), `a key in an address (${name}) was answered ${status}`)
  }
}

/** What the public port answers to plain HTTP; 0: it cuts the connection. */
function plainStatus(port: number): Promise<number> {
  return new Promise((resolve) => {
    const request = http.get({ host: '127.0.0.1', port, path: '/healthz' }, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    request.on('error', () => resolve(0))
  })
}

async function expectBadUpstreamRefused(context: CheckContext, world: World, ca: Buffer): Promise<void> {
  const { key } = await world.operator.customer('10.00')
  const body = JSON.stringify({ model: 'm-bad', max_tokens: 5, messages: [{ role: 'user', content: 'Hello' }] })
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
  const answer = await until(
    () => ask(world, { ca, path: '/v1/chat/completions', headers, body }),
    ({ status }) => status === 502,
    5000,
  )
  context.expect(answer.status === 502, `a call to an upstream with an expired certificate was answered ${answer.status}`)
}

/** Nobody listens in plain where others can hear it. */
function expectPlainRefused(context: CheckContext, folder: string): void {
  const { status } = spawnSync(process.execPath, ['src/main.ts', 'serve'], {
    cwd: CHECKOUT,
    env: { PATH: '/usr/bin:/bin', FAREBOX_DATA_DIR: join(folder, 'data'), FAREBOX_LISTEN: '0.0.0.0:18999' },
    ...{ stdio: 'ignore', timeout: 20_000 },
  })
  context.expect(status === REFUSED, `plain HTTP for everyone was not refused (${status})`)
}

/** No code of the product turns the look at certificates off. */
function expectVerified(context: CheckContext): void {
  const files = globSync('src/**/*.ts', { cwd: CHECKOUT }).filter((path) => !path.endsWith('.test.ts'))
  const off = files.filter((path) => /rejectUnauthorized|NODE_TLS_REJECT_UNAUTHORIZED/.test(readFileSync(`${CHECKOUT}/${path}`, 'utf8')))
  context.expect(files.length > 100 && off.length === 0, `certificates are not looked at in ${off.join(', ')}`)
}
