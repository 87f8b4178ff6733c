import type { ChildProcess } from 'node:child_process'
import type { BodyName } from './bodies.ts'
import { nextMessage, OTHER_CPU, PROXY_CPU, pin, sleep, unpin } from './child-process.ts'
import { cpuMicrosBetween, machineMicros, readTaskCpu, residentMegabytes, type TaskCpu } from './cpu-accounting.ts'
import type { LoadOrder, LoadReport, Target } from './messages.ts'
import { type DatabaseUse, holdQuantile, type Processes, type ProxyName, type RunningProxy } from './proxies/index.ts'

/** What is measured, in this order within a round; `memory` comes once, before the rounds, and is their warm-up too. */
export const SCENARIO_NAMES = ['memory', '1kb', '30kb', '1mb', 'tls', 'handshake', 'latency', 'sse', 'translated', 'paid', 'start'] as const
export type ScenarioName = (typeof SCENARIO_NAMES)[number]

/** Whether a proxy takes part in a scenario: paid calls are for those that can be paid, with any number of gateways; translation is Farebox's. */
export function isMeasured(scenario: ScenarioName, proxy: ProxyName): boolean {
  if (proxy === 'farebox-before') return scenario !== 'tls' && scenario !== 'handshake'
  if (scenario === 'tls' || scenario === 'handshake') return proxy === 'nginx' || proxy === 'farebox-tls'
  if (proxy === 'farebox-tls') return false
  if (scenario === 'paid') return proxy === 'farebox' || proxy === 'farebox-cores'
  return scenario === 'translated' || scenario === 'start' ? proxy === 'farebox' : proxy !== 'farebox-cores'
}

/** The figures of one measurement by name; a name ends in its unit, and ".role" for one kind of process. */
export type Values = Readonly<Record<string, number>>
/** What came of one measurement; `note` is empty unless calls failed. */
export type Result = { readonly values: Values; readonly calls: number; readonly failures: number; readonly note: string }

/** The load and upstream processes that a session measures with. */
export type Rig = { readonly load: ChildProcess; readonly upstream: ChildProcess; readonly quick: boolean }

const CONNECTIONS = 32
const LATENCY_RATE = 200
/** New streams per second; at 2 s each this keeps about 100 open. A prime number: 50 would begin each as all others send, which they do every 20 ms. */
const STREAM_RATE = 47
const STREAM_SECONDS = { full: 8, quick: 3 }
/** Commits and acknowledgements that follow a call belong to it; this long after the last call they are over. */
const SETTLE_MS = 250

/** Calls of one closed-loop measurement, by body. */
const CALLS = {
  full: { '1kb': 10_000, '30kb': 3_000, '1mb': 200, tls: 10_000, handshake: 2_000 },
  quick: { '1kb': 3_000, '30kb': 600, '1mb': 40, tls: 3_000, handshake: 500 },
}
type Size = keyof typeof CALLS
const PAID_CALLS = { full: 20_000, quick: 4_000 }
const MEMORY_CALLS = { full: 100_000, quick: 20_000 }
const WARM_UP_CALLS = { full: 20_000, quick: 3_000 }

/** One measurement of one proxy. */
export async function measure(rig: Rig, proxy: RunningProxy, scenario: ScenarioName): Promise<Result> {
  if (scenario === 'memory') return measureMemory(rig, proxy)
  if (scenario === 'latency') return measureLatency(rig, proxy)
  if (scenario === 'sse' || scenario === 'translated') return measureStreams(rig, proxy, scenario)
  if (scenario === 'paid') return measurePaid(rig, proxy)
  if (scenario === 'start') return measureStart(proxy)
  return measureClosedLoop(rig, proxy, scenario)
}

