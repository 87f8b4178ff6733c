// Guarantee: settings are read once and whole: good ones as documented, bad ones refused all at once, without showing a secret.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { KNOWN_UPSTREAMS } from './catalog/index.ts'
import { type Environment, type Host, PROVIDER_KEY_NAMES, readConfig, unknownSettings } from './config.ts'
import { ConfigRefusedError, type Problem } from './spec/index.ts'

const files = new Set(['/srv/cert.pem', '/srv/key.pem', '/srv/my.yaml'])
const host: Host = { cores: 4, directory: '/srv', exists: (path) => files.has(path) }
const read = (environment: Environment) => readConfig(environment, host)

function problemsOf(environment: Environment): readonly Problem[] {
  try {
    read(environment)
  } catch (thrown) {
    if (thrown instanceof ConfigRefusedError) return thrown.problems
    throw thrown
  }
  return []
}

test('without any setting the documented defaults hold', () => {
  const config = read({})
  assert.deepEqual(config.listen, { host: '127.0.0.1', port: 8080 })
  assert.deepEqual(config.operatorListen, { host: '127.0.0.1', port: 8081 })
  assert.equal(config.dataDir, '/srv/data')
  assert.equal(config.publicUrl, 'http://localhost:8080')
  assert.equal(config.configPath, undefined)
  assert.equal(config.gateways, 3)
  assert.equal(config.bodyBytesMax, 32 * 1024 * 1024)
  const times = { connectMs: 5000, firstByteMs: 120_000, wholeAnswerMs: 600_000, idleMs: 60_000, sessionIdleMs: 300_000 }
  assert.deepEqual(config.upstreamTimeouts, times)
  assert.equal(config.limits.ip.requestsPerMinute, undefined)
  assert.equal(readConfig({}, { ...host, cores: 1 }).gateways, 1)
  assert.equal(readConfig({}, { ...host, exists: () => true }).configPath, '/srv/farebox.yaml')
})

test('settings are taken as given; an empty variable counts as unset', () => {
  const config = read({
    FAREBOX_LISTEN: '[::1]:9000',
    FAREBOX_OPERATOR_LISTEN: '',
    FAREBOX_TRUSTED_PROXIES: '10.0.0.0/8, 192.168.1.5 fd00::/8',
    FAREBOX_CONFIG: 'my.yaml',
    FAREBOX_BODY_MAX: '2MiB',
    FAREBOX_IP_REQUESTS_PER_MINUTE: '600',
    FAREBOX_ACCOUNT_CONCURRENT_CALLS: 'none',
    OPENAI_API_KEY: 'sk-12345678',
    GEMINI_API_KEY: '',
  })
  assert.deepEqual(config.listen, { host: '::1', port: 9000 })
  assert.equal(config.operatorListen.port, 8081)
  assert.equal(config.operatorUrl, 'http://localhost:8081')
  assert.equal(config.publicUrl, 'http://localhost:9000')
  assert.deepEqual(config.trustedProxies, [
    { address: '10.0.0.0', prefix: 8, family: 'ipv4' },
    { address: '192.168.1.5', prefix: 32, family: 'ipv4' },
    { address: 'fd00::', prefix: 8, family: 'ipv6' },
  ])
  assert.equal(config.configPath, '/srv/my.yaml')
  assert.equal(config.bodyBytesMax, 2 * 1024 * 1024)
  assert.deepEqual([config.limits.ip.requestsPerMinute, config.limits.account.concurrentCalls], [600, undefined])
  assert.deepEqual(config.providerKeys, { OPENAI_API_KEY: 'sk-12345678' })
})

