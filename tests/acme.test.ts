// A server that is given a name obtains its certificate, serves nothing in plain HTTP meanwhile, and renews it under calls that go on.
import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import https from 'node:https'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import tls from 'node:tls'
import { freePort } from '../checks/free-port.ts'
import { until } from '../checks/parallel.ts'
import { startWorld, type World } from '../checks/world.ts'
import { type SimAcme, startSimAcme } from '../sim/acme/index.ts'

const DOMAIN = 'api.farebox.test'
/** How long a test waits for what has to come; none asserts that it comes sooner. */
const WAIT_MS_MAX = 90_000
/** A certificate whose last third begins in five seconds. */
const SHORT = { from: -155_000, until: 85_000 }

const folder = mkdtempSync(join(tmpdir(), 'farebox-acme-'))
let sim: SimAcme
let world: World
let key: string
let challengePort: number

before(async () => {
  challengePort = await freePort()
  sim = await startSimAcme({ challengePort })
  const ca = join(folder, 'ca.pem')
  writeFileSync(ca, sim.ca)
  sim.manner = { isDown: true }
  world = await startWorld({
    gateways: 2,
    models: [{ id: 'm-slow', upstream: 'oai', upstreamModel: 'sim-model!tokens=6000,chunk-ms=20' }],
    env: {
      ...{ FAREBOX_ACME_DOMAINS: DOMAIN, FAREBOX_ACME_TERMS_AGREED: 'yes', FAREBOX_ACME_DIRECTORY: sim.directory },
      ...{ FAREBOX_ACME_LISTEN: `127.0.0.1:${challengePort}`, NODE_EXTRA_CA_CERTS: ca },
    },
  })
  key = (await world.operator.customer('10.00')).key
})
after(async () => {
  await world?.stop()
  await sim?.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** The serial number of the certificate that a new connection sees; undefined where it is not one to trust. */
const serialSeen = (): Promise<string | undefined> =>
  new Promise((resolve) => {
    const socket = tls.connect({ host: '127.0.0.1', port: world.port, servername: DOMAIN, ca: [sim.ca] }, () => {
      const { serialNumber } = new X509Certificate(socket.getPeerCertificate(true).raw)
      socket.destroy()
      resolve(serialNumber)
    })
    socket.once('error', () => resolve(undefined))
  })

/** The first bytes that the public listener says to somebody who speaks plain HTTP. */
const saidInPlain = (port: number): Promise<string> =>
  new Promise((resolve) => {
    let said = ''
    const socket = net.connect(port, '127.0.0.1', () => socket.write(`GET /healthz HTTP/1.1\r\nhost: ${DOMAIN}\r\n\r\n`))
    socket.on('data', (bytes) => {
      said += bytes.toString('latin1')
    })
    socket.once('error', (thrown) => resolve(said || (thrown as NodeJS.ErrnoException).code || ''))
    socket.once('close', () => resolve(said))
  })

type Asking = { readonly agent: https.Agent; readonly path: string; readonly body?: object; readonly onBytes?: (bytes: Buffer) => void }
type Asked = { readonly status: number; readonly isReused: boolean }

/** Calls over TLS, trusting what the authority gave out and nothing else. */
function ask({ agent, path, body, onBytes = () => undefined }: Asking): Promise<Asked> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
    const at = { host: '127.0.0.1', port: world.port, servername: DOMAIN, ca: [sim.ca], path, agent, headers }
    const request = https.request({ ...at, method: body === undefined ? 'GET' : 'POST' }, (response) => {
      response.on('data', onBytes)
      response.once('end', () => resolve({ status: response.statusCode ?? 0, isReused: request.reusedSocket }))
      response.once('error', reject)
    })
    request.once('error', reject)
    request.end(body === undefined ? undefined : JSON.stringify(body))
  })
}

test('until there is a certificate nobody is served in plain HTTP, and who checks certificates is not served at all', async () => {
  await until(
    async () => world.log(),
    (log) => log.includes('"certificate-failed"'),
    WAIT_MS_MAX,
  )
  assert.match(world.log(), /"event":"certificate-awaited"/)
  assert.equal(await serialSeen(), undefined)
  for (const port of [world.port, challengePort]) assert.doesNotMatch(await saidInPlain(port), /^HTTP\/1\.1 2/, String(port))
  const metrics = await (
    await fetch(`${world.operatorBase}/metrics`, { headers: { authorization: `Bearer ${world.operatorToken}` } })
  ).text()
  assert.match(metrics, /^farebox_certificate_days 0$/m)
})

test('the certificate comes, calls are answered under it, and a renewal takes no connection away', async () => {
  // Whoever mended it does not wait for the next try.
  rmSync(join(world.dataDir, 'acme', 'state.json'))
  sim.manner = { life: SHORT }
  const first = await until(serialSeen, (serial) => serial !== undefined, WAIT_MS_MAX)
  const [kept, streaming] = [new https.Agent({ keepAlive: true, maxSockets: 1 }), new https.Agent()]
  // The other gateway may take it up a moment later.
  const asked = await until(
    () => ask({ agent: kept, path: '/v1/models' }).catch(() => undefined),
    (answer) => answer !== undefined,
    WAIT_MS_MAX,
  )
  assert.deepEqual(asked, { status: 200, isReused: false })
  let bytes = 0
  const onBytes = (piece: Buffer): void => {
    bytes += piece.length
  }
  const body = { model: 'm-slow', stream: true, messages: [{ role: 'user', content: 'hello' }] }
  await until(
    () => Promise.all(Array.from({ length: 8 }, serialSeen)),
    (serials) => serials.every((serial) => serial !== undefined),
    WAIT_MS_MAX,
  )
  const stream = ask({ agent: streaming, path: '/v1/chat/completions', body, onBytes })
  let streamEnded = 'not yet'
  stream.then(
    ({ status }) => {
      streamEnded = `ended with ${status}`
    },
    () => {
      streamEnded = 'cut off'
    },
  )
  await until(
    async () => bytes,
    (count) => count > 0,
    WAIT_MS_MAX,
  )
  sim.manner = {}
  const second = await until(serialSeen, (serial) => serial !== undefined && serial !== first, WAIT_MS_MAX)
  assert.notEqual(second, first)
  const atSwap = bytes
  await until(
    async () => bytes,
    (count) => count > atSwap || streamEnded !== 'not yet',
    WAIT_MS_MAX,
  )
  assert.equal(streamEnded, 'not yet')
  assert.deepEqual(await ask({ agent: kept, path: '/v1/models' }), { status: 200, isReused: true })
  for (const agent of [kept, streaming]) agent.destroy()
  assert.equal(await saidInPlain(challengePort), 'ECONNREFUSED', 'nothing listens in plain HTTP when the authority does not look')
})