/** Calls that are thrown away, so that code is compiled and connections are there; returns why they failed, or nothing. */
export async function warmUp(rig: Rig, proxy: RunningProxy, scenario: ScenarioName): Promise<string> {
  const body = bodyOf(scenario)
  const pattern: LoadOrder['pattern'] =
    scenario === 'sse' || scenario === 'translated'
      ? { kind: 'open', rate: STREAM_RATE, seconds: STREAM_SECONDS[sizeOf(rig)] }
      : { kind: 'closed', calls: warmUpCalls(scenario, sizeOf(rig)), connections: CONNECTIONS, isOnce: scenario === 'handshake' }
  const target = scenario === 'paid' ? withCustomers(proxy) : targetOf(proxy, scenario)
  const report = await send(rig, { target, body, secondsMax: 120, pattern })
  return report.failures > 0 ? `${report.failures} of ${report.failures + report.calls} warm-up calls failed: ${report.firstFailure}` : ''
}

const sizeOf = (rig: Rig): Size => (rig.quick ? 'quick' : 'full')

/** As many as are measured, as until then V8 compiles what the body needs; of the others as many as it takes. */
function warmUpCalls(scenario: ScenarioName, size: Size): number {
  if (scenario === '30kb' || scenario === '1mb') return CALLS[size][scenario]
  if (scenario === 'latency' || scenario === 'start') return 30
  return scenario === 'handshake' ? 300 : WARM_UP_CALLS[size]
}

function bodyOf(scenario: ScenarioName): BodyName {
  if (scenario === 'sse') return 'stream'
  return scenario === '30kb' || scenario === '1mb' || scenario === 'translated' ? scenario : '1kb'
}

/** Translated calls are for a message of Anthropic's, of the same upstream, which speaks chat completions. */
const targetOf = ({ target, secureTarget = target }: RunningProxy, scenario: ScenarioName): Target => {
  if (scenario === 'translated') return { ...target, path: '/v1/messages' }
  return scenario === 'tls' || scenario === 'handshake' ? secureTarget : target
}

type ClosedLoop = keyof typeof CALLS.full

async function measureClosedLoop(rig: Rig, proxy: RunningProxy, scenario: ClosedLoop): Promise<Result> {
  const calls = CALLS[sizeOf(rig)][scenario]
  const isOnce = scenario === 'handshake'
  const pattern = { kind: 'closed', calls, connections: CONNECTIONS, isOnce } as const
  const order: LoadOrder = { target: targetOf(proxy, scenario), body: bodyOf(scenario), secondsMax: 180, pattern }
  const { report, cpu, shares } = await sendAndCount(rig, proxy, order)
  const perCall = cpuValues('cpuMicrosPerCall', cpu, report.calls)
  const callsPerSecond = report.calls / report.seconds
  return resultOf(report, { ...perCall, callsPerSecond, ...callsOfFullCore(callsPerSecond, shares.servingCores), ...shares })
}

/** What the core would carry if the other one kept up; nothing where no proxy serves. */
const callsOfFullCore = (callsPerSecond: number, servingCores: number): Values =>
  servingCores > 0 ? { callsPerServingCore: callsPerSecond / servingCores } : {}

async function measureLatency(rig: Rig, proxy: RunningProxy): Promise<Result> {
  const seconds = rig.quick ? 3 : 8
  const pattern = { kind: 'open', rate: LATENCY_RATE, seconds } as const
  const order: LoadOrder = { target: proxy.target, body: '1kb', secondsMax: seconds + 20, pattern }
  const { held, value } = await withHolds(proxy, () => sendAndCount(rig, proxy, { ...order, place: spread }))
  const { report, cpu, shares } = value
  return resultOf(report, { ...cpuValues('cpuMicrosPerCall', cpu, report.calls), ...latencies(report), ...held, ...shares })
}

async function measureStreams(rig: Rig, proxy: RunningProxy, scenario: 'sse' | 'translated'): Promise<Result> {
  const seconds = STREAM_SECONDS[sizeOf(rig)]
  const pattern = { kind: 'open', rate: STREAM_RATE, seconds } as const
  const { report, cpu, shares } = await sendAndCount(rig, proxy, {
    target: targetOf(proxy, scenario),
    body: bodyOf(scenario),
    secondsMax: seconds + 30,
    pattern,
  })
  // Microseconds per chunk are seconds per million chunks.
  const perChunk = cpuValues('cpuSecondsPerMillionChunks', cpu, report.events)
  return resultOf(report, { ...perChunk, chunks: report.events, ...latencies(report), ...shares })
}

