import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { destinationsOf, rulesetOf } from '../../src/commands/egress/index.ts'
import { type CheckContext, type Measured, NotRunError } from '../harness/index.ts'
import type { EgressPlan, EgressReport } from './egress-probe.ts'

/** A user that owns nothing, as the user of Farebox on a host. */
const NOBODY = 65_534
const RESOLVER = '10.0.0.53'
const UPSTREAMS = [
  { id: 'one', kind: 'openai', base_url: 'https://93.184.215.14/v1', fetch_urls: false },
  { id: 'two', kind: 'vertex', base_url: 'https://198.51.100.7:8443', fetch_urls: false },
  { id: 'six', kind: 'openai', base_url: 'https://[2001:db8::7]/v1', fetch_urls: false },
]
const TOKENS = '142.250.74.10'

/**
 * PRV-20: under the shipped rules a process of Farebox's user reaches what the catalogue names and nothing else. In a network namespace in
 * which every address answers, so that without the rules all tries connect; what connects with them is compared with the list.
 */
export async function egressRules(context: CheckContext): Promise<Measured> {
  refuseUnlessHere()
  const destinations = destinationsOf(
    { databaseUrl: 'postgres://10.0.0.5/farebox', keysUrl: undefined, valkeyUrl: undefined, mail: undefined },
    UPSTREAMS,
  ).map((one) => ({
    ...one,
    addresses: [one.host === 'oauth2.googleapis.com' ? TOKENS : one.host],
  }))
  const plan: EgressPlan = {
    rules: rulesetOf(destinations, { user: String(NOBODY), resolvers: [RESOLVER] }),
    uid: NOBODY,
    seed: context.seed,
    tries: context.n,
    allowed: [...destinations.flatMap(({ addresses, port }) => addresses.map((host) => ({ host, port }))), { host: RESOLVER, port: 53 }],
  }
  const report = await runInNamespace(plan)
  context.expect(
    report.openBefore === report.tried,
    `without rules only ${report.openBefore} of ${report.tried} tries connect, so the rest proves nothing`,
  )
  for (const { host, port } of report.wronglyOpen.slice(0, 10)) context.fail(`${host}:${port} is not on the list and connects`)
  for (const { host, port } of report.wronglyShut) context.fail(`${host}:${port} is on the list and does not connect`)
  context.expect(report.datagramsBefore > 0, 'no datagram is counted without rules, so that none is with them proves nothing')
  context.expect(report.datagrams === 0, `${report.datagrams} datagrams got out`)
  context.expect(report.othersOpen, 'the rules hold others than the user')
  return { n: report.tried, measured: { allowed: plan.allowed.length, refused: report.refused, datagrams: report.datagrams } }
}

function refuseUnlessHere(): void {
  const works = (command: string, ...more: readonly string[]) => spawnSync(command, more, { stdio: 'ignore' }).status === 0
  if (process.getuid?.() !== 0 || !works('unshare', '-n', 'true')) throw new NotRunError('network namespaces need root here')
  if (!works('nft', '--version') || !works('ip', '-V')) throw new NotRunError('nft and ip are not installed (Debian: nftables, iproute2)')
}

function runInNamespace(plan: EgressPlan): Promise<EgressReport> {
  return new Promise((resolve, reject) => {
    const child = spawn('unshare', ['-n', process.execPath, '--no-warnings', join(import.meta.dirname, 'egress-probe.ts')], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.once('error', reject)
    child.once('close', (code) =>
      code === 0 ? resolve(JSON.parse(output) as EgressReport) : reject(new Error(`the probe ended with ${code}`)),
    )
    child.stdin.end(JSON.stringify(plan))
  })
}
