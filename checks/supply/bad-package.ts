import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { rulesetOf } from '../../src/commands/egress/index.ts'
import { type CheckContext, type Measured, NotRunError } from '../harness/index.ts'
import { badCode } from './bad-code.ts'
import type { DrillPlan, DrillReport } from './drill.ts'
import { CHECKOUT, type MadePackage, makePackage } from './made-package.ts'
import { type Profile, shippedProfiles } from './profiles.ts'

/** A user that owns nothing, as the user of Farebox on a host. */
const UID = 65_534
/** What nothing stops, by the way that Farebox is run: there is no list of what may be called, and Node 24 has none either. */
const OPEN: Readonly<Record<string, readonly string[]>> = { container: ['call home'], bare: ['call home'] }
/** What the system has to stop by itself, whatever Node does. */
const BY_THE_SYSTEM: Readonly<Record<string, readonly string[]>> = {
  systemd: ['write beside the data', 'start a program', 'call home'],
  Kubernetes: ['write beside the data', 'call home'],
  container: ['write beside the data'],
}
const ATTEMPTS = 8

/**
 * SUP-09: bad code inside a gateway of the package gets nowhere, under what each way that is shipped has the system forbid, but where
 * docs/hardening.md says so. Who stops it is told act by act; with nothing in its way it gets everywhere, so it can.
 */
export async function badPackage(context: CheckContext): Promise<Measured> {
  refuseUnlessHere()
  const profiles = shippedProfiles()
  const page = readFileSync(join(CHECKOUT, 'docs', 'hardening.md'), 'utf8')
  const stoppers = new Map<string, readonly string[]>()
  for (let round = 0; round < context.n; round += 1) {
    const reports = new Map<string, DrillReport>()
    await withPackage(async (made) => {
      for (const profile of profiles) reports.set(profile.name, await drillOnce(made, profile))
    })
    for (const [name, { isServing }] of reports) context.expect(isServing, `${name}: Farebox itself does not serve`)
    const names = Object.keys(reports.get('bare')?.alone ?? {})
    context.expect(names.length === ATTEMPTS, `blind: ${names.length} attempts were made`)
    for (const name of names) {
      const alone = reports.get('bare')?.alone[name]
      context.expect(alone === 'done' || alone === 'EMPTY', `blind: with nothing in its way it could not ${name} (${alone})`)
      stoppers.set(
        name,
        profiles.map((profile) => stopperOf(context, profile.name, { name, report: reports.get(profile.name) })),
      )
    }
  }
  for (const [name, found] of stoppers) {
    const row = `| ${name} | ${found.join(' | ')} |`
    context.expect(page.includes(row), `docs/hardening.md does not say: ${row}`)
  }
  const told = profiles.map(({ name }, index) => {
    const found = [...stoppers.values()].map((row) => row[index])
    const count = (who: string): number => found.filter((one) => one === who).length
    return [
      name,
      `${ATTEMPTS - count('nobody')} of ${ATTEMPTS}: system ${count('system')}, Node ${count('Node')}, Farebox ${count('Farebox')}`,
    ] as const
  })
  return { n: context.n, measured: Object.fromEntries(told) }
}

type Tried = { readonly name: string; readonly report: DrillReport | undefined }

/** Who stops an attempt: Farebox, which leaves nothing there, the system, Node where the system does not, or nobody. */
function stopperOf(context: CheckContext, profile: string, { name, report }: Tried): 'Farebox' | 'system' | 'Node' | 'nobody' {
  const [alone = 'done', whole = 'done'] = [report?.alone[name], report?.whole[name]]
  const isOpen = OPEN[profile]?.includes(name) === true
  context.expect(
    isOpen === (whole === 'done'),
    isOpen ? `${profile} is said to let it ${name}, and does not` : `${profile}: bad code in a gateway could ${name}`,
  )
  if (BY_THE_SYSTEM[profile]?.includes(name) === true) context.expect(alone !== 'done', `${profile}: the system alone let it ${name}`)
  if (alone === 'EMPTY') return 'Farebox'
  if (alone !== 'done') return 'system'
  return whole === 'done' ? 'nobody' : 'Node'
}

function refuseUnlessHere(): void {
  const works = (command: string, ...more: readonly string[]) => spawnSync(command, more, { stdio: 'ignore' }).status === 0
  if (process.getuid?.() !== 0 || !works('unshare', '--net', '--mount', 'true')) throw new NotRunError('namespaces need root here')
  if (!works('nft', '--version') || !works('ip', '-V')) throw new NotRunError('nft and ip are not installed (Debian: nftables, iproute2)')
}

/** Makes the package, and lets its user look at it and at what it needs. */
async function withPackage(work: (made: MadePackage) => Promise<void>): Promise<void> {
  const made = makePackage()
  try {
    chmodSync(made.folder, 0o755)
    symlinkSync(join(CHECKOUT, 'node_modules'), join(made.contents, 'node_modules'))
    await work(made)
  } finally {
    made.remove()
  }
}

async function drillOnce(made: MadePackage, profile: Profile): Promise<DrillReport> {
  const [root, folder] = [join(made.folder, `bad-${profile.name}`), mkdtempSync(join(tmpdir(), 'farebox-drill-'))]
  try {
    chmodSync(folder, 0o755)
    for (const name of ['package.json', 'server']) cpSync(join(made.contents, name), join(root, name), { recursive: true })
    const code = join(root, 'server', 'gateway', 'gateway.js')
    writeFileSync(code, `${badCode(folder)}\n${readFileSync(code, 'utf8')}`)
    const rules = rulesetOf([], { user: String(UID), resolvers: [] })
    const plan: DrillPlan = { root, goodRoot: made.contents, folder, uid: UID, profile, rules }
    const program = [process.execPath, '--no-warnings', join(import.meta.dirname, 'drill.ts'), 'drill']
    const child = spawn('unshare', ['--net', '--mount', '--propagation', 'private', ...program], {
      ...{ stdio: ['pipe', 'pipe', 'inherit'], timeout: 180_000, killSignal: 'SIGKILL' },
    })
    child.stdin.end(JSON.stringify(plan))
    return JSON.parse(await text(child.stdout)) as DrillReport
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}
