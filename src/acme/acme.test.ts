// Guarantee: a certificate is had and renewed whatever an authority does that the protocol allows; what goes wrong is told by its code, is
// not tried again too soon, and takes away nothing that there was.
import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { request } from 'node:http'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, test } from 'node:test'
import tls from 'node:tls'
import { type AcmeManner, type SimAcme, startSimAcme } from '../../sim/acme/index.ts'
import { secureOptions } from '../gateway/certificate.ts'
import { type LogEvent, systemClock } from '../lib/index.ts'
import { answerChallenges } from './challenge-server.ts'
import { ACME_ADVICE, acmeFilesOf, certificateDays, ensurePair, keepCertificate, readCertificate, readState } from './index.ts'

const DOMAINS = ['api.example.test', 'example.test']
const [MINUTE_MS, DAY_MS] = [60_000, 86_400_000]
const own = tls.getCACertificates('default')
let sim: SimAcme
let port: number
let folder: string
let pemPath: string
let logged: LogEvent[]
let now: number

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const { port: found } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return found
}

before(async () => {
  port = await freePort()
  sim = await startSimAcme({ challengePort: port })
  tls.setDefaultCACertificates([sim.ca])
})
beforeEach(() => {
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
  folder = mkdtempSync(join(tmpdir(), 'farebox-acme-'))
  pemPath = join(folder, 'acme', 'certificate.pem')
  sim.manner = {}
  logged = []
  now = systemClock.now()
})
after(async () => {
  tls.setDefaultCACertificates(own)
  rmSync(folder, { recursive: true, force: true })
  await sim.stop()
})

type Changed = { readonly domains?: readonly string[]; readonly directory?: string; readonly host?: string; readonly signal?: AbortSignal }

/** One look at the certificate, and the code of what went wrong. */
async function look({ domains = DOMAINS, directory = sim.directory, host = '127.0.0.1', signal }: Changed = {}): Promise<string> {
  const settings = { directory, email: 'house@example.test', domains, listen: { host, port }, pemPath }
  const parts = { settings, files: acmeFilesOf(pemPath), clock: { now: () => now }, random: () => 0.5 }
  try {
    await keepCertificate({ ...parts, log: (entry) => void logged.push(entry), signal: signal ?? new AbortController().signal })
    return 'ok'
  } catch (thrown) {
    return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : String(thrown)
  }
}

const current = (): X509Certificate | undefined => readCertificate(acmeFilesOf(pemPath), DOMAINS)
const events = (): readonly string[] => logged.map(({ event }) => event)
const doneSince = async (work: () => Promise<unknown>): Promise<readonly string[]> => {
  const before = sim.done.length
  await work()
  return sim.done.slice(before)
}

test('a certificate is had for all names, and nobody else may read what belongs to it', async () => {
  const done = await doneSince(async () => assert.equal(await look(), 'ok'))
  assert.deepEqual(done, ['new-account', 'new-order', 'looked', 'looked', 'finalized', 'issued'])
  assert.deepEqual(sim.told.contacts, ['mailto:house@example.test'])
  const certificate = current()
  assert.ok(certificate?.checkIssued(new X509Certificate(sim.ca)))
  assert.doesNotThrow(
    () => tls.createSecureContext(secureOptions({ certPath: pemPath, keyPath: pemPath })),
    'the gateway reads it as it is',
  )
  for (const name of readdirSync(join(folder, 'acme'))) assert.equal(statSync(join(folder, 'acme', name)).mode & 0o777, 0o600, name)
  assert.deepEqual(readdirSync(join(folder, 'acme')).toSorted(), ['account-key.pem', 'certificate.pem', 'state.json'])
  assert.deepEqual(events(), ['certificate-ordered', 'certificate-obtained'])
  assert.deepEqual(await doneSince(() => look()), [], 'and is not ordered again')
})

test('what stands in until then holds for nobody, and counts as no certificate', async () => {
  const files = acmeFilesOf(pemPath)
  assert.deepEqual([await ensurePair(files, now), await ensurePair(files, now)], [true, false])
  assert.deepEqual([current(), certificateDays(pemPath, now)], [undefined, 0])
  assert.doesNotThrow(() => tls.createSecureContext(secureOptions({ certPath: pemPath, keyPath: pemPath })))
  assert.equal(await look(), 'ok')
  assert.equal(Math.round(certificateDays(pemPath, now)), 90)
})

