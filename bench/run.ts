import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { flushDisk, OTHER_CPU, pin, startOwn, stopTree } from './child-process.ts'
import type { UpstreamReady } from './messages.ts'
import { HELP, type Options, parseOptions } from './options.ts'
import { type RunningProxy, STARTERS } from './proxies/index.ts'
import { headerOf, latestSession, type Measurement, writeLine } from './results.ts'
import { isMeasured, measure, type Result, type Rig, SCENARIO_NAMES, type ScenarioName, warmUp } from './scenarios.ts'
import { comparison, describe, terminalTable, writeReadme } from './table.ts'

// `npm run bench`: starts what is compared, measures it in interleaved rounds, prints a table, keeps every figure in bench/results.
const say = (text: string): void => void process.stdout.write(text)

async function main(args: readonly string[]): Promise<number> {
  let options: Options
  try {
    options = parseOptions(args)
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    return 2
  }
  if (options.help) say(HELP)
  else if (options.writeReadme) return publish()
  else return runSession(options)
  return 0
}

/** Writes the table of the latest session that left nothing out. */
function publish(): number {
  const session = latestSession((header) => !header.quick && header.rounds >= 5 && header.only.length === SCENARIO_NAMES.length)
  if (session === undefined) {
    process.stderr.write('There is no whole run in bench/results yet: npm run bench\n')
    return 1
  }
  writeReadme(session)
  say(`bench/README.md has the figures of ${session.header.run}\n`)
  return 0
}

/** How to undo what was started, in order; `stopping` is there once that has begun. */
type Cleanup = { readonly steps: (() => Promise<void>)[]; stopping?: Promise<void> }

async function runSession(options: Options): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), 'farebox-bench-'))
  // A database that gives up root has to pass through here to its own folder.
  chmodSync(directory, 0o711)
  const cleanup: Cleanup = { steps: [async () => rmSync(directory, { recursive: true, force: true })] }
  const onSignal = () => void stopAll(cleanup)
  process.once('SIGINT', onSignal)
  process.once('SIGTERM', onSignal)
  try {
    const { rig, upstreamPort } = await startRig(options, cleanup)
    const { proxies, notRun } = await startProxies(options, { upstreamPort, directory, cleanup })
    const versions = Object.fromEntries(proxies.map((proxy) => [proxy.name, proxy.version]))
    const header = headerOf(options, { versions, notRun })
    writeLine(header)
    flushDisk()
    const measurements = await measureAll(rig, proxies, { options, run: header.run, cleanup })
    const session = { header, measurements }
    say(
      `\n${terminalTable(session)}\nMedian (least–greatest) of the rounds; × is to nginx in the same round. ${describe(session)}\n${comparison(session)}`,
    )
    return measurements.some((one) => one.failures > 0) ? 1 : 0
  } catch (error) {
    if (cleanup.stopping === undefined) throw error
    return 130
  } finally {
    await stopAll(cleanup)
    process.off('SIGINT', onSignal)
    process.off('SIGTERM', onSignal)
  }
}

/** The load and the upstream, each a process of its own on the second core. */
async function startRig(options: Options, cleanup: Cleanup): Promise<{ rig: Rig; upstreamPort: number }> {
  const upstream = await startOwn<UpstreamReady>('./upstream.ts')
  cleanup.steps.push(() => stopTree(upstream.child))
  const load = await startOwn('./load.ts')
  cleanup.steps.push(() => stopTree(load.child))
  pin([upstream.child.pid ?? 0, load.child.pid ?? 0], OTHER_CPU)
  return { rig: { load: load.child, upstream: upstream.child, quick: options.quick }, upstreamPort: upstream.first.port }
}

