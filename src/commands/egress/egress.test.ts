// Guarantee: the list of places that may be called has all that settings and catalogue name and nothing else, and the rules made of it
// hold one user to exactly that.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Command } from 'commander'
import { readConfig } from '../../config.ts'
import { systemIds } from '../../lib/index.ts'
import { ExitError } from '../command.ts'
import { operatorClient } from '../operator-client.ts'
import { destinationsOf } from './destinations.ts'
import { egressWith } from './index.ts'
import { rulesetOf } from './ruleset.ts'

const UPSTREAMS = [
  { id: 'b', kind: 'openai', base_url: 'https://api.example.com/v1', fetch_urls: false },
  { id: 'a', kind: 'openai', base_url: 'https://api.example.com:443/other', fetch_urls: false },
  { id: 'local', kind: 'openai-compatible', base_url: 'http://127.0.0.1:8000/v1', fetch_urls: false },
]

test('each place stands once, with every reason for it', () => {
  const config = {
    databaseUrl: 'postgresql://u:p@db.internal/farebox',
    keysUrl: 'postgres://u:p@keys.internal:5433/keys',
    valkeyUrl: 'valkey://[fd00::5]',
    mail: { smtpUrl: 'smtps://mail.example.com', from: 'a@example.com' },
    acme: {
      directory: 'https://ca.example/dir',
      email: undefined,
      domains: ['a.example'],
      listen: { host: '0.0.0.0', port: 80 },
      pemPath: '/p',
    },
  }
  assert.deepEqual(
    destinationsOf(config, [...UPSTREAMS, { id: 'v', kind: 'vertex', base_url: 'https://v.example.com', fetch_urls: true }]),
    [
      { host: '*', port: 443, why: 'fetch_urls of upstream v' },
      { host: '127.0.0.1', port: 8000, why: 'upstream local' },
      { host: 'api.example.com', port: 443, why: 'upstream b, upstream a' },
      { host: 'ca.example', port: 443, why: 'certificates' },
      { host: 'db.internal', port: 5432, why: 'the database' },
      { host: 'fd00::5', port: 6379, why: 'rate windows of several nodes' },
      { host: 'keys.internal', port: 5433, why: 'keys of persons of several nodes' },
      { host: 'mail.example.com', port: 465, why: 'mail' },
      { host: 'oauth2.googleapis.com', port: 443, why: 'access tokens for vertex' },
      { host: 'v.example.com', port: 443, why: 'upstream v' },
    ],
  )
})

test('webhooks of customers open one port of public hosts, where they are switched on', () => {
  const config = { databaseUrl: undefined, keysUrl: undefined, valkeyUrl: undefined, mail: undefined }
  const wanted = [{ host: '*', port: 443, why: 'webhooks of customers' }]
  assert.deepEqual(
    [destinationsOf({ ...config, hasWebhooks: true }, []), destinationsOf({ ...config, hasWebhooks: false }, [])],
    [wanted, []],
  )
})

test('rules name addresses and ports of the list, and refuse the rest of one user', () => {
  const rules = rulesetOf([{ host: 'h', port: 443, why: 'x', addresses: ['192.0.2.7', '2001:db8::7'] }], {
    user: 'farebox',
    resolvers: ['192.0.2.53'],
  })
  const told = rules.split('\n').map((line) => line.trim())
  assert.ok(told.includes('meta skuid != "farebox" accept'))
  assert.deepEqual(
    told.filter((line) => line.includes('tcp dport')),
    ['ip daddr 192.0.2.53 tcp dport 53 accept', 'ip daddr 192.0.2.7 tcp dport 443 accept', 'ip6 daddr 2001:db8::7 tcp dport 443 accept'],
  )
  assert.equal(told.at(-4), 'counter reject with icmpx type admin-prohibited')
})

test("fetching opens one port of hosts that are nobody's own", () => {
  const rules = rulesetOf([{ host: '*', port: 443, why: 'x', addresses: [] }], { user: '7', resolvers: [] })
  assert.match(rules, /ip daddr != \{ 0\.0\.0\.0\/8, 10\.0\.0\.0\/8.*169\.254\.0\.0\/16.* \} tcp dport 443 accept/)
  assert.match(rules, /ip6 daddr 2000::\/3 .*tcp dport 443 accept/)
})

async function run(argv: readonly string[], upstreams: readonly object[]): Promise<{ readonly told: string; readonly code: number }> {
  const printed: string[] = []
  const print = (text: string): void => void printed.push(text)
  const program = new Command().exitOverride()
  const client = operatorClient(
    async () => ({ status: 200, text: JSON.stringify({ data: upstreams }) }),
    'token',
    systemIds(() => 0),
  )
  egressWith(async () => client)(program.command('egress'), { environment: {}, config: () => readConfig({}), print, note: print })
  try {
    await program.parseAsync(['egress', ...argv], { from: 'user' })
    return { told: printed.join('\n'), code: 0 }
  } catch (thrown) {
    if (!(thrown instanceof ExitError)) throw thrown
    return { told: printed.join('\n'), code: thrown.exitCode }
  }
}

test('the command tells it, and refuses a user that could end a line of the rules', async () => {
  assert.match(
    (await run([], UPSTREAMS)).told,
    /^host +port +why\n127\.0\.0\.1 +8000 +upstream local\napi\.example\.com +443 +upstream b, upstream a\n/,
  )
  assert.match((await run([], [])).told, /^This server calls nobody/)
  const local = UPSTREAMS.slice(2)
  assert.match((await run(['--nftables'], local)).told, /ip daddr 127\.0\.0\.1 tcp dport 8000 accept/)
  assert.equal((await run(['--nftables', '--user', 'x" accept'], local)).code, 1)
  const gone = await run(['--nftables'], [{ id: 'x', kind: 'openai', base_url: 'https://nowhere.invalid', fetch_urls: false }])
  assert.equal(gone.code, 1)
  assert.match(gone.told, /nowhere\.invalid has no address now/)
})