test('it is renewed with a third of its life left, and by the same account', async () => {
  await look()
  const [first, account] = [current()?.serialNumber, readFileSync(join(folder, 'acme', 'account-key.pem'), 'utf8')]
  now += 59 * DAY_MS
  assert.deepEqual(await doneSince(() => look()), [])
  now += 2 * DAY_MS
  assert.ok((await doneSince(() => look())).includes('issued'))
  assert.notEqual(current()?.serialNumber, first)
  assert.equal(readFileSync(join(folder, 'acme', 'account-key.pem'), 'utf8'), account)
})

test('one that ended is renewed, and names that were added have another ordered', async () => {
  sim.manner = { life: { from: -2 * DAY_MS, until: -DAY_MS } }
  assert.equal(await look(), 'ok')
  assert.ok(certificateDays(pemPath, now) < 0)
  sim.manner = {}
  now += 3 * 3_600_000
  assert.ok((await doneSince(() => look())).includes('issued'))
  assert.ok(certificateDays(pemPath, now) > 80)
  now += 3 * 3_600_000
  await look({ domains: [...DOMAINS, 'more.example.test'] })
  assert.equal(current()?.checkHost('more.example.test'), 'more.example.test')
})

test('an authority that wants it renewed sooner is listened to, and told what it replaces', async () => {
  sim.manner = { renewIn: { from: 10 * DAY_MS, until: 12 * DAY_MS } }
  await look()
  now += 3_600_001
  assert.deepEqual(await doneSince(() => look()), ['renewal-info'])
  assert.equal(readState(acmeFilesOf(pemPath)).renewal?.serial, current()?.serialNumber)
  assert.deepEqual(await doneSince(() => look()), [], 'it is not asked again at once')
  sim.manner = { renewIn: { from: -DAY_MS, until: -1 } }
  now += 7 * 3_600_000
  const before = sim.told.replaced.length
  assert.ok((await doneSince(() => look())).includes('issued'))
  assert.equal(sim.told.replaced.length, before + 1)
})

test('a renewal that was issued and never got here does not keep the next one from being had', async () => {
  sim.manner = { renewIn: { from: 10 * DAY_MS, until: 12 * DAY_MS } }
  await look()
  const first = current()?.serialNumber
  now += 61 * DAY_MS
  sim.manner = { ...sim.manner, isOfAnotherKey: true }
  assert.equal(await look(), 'acme_certificate_wrong')
  sim.manner = { renewIn: { from: -DAY_MS, until: -1 } }
  now += DAY_MS
  assert.equal(await look(), 'ok')
  assert.notEqual(current()?.serialNumber, first)
})

test('bad nonces and slow work are waited for', async () => {
  sim.manner = { badNonces: 3, slowPolls: 3 }
  assert.equal(await look(), 'ok')
  assert.ok(current())
})

/** What an authority does, and the code of it with the seconds until the next try. */
const FAULTS: readonly (readonly [string, AcmeManner, string, number])[] = [
  ['it is down', { isDown: true }, 'acme_server_internal', 300],
  ['it calls every nonce bad', { badNonces: 100 }, 'acme_refused', 300],
  ['it wants no more orders', { rateLimitedSeconds: 4_000 }, 'acme_rate_limited', 4_000],
  ['the order comes to nothing', { invalidBy: 'caa' }, 'acme_caa', 300],
  ['it fails for a reason of its own', { invalidBy: 'serverInternal' }, 'acme_server_internal', 300],
  ['it names a reason that nobody knows', { invalidBy: 'somethingNew' }, 'acme_refused', 300],
  ['it offers no way that is ours', { offersHttp01: false }, 'acme_no_http_01', 300],
  ['the certificate is of another key', { isOfAnotherKey: true }, 'acme_certificate_wrong', 300],
]

for (const [what, manner, code, seconds] of FAULTS)
  test(`where ${what}, ${code} is told, once, and what there was is served on`, async () => {
    await look()
    const before = readFileSync(pemPath, 'utf8')
    now += 61 * DAY_MS
    logged = []
    sim.manner = manner
    assert.equal(await look(), code)
    assert.deepEqual(logged.at(-1), { event: 'certificate-failed', code, seconds })
    const count = logged.length
    const done = await doneSince(async () => assert.equal(await look(), code))
    assert.deepEqual([done, logged.length], [[], count], 'it is neither tried nor logged again before its time')
    assert.equal(readFileSync(pemPath, 'utf8'), before)
    assert.ok(Object.hasOwn(ACME_ADVICE, code))
    sim.manner = {}
    now += seconds * 1_000
    assert.equal(await look(), 'ok')
    assert.deepEqual([readState(acmeFilesOf(pemPath)).failures, readFileSync(pemPath, 'utf8') === before], [0, false])
  })