/**
 * Paid calls over many accounts, then over one, with every process free to run on every core: what the machine can carry in all. Names of
 * the first begin with "many", those of the second with "one".
 */
async function measurePaid(rig: Rig, proxy: RunningProxy): Promise<Result> {
  const many = await measurePaidOn(rig, proxy, withCustomers(proxy))
  const one = await measurePaidOn(rig, proxy, proxy.target)
  const named = (prefix: string, values: Values) =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}${name.charAt(0).toUpperCase()}${name.slice(1)}`, value]))
  return {
    values: { ...named('many', many.values), ...named('one', one.values) },
    calls: many.calls + one.calls,
    failures: many.failures + one.failures,
    note: many.note || one.note,
  }
}

async function measurePaidOn(rig: Rig, proxy: RunningProxy, target: Target): Promise<Result> {
  const pattern = { kind: 'closed', calls: PAID_CALLS[sizeOf(rig)], connections: CONNECTIONS } as const
  const order: LoadOrder = { target, body: '1kb', secondsMax: 180, pattern }
  const before = await proxy.databaseUse?.()
  const { held, value } = await withHolds(proxy, () => sendAndCount(rig, proxy, { ...order, place: spread }))
  const { report, cpu, shares } = value
  const used = databaseValues(before, await proxy.databaseUse?.(), report.calls)
  const rate = { callsPerSecond: report.calls / report.seconds, ...held, ...latencies(report) }
  return resultOf(report, { ...cpuValues('cpuMicrosPerCall', cpu, report.calls), ...rate, ...used, ...shares })
}

/** What calls took of a database between two readings, each on average; nothing where there is none. */
const databaseValues = (before: DatabaseUse | undefined, after: DatabaseUse | undefined, calls: number): Values =>
  before === undefined || after === undefined
    ? {}
    : {
        keptBytesPerCall: (after.keptBytes - before.keptBytes) / calls,
        logBytesPerCall: (after.logBytes - before.logBytes) / calls,
        commitsPerCall: (after.commits - before.commits) / calls,
      }

/** What a piece of work gives, and how long holds took in it, by the proxy's own count; nothing for a proxy that holds nothing. */
async function withHolds<T>({ holdTimes }: RunningProxy, work: () => Promise<T>): Promise<{ readonly held: Values; readonly value: T }> {
  if (holdTimes === undefined) return { held: {}, value: await work() }
  const before = await holdTimes()
  const value = await work()
  const after = await holdTimes()
  return { held: { holdP50Micros: holdQuantile(before, after, 0.5), holdP99Micros: holdQuantile(before, after, 0.99) }, value }
}

const withCustomers = ({ target, customers }: RunningProxy): Target => (customers === undefined ? target : { ...target, customers })

const latencies = (report: LoadReport): Values => ({ p50Micros: report.p50, p99Micros: report.p99, sendLagP99Micros: report.sendLagP99 })

async function measureMemory(rig: Rig, proxy: RunningProxy): Promise<Result> {
  const before = memoryValues('idleMegabytes', proxy.processes())
  const calls = MEMORY_CALLS[sizeOf(rig)]
  const pattern = { kind: 'closed', calls, connections: CONNECTIONS } as const
  const report = await send(rig, { target: proxy.target, body: '1kb', secondsMax: 580, pattern })
  await sleep(SETTLE_MS)
  return resultOf(report, { ...before, ...memoryValues('megabytes', proxy.processes()) })
}

/** Starts on the data of all that was measured before, with its own database, and on one that runs. */
async function measureStart({ starts }: RunningProxy): Promise<Result> {
  if (starts === undefined) return { values: {}, calls: 0, failures: 1, note: 'it cannot be started again' }
  const { own, beside } = await starts()
  const values = {
    ...{ readyMillis: own.packed, readySourceMillis: own.source },
    ...(beside !== undefined && { besideMillis: beside.packed, besideSourceMillis: beside.source }),
  }
  return { values, calls: 0, failures: 0, note: '' }
}

const resultOf = (report: LoadReport, values: Values): Result => ({
  values,
  calls: report.calls,
  failures: report.failures,
  note: report.failures > 0 ? report.firstFailure : '',
})

/** One order, with the CPU microseconds of each role over it, and the shares of a core that load and upstream and all else took. */
async function sendAndCount(rig: Rig, proxy: RunningProxy, { place = hold, ...order }: PlacedOrder) {
  const processes = proxy.processes()
  const harness = [rig.load.pid ?? 0, rig.upstream.pid ?? 0]
  place(processes, harness)
  const startedAt = performance.now()
  const before = { roles: readRoles(processes), harness: readTaskCpu(harness), machine: machineMicros() }
  const report = await send(rig, order)
  const loadMicros = (performance.now() - startedAt) * 1000
  await sleep(SETTLE_MS)
  const after = { roles: readRoles(proxy.processes()), harness: readTaskCpu(harness), machine: machineMicros() }
  const cpu: Record<string, number> = {}
  for (const [role, now] of Object.entries(after.roles)) cpu[role] = cpuMicrosBetween(before.roles[role] ?? new Map(), now)
  const harnessMicros = cpuMicrosBetween(before.harness, after.harness)
  const ours = Object.values(cpu).reduce((sum, micros) => sum + micros, harnessMicros)
  const others = Math.max(0, after.machine - before.machine - ours) / (loadMicros + SETTLE_MS * 1000)
  const shares = { servingCores: (cpu.serving ?? 0) / loadMicros, harnessCores: harnessMicros / loadMicros, otherCores: others }
  return { report, cpu, shares }
}

/** An order, and which cores its processes are put on. */
type PlacedOrder = LoadOrder & { readonly place?: typeof hold }

/** What has the clients' connections gets a core of its own; all the rest shares the other with load and upstream. */
function hold(processes: Processes, harness: readonly number[]): void {
  pin(harness, OTHER_CPU)
  for (const [role, pids] of Object.entries(processes)) pin(pids, role === 'serving' ? PROXY_CPU : OTHER_CPU)
}

/** Every process may run on every core. */
const spread = (processes: Processes, harness: readonly number[]): void => unpin([...Object.values(processes).flat(), ...harness])

const readRoles = (processes: Processes): Record<string, TaskCpu> =>
  Object.fromEntries(Object.entries(processes).map(([role, pids]) => [role, readTaskCpu(pids)]))

async function send(rig: Rig, order: LoadOrder): Promise<LoadReport> {
  const answer = nextMessage<{ report?: LoadReport; error?: string }>(rig.load, order.secondsMax + 10)
  rig.load.send(order)
  const { report, error } = await answer
  if (report === undefined) throw new Error(error ?? 'the load process gave no report')
  return report
}

/** The sum under the plain name, and each role under "name.role" when there is more than one. */
function cpuValues(name: string, cpu: Readonly<Record<string, number>>, count: number): Record<string, number> {
  const roles = Object.entries(cpu)
  const values: Record<string, number> = { [name]: roles.reduce((sum, [, micros]) => sum + micros, 0) / count }
  if (roles.length > 1) for (const [role, micros] of roles) values[`${name}.${role}`] = micros / count
  return values
}

function memoryValues(name: string, processes: Processes): Record<string, number> {
  const roles = Object.entries(processes)
  const values: Record<string, number> = { [name]: residentMegabytes(roles.flatMap(([, pids]) => pids)) }
  if (roles.length > 1) for (const [role, pids] of roles) values[`${name}.${role}`] = residentMegabytes(pids)
  return values
}