const REFUSED: readonly (readonly [name: string, environment: Environment, paths: readonly string[], said: RegExp])[] = [
  ['no port', { FAREBOX_LISTEN: '127.0.0.1' }, ['FAREBOX_LISTEN'], /host:port/],
  ['port too large', { FAREBOX_LISTEN: '127.0.0.1:70000' }, ['FAREBOX_LISTEN'], /65535/],
  ['not an address', { FAREBOX_LISTEN: '127.0.0.300:80' }, ['FAREBOX_LISTEN'], /host:port/],
  [
    'plain HTTP for all to see',
    { FAREBOX_LISTEN: '0.0.0.0:80' },
    ['FAREBOX_LISTEN'],
    /FAREBOX_TLS_CERT and FAREBOX_TLS_KEY, or FAREBOX_ACME_DOMAINS, or set FAREBOX_TRUSTED_PROXIES/,
  ],
  ['operator listener for all to see', { FAREBOX_OPERATOR_LISTEN: '[::]:81' }, ['FAREBOX_OPERATOR_LISTEN'], /FAREBOX_TRUSTED_PROXIES/],
  ['half a TLS pair', { FAREBOX_TLS_CERT: 'cert.pem' }, ['FAREBOX_TLS_KEY'], /both/],
  [
    'TLS files that are not there',
    { FAREBOX_TLS_CERT: 'a', FAREBOX_TLS_KEY: 'b' },
    ['FAREBOX_TLS_CERT', 'FAREBOX_TLS_KEY'],
    /which is not/,
  ],
  ['a certificate for all names below one', { FAREBOX_ACME_DOMAINS: '*.example.com' }, ['FAREBOX_ACME_DOMAINS'], /without \*|whole names/],
  ['an authority in plain HTTP', { FAREBOX_ACME_DIRECTORY: 'http://ca.example' }, ['FAREBOX_ACME_DIRECTORY'], /https/],
  ['config that is not there', { FAREBOX_CONFIG: 'other.yaml' }, ['FAREBOX_CONFIG'], /other\.yaml, which is not/],
  ['both on one port', { FAREBOX_OPERATOR_LISTEN: '127.0.0.1:8080' }, ['FAREBOX_OPERATOR_LISTEN'], /a port of its own/],
  ['another database', { DATABASE_URL: 'mysql://me:pw-secret@h/d' }, ['DATABASE_URL'], /postgres/],
  ['short token', { FAREBOX_OPERATOR_TOKEN: 'pw-secret' }, ['FAREBOX_OPERATOR_TOKEN'], /24 to 256/],
  ['no gateways', { FAREBOX_GATEWAYS: '0' }, ['FAREBOX_GATEWAYS'], /1 to 256/],
  ['tiny body', { FAREBOX_BODY_MAX: '10' }, ['FAREBOX_BODY_MAX'], /1 KiB to 1 GiB/],
  ['an edge that nobody names', { FAREBOX_EDGE_ONLY: 'yes' }, ['FAREBOX_EDGE_ONLY'], /FAREBOX_TRUSTED_PROXIES/],
  ['bad edge', { FAREBOX_EDGE_ONLY: 'true' }, ['FAREBOX_EDGE_ONLY'], /yes/],
  ['bad proxy', { FAREBOX_TRUSTED_PROXIES: '10.0.0.0/33' }, ['FAREBOX_TRUSTED_PROXIES'], /CIDR/],
  ['bad level', { FAREBOX_LOG: 'loud' }, ['FAREBOX_LOG'], /error, warn, info, debug/],
  ['zero limit', { FAREBOX_KEY_TOKENS_PER_MINUTE: '0' }, ['FAREBOX_KEY_TOKENS_PER_MINUTE'], /none/],
  ['no daily cap', { FAREBOX_KEY_DAILY_CAP_USD: '0.00' }, ['FAREBOX_KEY_DAILY_CAP_USD'], /above 0/],
  ['a key with a line end', { OPENAI_API_KEY: 'pw-secret\nx' }, ['OPENAI_API_KEY'], /printable/],
]

for (const [name, environment, paths, said] of REFUSED) {
  test(`refused: ${name}`, () => {
    const problems = problemsOf(environment)
    const told = problems.map(({ expected, got, mend }) => [expected, got, mend].join('\n')).join('\n')
    assert.deepEqual(
      problems.map(({ path }) => path),
      paths,
      told,
    )
    assert.match(told, said)
    assert.ok(!told.includes('pw-secret'), 'a secret is shown')
  })
}