async function startProxies(options: Options, place: { upstreamPort: number; directory: string; cleanup: Cleanup }) {
  const proxies: RunningProxy[] = []
  const notRun: Record<string, string> = {}
  for (const name of options.proxies.filter((proxy) => options.only.some((scenario) => isMeasured(scenario, proxy)))) {
    if (place.cleanup.stopping !== undefined) throw new Error('stopped by a signal')
    const directory = mkdtempSync(join(place.directory, `${name}-`))
    chmodSync(directory, 0o711)
    const started = await STARTERS[name]({ upstreamPort: place.upstreamPort, directory }).catch((error: unknown) => {
      return { name, notRun: error instanceof Error ? error.message : String(error) }
    })
    if ('notRun' in started) {
      notRun[name] = started.notRun
      say(`${name}: not run: ${started.notRun}\n`)
      continue
    }
    place.cleanup.steps.push(started.stop)
    proxies.push(started)
    say(`${name} ${started.version} is ready\n`)
  }
  return { proxies, notRun }
}

type Run = { readonly options: Options; readonly run: string; readonly cleanup: Cleanup }
type Place = { readonly round: number; readonly scenario: ScenarioName; readonly proxy: RunningProxy }

/**
 * Warm-up and memory once, then the rounds; within a round every scenario goes over all proxies, each time beginning with another. Starts are measured
 * when all else is, as they end the processes that are warm.
 */
async function measureAll(rig: Rig, proxies: readonly RunningProxy[], run: Run): Promise<Measurement[]> {
  const measurements: Measurement[] = []
  const scenarios = run.options.only.filter((scenario) => scenario !== 'memory')
  for (const proxy of proxies) {
    const isMemory = run.options.only.includes('memory') && proxy.name !== 'direct' && isMeasured('memory', proxy.name)
    if (isMemory) measurements.push(await measureOnce(rig, { round: 0, scenario: 'memory', proxy }, run))
    const cold = scenarios.filter((scenario) => isMeasured(scenario, proxy.name) && !(isMemory && scenario === '1kb'))
    for (const scenario of cold) await warmUpOnce(rig, { round: 0, scenario, proxy }, run)
  }
  const rounds = async (which: readonly ScenarioName[]): Promise<void> => {
    for (let round = 1; round <= run.options.rounds; round++) {
      for (const scenario of which) {
        const measured = proxies.filter((proxy) => isMeasured(scenario, proxy.name))
        for (const proxy of rotate(measured, round)) measurements.push(await measureOnce(rig, { round, scenario, proxy }, run))
      }
    }
  }
  await rounds(scenarios.filter((scenario) => scenario !== 'start'))
  await rounds(scenarios.filter((scenario) => scenario === 'start'))
  return measurements
}

/** One measurement, kept and said; a proxy that cannot be called makes a void one, not the end of the session. */
async function measureOnce(rig: Rig, place: Place, run: Run): Promise<Measurement> {
  const result = await measure(rig, place.proxy, place.scenario).catch((error: unknown): Result => {
    if (run.cleanup.stopping !== undefined) throw error
    return { values: {}, calls: 0, failures: 1, note: String(error) }
  })
  const { round, scenario, proxy } = place
  const line: Measurement = { type: 'measurement', run: run.run, round, scenario, proxy: proxy.name, ...result }
  writeLine(line)
  const figures = Object.entries(result.values).map(([name, value]) => `${name} ${value.toPrecision(4)}`)
  say(
    `round ${round} ${scenario} ${proxy.name}: ${result.failures > 0 ? `${result.failures} failed (${result.note})` : figures.join(' ')}\n`,
  )
  return line
}

async function warmUpOnce(rig: Rig, { proxy, scenario }: Place, run: Run): Promise<void> {
  const problem = await warmUp(rig, proxy, scenario).catch((error: unknown) => {
    if (run.cleanup.stopping !== undefined) throw error
    return String(error)
  })
  if (problem !== '') say(`${proxy.name} ${scenario}: ${problem}\n`)
}

const rotate = <T>(items: readonly T[], by: number): T[] =>
  items.map((_, i) => items[(i + by) % items.length]).filter((item) => item !== undefined)

/** Stops everything that was started, last first; what is still being started when a signal comes is stopped once it is there. */
function stopAll(cleanup: Cleanup): Promise<void> {
  cleanup.stopping = (cleanup.stopping ?? Promise.resolve()).then(async () => {
    for (const stop of cleanup.steps.splice(0).reverse()) {
      await stop().catch((error: unknown) => process.stderr.write(`could not stop: ${String(error)}\n`))
    }
  })
  return cleanup.stopping
}

process.exitCode = await main(process.argv.slice(2))
