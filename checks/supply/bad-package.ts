import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { rulesetOf } from '../../src/commands/egress/index.ts'
import { type CheckContext, type Measured, NotRunError } from '../harness/index.ts'
import type { DrillPlan, DrillReport } from './drill.ts'
import { makePackage } from './made-package.ts'

/** A user that owns nothing, as the user of Farebox on a host. */
const UID = 65_534
/** What the system has to stop by itself, whatever Node does. */
const BY_THE_SYSTEM = ['write beside the data', 'call home'] as const

/**
 * SUP-09: bad code inside a gateway of the package, started as the supervisor does on a host with the shipped rules, gets nowhere. With nothing
 * in its way it gets everywhere, so it can; what the system alone stops of it, should Node's permission model fail, is told.
 */
export async function badPackage(context: CheckContext): Promise<Measured> {
  refuseUnlessHere()
  let told = ''
  for (let round = 0; round < context.n; round += 1) {
    const { bare, system, whole } = await drillOnce()
    const names = Object.keys(bare)
    context.expect(names.length === 7, `blind: ${names.length} attempts were made`)
    for (const name of names) {
      const isBlind = name !== 'read its own environment' && bare[name] !== 'done'
      context.expect(!isBlind, `blind: with nothing in its way it could not ${name} (${bare[name]})`)
      context.expect(whole[name] !== 'done' && whole[name] !== undefined, `bad code in a gateway could ${name}`)
    }
    for (const name of BY_THE_SYSTEM) context.expect(system[name] !== 'done', `the system alone let it ${name}`)
    told = names.filter((name) => system[name] === 'done').join(', ')
  }
  return {
    n: context.n,
    measured: {
      stopped: 7,
      ofAttempts: 7,
      stoppedByTheSystemAlone: 7 - told.split(', ').filter(Boolean).length,
      leftToNodeAlone: told || 'nothing',
    },
  }
}

function refuseUnlessHere(): void {
  const works = (command: string, ...more: readonly string[]) => spawnSync(command, more, { stdio: 'ignore' }).status === 0
  if (process.getuid?.() !== 0 || !works('unshare', '--net', '--mount', 'true')) throw new NotRunError('namespaces need root here')
  if (!works('nft', '--version') || !works('ip', '-V')) throw new NotRunError('nft and ip are not installed (Debian: nftables, iproute2)')
}

async function drillOnce(): Promise<DrillReport> {
  const made = makePackage()
  const folder = mkdtempSync(join(tmpdir(), 'farebox-drill-'))
  try {
    for (const open of [made.folder, folder]) chmodSync(open, 0o755)
    const plan: DrillPlan = { root: made.contents, folder, uid: UID, rules: rulesetOf([], { user: String(UID), resolvers: [] }) }
    const given = [
      '--net',
      '--mount',
      '--propagation',
      'private',
      process.execPath,
      '--no-warnings',
      join(import.meta.dirname, 'drill.ts'),
      'drill',
    ]
    const child = spawn('unshare', given, { stdio: ['pipe', 'pipe', 'inherit'], timeout: 120_000, killSignal: 'SIGKILL' })
    child.stdin.end(JSON.stringify(plan))
    return JSON.parse(await text(child.stdout)) as DrillReport
  } finally {
    made.remove()
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}
