import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { seededRandom } from '../../sim/index.ts'
import type { CheckContext, Measured } from '../harness/index.ts'
import { signal } from '../processes.ts'
import { needProgram } from '../system-program.ts'
import { startWorld, type World } from '../world.ts'
import { makeCanary, patternsOf } from './canary.ts'
import { PlaceSearch } from './places.ts'
import { ipSocketsOf } from './sockets.ts'
import { type MadeCall, MODELS, Traffic } from './traffic.ts'

const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url))
const STREAMS = 12
const DEADLY = ['SIGSEGV', 'SIGABRT', 'SIGBUS', 'SIGQUIT'] as const
/** Options with which Node writes what it has in memory, or lets somebody look at it; of those that wait for a debugger nothing of ours ever runs. */
const UNSAFE = [
  ...['--inspect', '--heapsnapshot-signal=SIGUSR2', '--heapsnapshot-near-heap-limit=3'],
  ...['--heap-prof', '--cpu-prof', '--report-on-fatalerror', '--report-uncaught-exception', '--report-on-signal'],
  ...['--diagnostic-dir=/tmp', '--trace-events-enabled', '--tls-keylog=/tmp/x', '--abort-on-uncaught-exception', '--prof'],
] as const
const REFUSED = 78

/**
 * PRV-08: gateways that are killed at random points, on a machine that would keep core files of any size, leave none with content; no
 * debugger can be called into them; a start with options by which Node would write its memory is refused.
 */
export async function crashArtefacts(context: CheckContext): Promise<Measured> {
  needProgram('prlimit', 'util-linux')
  const pattern = readFileSync('/proc/sys/kernel/core_pattern', 'latin1').trim()
  const control = expectCoreTells(context, pattern)
  const refused = expectRefused(context)
  const startedAt = Date.now()
  const world = await startWorld({ models: MODELS, runUnder: ['prlimit', '--core=unlimited'] })
  try {
    const { key } = await world.operator.customer('100000.00')
    const traffic = new Traffic(world, { rich: key, poor: key, limited: key })
    for (const { pid, role } of world.processes()) expectFiltered(context, pid, role)
    await expectNoDebugger(context, world)
    const random = seededRandom(context.seed)
    const made: MadeCall[] = []
    for (let death = 0; death < context.n; death += 1) {
      const deadly = DEADLY[death % DEADLY.length] ?? 'SIGABRT'
      made.push(...(await traffic.makeDuring(STREAMS, () => die(world, { deadly, afterMs: random.below(300) }))))
      await world.untilReady()
    }
    const cores = searchCores(context, made, startedAt)
    return {
      n: context.n,
      measured: { calls: made.length, coreFiles: cores, corePattern: pattern, coreTells: control, refusedOptions: refused },
    }
  } finally {
    await world.stop()
  }
}

async function die(world: World, { deadly, afterMs }: { readonly deadly: NodeJS.Signals; readonly afterMs: number }): Promise<void> {
  await sleep(afterMs)
  for (const pid of world.pidsOf('gateway')) signal(pid, deadly)
  await sleep(300)
}

function expectFiltered(context: CheckContext, pid: number, role: string): void {
  const filter = readFileSync(`/proc/${pid}/coredump_filter`, 'latin1').trim()
  context.expect(/^0+$/.test(filter), `the kernel would write memory of the ${role} into a core file (filter ${filter})`)
}

/** A signal that has Node open its debugger changes nothing. */
async function expectNoDebugger(context: CheckContext, world: World): Promise<void> {
  const [pid = 0] = world.pidsOf('gateway')
  const before = ipSocketsOf(pid).filter(({ remotePort }) => remotePort === 0).length
  signal(pid, 'SIGUSR1')
  await sleep(500)
  const after = world.pidsOf('gateway').flatMap((gateway) => ipSocketsOf(gateway).filter(({ remotePort }) => remotePort === 0)).length
  context.expect(after <= before, 'a signal made a gateway listen for a debugger')
  const flags = readFileSync(`/proc/${world.pidsOf('gateway')[0]}/cmdline`, 'latin1').split('\0')
  const unsafe = flags.filter((flag) => /^--(?:inspect|heapsnapshot|heap-prof|cpu-prof|report)/.test(flag))
  context.expect(unsafe.length === 0, `a gateway runs with ${unsafe.join(', ')}`)
}

/** Core files that the server has left in its working directory; each is searched and removed. */
function searchCores(context: CheckContext, made: readonly MadeCall[], startedAt: number): number {
  const search = new PlaceSearch(made.flatMap(({ canary, texts }) => patternsOf(canary, texts)))
  const cores = readdirSync(CHECKOUT).filter((name) => /^core(?:\.\d+)?$/.test(name))
  for (const name of cores) {
    search.file(join(CHECKOUT, name))
    rmSync(join(CHECKOUT, name))
  }
  for (const folder of ['/var/crash', '/var/lib/systemd/coredump']) search.folder(folder, (_, stats) => stats.mtimeMs >= startedAt)
  for (const { place, form } of search.found) context.fail(`leak: ${form} in ${place}`)
  return cores.length
}

/** The positive control: without the switch a core file does tell, where the machine writes any. */
function expectCoreTells(context: CheckContext, pattern: string): string {
  if (pattern.startsWith('|') || pattern.includes('/')) return 'not run: core files go elsewhere on this machine'
  const folder = mkdtempSync(join(tmpdir(), 'farebox-core-'))
  try {
    const canary = makeCanary()
    const code = `const words = Buffer.from('${canary}'.repeat(100)); process.kill(process.pid, 'SIGABRT'); setTimeout(() => words, 1000)`
    spawnSync('prlimit', ['--core=unlimited', process.execPath, '-e', code], { cwd: folder, stdio: 'ignore' })
    const core = readdirSync(folder).find((name) => name.startsWith('core'))
    if (core === undefined) return 'not run: this machine writes no core files'
    const search = new PlaceSearch(patternsOf(canary))
    search.file(join(folder, core))
    context.expect(search.found.length > 0, 'blind: a canary in a core file is not found')
    return 'yes'
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function expectRefused(context: CheckContext): number {
  const starts = [...UNSAFE.map((option) => ({ NODE_OPTIONS: option })), { NODE_DEBUG: 'http' }, { NODE_DEBUG_NATIVE: 'http' }]
  const folder = mkdtempSync(join(tmpdir(), 'farebox-refused-'))
  try {
    for (const environment of starts) {
      const { status } = spawnSync(process.execPath, ['src/main.ts', 'serve'], {
        cwd: CHECKOUT,
        env: { PATH: '/usr/bin:/bin', FAREBOX_DATA_DIR: join(folder, 'data'), ...environment, ...writingTo(folder, environment) },
        stdio: 'ignore',
        timeout: 20_000,
      })
      // Some options Node refuses itself in NODE_OPTIONS.
      context.expect(status === REFUSED || status === 9, `a start with ${Object.values(environment).join()} was not refused (${status})`)
      context.expect(!existsSync(join(folder, 'data')), `a start with ${Object.values(environment).join()} got as far as its data`)
    }
    return starts.length
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Options that write at once are told to write where it is cleared away. */
function writingTo(folder: string, environment: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const option = environment['NODE_OPTIONS']
  if (option === undefined) return {}
  const places: Readonly<Record<string, string>> = {
    '--heap-prof': `--heap-prof-dir=${folder}`,
    '--cpu-prof': `--cpu-prof-dir=${folder}`,
    '--trace-events-enabled': `--trace-event-file-pattern=${join(folder, 'trace')}`,
  }
  return { NODE_OPTIONS: [option, places[option] ?? ''].join(' ').trim() }
}