test('tries that fail become rarer, up to six hours', async () => {
  sim.manner = { invalidBy: 'dns' }
  const waits: unknown[] = []
  for (let tries = 0; tries < 9; tries += 1) {
    assert.equal(await look(), 'acme_dns')
    const seconds = logged.at(-1)?.['seconds']
    waits.push(seconds)
    now += Number(seconds) * 1_000
  }
  assert.deepEqual(waits, [300, 600, 1_200, 2_400, 4_800, 9_600, 19_200, 21_600, 21_600])
})

for (const [what, aheadMs] of [
  ['eight days', 8 * DAY_MS],
  ['a year', 365 * DAY_MS],
  ['a century', 36_525 * DAY_MS],
] as const)
  test(`a try that failed while the clock was ${what} ahead keeps nobody waiting once it is right again`, async () => {
    await look()
    now += 61 * DAY_MS
    const rightly = now
    sim.manner = { isDown: true }
    now += aheadMs
    assert.equal(await look(), 'acme_server_internal')
    now = rightly
    sim.manner = {}
    assert.ok((await doneSince(async () => assert.equal(await look(), 'ok'))).includes('issued'))
    assert.equal(readState(acmeFilesOf(pemPath)).failures, 0)
  })

test('an authority may have us wait for a week, and that is waited for', async () => {
  sim.manner = { rateLimitedSeconds: 30 * 86_400 }
  assert.equal(await look(), 'acme_rate_limited')
  assert.equal(logged.at(-1)?.['seconds'], 7 * 86_400)
  sim.manner = {}
  assert.deepEqual(await doneSince(async () => assert.equal(await look(), 'acme_rate_limited')), [])
  now += 7 * DAY_MS
  assert.equal(await look(), 'ok')
})

test('an authority that was asked while the clock was ahead is asked again once it is right', async () => {
  sim.manner = { renewIn: { from: 10 * DAY_MS, until: 12 * DAY_MS } }
  await look()
  const rightly = now + 3_600_001
  now += 9 * DAY_MS
  assert.deepEqual(await doneSince(() => look()), ['renewal-info'])
  now = rightly
  sim.manner = { renewIn: { from: -DAY_MS, until: -1 } }
  assert.ok((await doneSince(() => look())).includes('issued'))
})

test('a port that another program has, an address that is not ours and a directory that nobody serves are tried again soon', async () => {
  const other = createServer()
  await new Promise<void>((resolve) => void other.listen(port, '127.0.0.1', resolve))
  assert.equal(await look(), 'acme_port_in_use')
  await new Promise((resolve) => other.close(resolve))
  now += MINUTE_MS
  assert.equal(await look({ host: '192.0.2.1' }), 'acme_port_unusable')
  now += MINUTE_MS
  assert.equal(await look({ directory: `https://localhost:${port}/directory` }), 'acme_unreachable')
  assert.equal(logged.at(-1)?.['seconds'], 60)
  now += MINUTE_MS
  assert.equal(await look(), 'ok')
})

test('in plain HTTP tokens are answered, and nothing else', async () => {
  const listening = await answerChallenges({ host: '127.0.0.1', port: 0 }, new Map([['token', 'token.key']]))
  const ask = (path: string, method = 'GET'): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      request({ port: listening.port, host: '127.0.0.1', path, method }, (response) => {
        response.resume()
        resolve(response.statusCode)
      })
        .once('error', reject)
        .end()
    })
  const token = '/.well-known/acme-challenge/token'
  const asked = await Promise.all([ask(token), ask('/'), ask(`${token}/../x`), ask('/v1/models'), ask(token, 'POST')])
  await listening.close()
  assert.deepEqual(asked, [200, 404, 404, 404, 404])
})

test('a stop in the middle is no failure, and nothing listens after it', async () => {
  sim.manner = { slowPolls: 1_000 }
  const stopping = new AbortController()
  const looking = look({ signal: stopping.signal })
  while (!sim.done.slice(-1).includes('finalized')) await new Promise((resolve) => setTimeout(resolve, 5))
  stopping.abort()
  assert.notEqual(await looking, 'ok')
  assert.equal(readState(acmeFilesOf(pemPath)).failures, 0)
  assert.ok(!events().includes('certificate-failed'))
})