test('all that is wrong is told at once', () => {
  const environment = Object.assign({}, ...REFUSED.filter(([name]) => !name.startsWith('TLS')).map(([, one]) => one)) as Environment
  const found = new Set(problemsOf({ ...environment, FAREBOX_LISTEN: '0.0.0.0:80', FAREBOX_OPERATOR_LISTEN: 'x' }).map(({ path }) => path))
  for (const path of Object.keys(environment))
    if (path !== 'FAREBOX_TLS_CERT' && path !== 'FAREBOX_TRUSTED_PROXIES') assert.ok(found.has(path), path)
})

test('a certificate of an authority is for names, once its terms are agreed to, and in place of files', () => {
  const names = { FAREBOX_LISTEN: '0.0.0.0:443', FAREBOX_ACME_DOMAINS: 'API.example.com, example.com api.example.com' }
  assert.deepEqual(
    problemsOf(names).map(({ path }) => path),
    ['FAREBOX_ACME_TERMS_AGREED'],
  )
  const agreed = { ...names, FAREBOX_ACME_TERMS_AGREED: 'yes' }
  const { acme, tls, publicUrl } = read(agreed)
  const pemPath = '/srv/data/acme/certificate.pem'
  assert.deepEqual(acme, {
    ...{ directory: 'https://acme-v02.api.letsencrypt.org/directory', email: undefined, domains: ['api.example.com', 'example.com'] },
    ...{ listen: { host: '0.0.0.0', port: 80 }, pemPath },
  })
  assert.deepEqual([tls, publicUrl], [{ certPath: pemPath, keyPath: pemPath }, 'https://api.example.com'])
  assert.deepEqual(
    problemsOf({ ...agreed, FAREBOX_TLS_CERT: 'cert.pem', FAREBOX_TLS_KEY: '/srv/key.pem' }).map(({ path }) => path),
    ['FAREBOX_TLS_CERT'],
  )
})

test('plain HTTP is fine behind a trusted proxy, and with TLS', () => {
  assert.equal(read({ FAREBOX_LISTEN: '0.0.0.0:80', FAREBOX_TRUSTED_PROXIES: '10.0.0.1' }).listen.port, 80)
  const config = read({ FAREBOX_LISTEN: '0.0.0.0:443', FAREBOX_TLS_CERT: 'cert.pem', FAREBOX_TLS_KEY: '/srv/key.pem' })
  assert.deepEqual(config.tls, { certPath: '/srv/cert.pem', keyPath: '/srv/key.pem' })
  assert.equal(config.publicUrl, 'https://localhost')
})

test('any text in any setting ends in a configuration or in problems', () => {
  const names = [
    'FAREBOX_LISTEN',
    'FAREBOX_TRUSTED_PROXIES',
    'FAREBOX_PUBLIC_URL',
    'DATABASE_URL',
    'FAREBOX_BODY_MAX',
    'FAREBOX_DATA_DIR',
    'OPENAI_API_KEY',
  ]
  const bits = fc.constantFrom(
    ':',
    '0',
    '/',
    '.',
    '[',
    ']',
    '::',
    '127.0.0.1',
    ',',
    'https://',
    'postgres://',
    '%',
    '@',
    '\0',
    ' ',
    '9999999999',
  )
  const text = fc.oneof(
    fc.string({ maxLength: 20 }),
    fc.array(bits, { maxLength: 8 }).map((parts) => parts.join('')),
  )
  fc.assert(
    fc.property(fc.constantFrom(...names), text, (name, value) => void problemsOf({ [name]: value })),
    { numRuns: 2000 },
  )
})

test('misspelt settings are noticed, and every provider key has its upstream', () => {
  assert.deepEqual(unknownSettings({ FAREBOX_LISTN: '1', FAREBOX_LISTEN: '2', HOME: '/' }), ['FAREBOX_LISTN'])
  assert.deepEqual(KNOWN_UPSTREAMS.map(({ variable }) => variable).toSorted(), [...PROVIDER_KEY_NAMES].toSorted())
})
