import type { ProxyName } from './proxies/index.ts'
import type { Measurement, Session } from './results.ts'
import type { ScenarioName } from './scenarios.ts'
import { differences, median, medianInterval, ratios, type Spread, spreadOf } from './statistics.ts'

/** One figure of one proxy: median and extremes over the rounds, and the median of its ratios to nginx round by round. */
export type Cell = Spread & { readonly ratio?: number }
/** One line of the table; `digits` are those after the point. */
export type Row = { readonly label: string; readonly digits: number; readonly cells: ReadonlyMap<ProxyName, Cell> }

type Metric = {
  readonly label: string
  readonly scenario: ScenarioName
  readonly value: string
  readonly digits: number
  /** Compared with nginx as a ratio, taken as what it adds to `direct`, or left as it is. */
  readonly as: 'ratio' | 'added' | 'plain'
}

const ROLES = [
  { role: 'serving', label: 'gateway' },
  { role: 'control', label: 'control' },
  { role: 'supervisor', label: 'supervisor' },
  { role: 'database', label: 'PostgreSQL' },
]

const cost = (label: string, scenario: ScenarioName, value = 'cpuMicrosPerCall'): Metric => ({
  label,
  scenario,
  value,
  digits: 1,
  as: 'ratio',
})

/** Paid calls with all processes on all cores. */
const paid = (over: string, prefix: 'many' | 'one'): readonly Metric[] => {
  const plain = (label: string, value: string, digits: number): Metric => ({
    ...{ label: `${label}, ${over}`, scenario: 'paid', value: `${prefix}${value}`, digits, as: 'plain' },
  })
  return [
    plain('paid calls/s', 'CallsPerSecond', 0),
    plain('paid: CPU µs per call', 'CpuMicrosPerCall', 1),
    plain('paid: cores in use by load and upstream', 'HarnessCores', 2),
    plain('paid: cores in use by all else', 'OtherCores', 2),
    plain('paid: p50 µs', 'P50Micros', 0),
    plain('paid: p99 µs', 'P99Micros', 0),
    plain('paid: hold p50 µs', 'HoldP50Micros', 0),
    plain('paid: hold p99 µs', 'HoldP99Micros', 0),
    plain('paid: bytes per call in the database', 'KeptBytesPerCall', 0),
    plain('paid: bytes per call of write-ahead log', 'LogBytesPerCall', 0),
    plain('paid: transactions per call', 'CommitsPerCall', 3),
  ]
}

/** The table's lines, in order. */
const METRICS: readonly Metric[] = [
  cost('CPU µs per call, 1 kB', '1kb'),
  cost('CPU µs per call, 30 kB', '30kb'),
  cost('CPU µs per call, 1 MB', '1mb'),
  cost('CPU µs per call, 1 kB, over TLS 1.3', 'tls'),
  cost('CPU µs per call, 1 kB, over a TLS connection of its own', 'handshake'),
  cost('CPU µs per call, 1 kB at 200/s', 'latency'),
  cost('CPU s per million SSE chunks', 'sse', 'cpuSecondsPerMillionChunks'),
  { ...cost('CPU s per million SSE chunks, translated', 'translated', 'cpuSecondsPerMillionChunks'), as: 'plain' },
  { label: 'calls/s on one core, 1 kB', scenario: '1kb', value: 'callsPerSecond', digits: 0, as: 'ratio' },
  { label: '· share of that core in use', scenario: '1kb', value: 'servingCores', digits: 2, as: 'plain' },
  { label: '· calls/s of that core, were it full', scenario: '1kb', value: 'callsPerServingCore', digits: 0, as: 'ratio' },
  { label: '· share of the load core in use', scenario: '1kb', value: 'harnessCores', digits: 2, as: 'plain' },
  { label: '· cores in use by all else', scenario: '1kb', value: 'otherCores', digits: 2, as: 'plain' },
  { label: 'added latency p50 at 200/s, µs', scenario: 'latency', value: 'p50Micros', digits: 0, as: 'added' },
  { label: 'added latency p99 at 200/s, µs', scenario: 'latency', value: 'p99Micros', digits: 0, as: 'added' },
  { label: 'added time to first token p50, µs', scenario: 'sse', value: 'p50Micros', digits: 0, as: 'added' },
  { label: 'added time to first token p99, µs', scenario: 'sse', value: 'p99Micros', digits: 0, as: 'added' },
  { label: 'hold p50 at 200/s, µs', scenario: 'latency', value: 'holdP50Micros', digits: 0, as: 'plain' },
  { label: 'hold p99 at 200/s, µs', scenario: 'latency', value: 'holdP99Micros', digits: 0, as: 'plain' },
  ...paid('100 accounts', 'many'),
  ...paid('1 account', 'one'),
  { label: 'start to ready with data, its own PostgreSQL, ms', scenario: 'start', value: 'readyMillis', digits: 0, as: 'plain' },
  { label: '· of the sources', scenario: 'start', value: 'readySourceMillis', digits: 0, as: 'plain' },
  { label: 'start to ready on a running PostgreSQL, ms', scenario: 'start', value: 'besideMillis', digits: 0, as: 'plain' },
  { label: '· of the sources', scenario: 'start', value: 'besideSourceMillis', digits: 0, as: 'plain' },
  { label: 'RSS MB at start', scenario: 'memory', value: 'idleMegabytes', digits: 0, as: 'plain' },
  { label: 'RSS MB after the warm-up calls', scenario: 'memory', value: 'megabytes', digits: 0, as: 'plain' },
]

/** Every line for which the session has figures; a metric with roles is followed by one line for each and one for gateway and control together. */
export function summarise(session: Session): Row[] {
  const { measurements } = session
  return METRICS.flatMap((metric) => [metric, ...rolesOf(metric, measurements)]).flatMap((metric) => {
    const row = rowOf(metric, measurements)
    return row.cells.size > 0 ? [row] : []
  })
}

/** The lines of a metric by role: for whichever roles some proxy has. */
function rolesOf(metric: Metric, measurements: readonly Measurement[]): Metric[] {
  const has = (role: string) => measurements.some((one) => one.scenario === metric.scenario && `${metric.value}.${role}` in one.values)
  const lines = ROLES.filter(({ role }) => has(role)).map(({ role, label }) => {
    return { ...metric, label: `· ${label}`, value: `${metric.value}.${role}`, as: 'plain' as const }
  })
  if (lines.length === 0) return []
  const value = `${metric.value}.serving+${metric.value}.control`
  return [...lines, { ...metric, label: '· gateway + control', value, as: metric.as }]
}

function rowOf(metric: Metric, measurements: readonly Measurement[]): Row {
  const cells = new Map<ProxyName, Cell>()
  const of = (proxy: ProxyName) => roundsOf(metric, measurements, proxy)
  const direct = of('direct')
  for (const proxy of new Set(measurements.map((one) => one.proxy))) {
    const spread = spreadOf(metric.as === 'added' ? (proxy === 'direct' ? [] : differences(of(proxy), direct)) : [...of(proxy).values()])
    if (spread === undefined) continue
    const compared = metric.as === 'ratio' ? ratios(of(proxy), baseOf(metric, measurements)) : []
    cells.set(proxy, compared.length > 0 ? { ...spread, ratio: median(compared) } : spread)
  }
  return { label: metric.label, digits: metric.digits, cells }
}

/** What nginx, which has no roles, costs in all is the base of every line of a metric. */
const baseOf = (metric: Metric, measurements: readonly Measurement[]) =>
  roundsOf({ ...metric, value: metric.value.split(/[.+]/)[0] ?? metric.value }, measurements, 'nginx')

/** A proxy's value by round; "a+b" is the sum of two. Rounds with failed calls are void, and so is what has no meaning for `direct`. */
function roundsOf(metric: Metric, measurements: readonly Measurement[], proxy: ProxyName): Map<number, number> {
  const rounds = new Map<number, number>()
  for (const one of measurements) {
    if (one.proxy !== proxy || one.scenario !== metric.scenario || one.failures > 0) continue
    const value = metric.value.split('+').reduce((sum, name) => sum + (one.values[name] ?? Number.NaN), 0)
    const isEmpty = proxy === 'direct' && /cpu|megabytes|serving/i.test(metric.value)
    if (Number.isFinite(value) && !isEmpty) rounds.set(one.round, value)
  }
  return rounds
}

/** What a figure of Farebox is of the same figure of the checkout it is compared with: the median of all rounds and where it lies with 95 % confidence. */
export type Compared = {
  readonly label: string
  readonly ratio: number
  readonly interval: readonly [number, number]
  readonly pairs: number
}

/** Farebox beside another checkout of it, for what both were measured by; empty when there was none. */
export function compareBefore({ measurements }: Session): readonly Compared[] {
  return METRICS.filter(({ as }) => as === 'ratio').flatMap((metric) =>
    [metric, { ...metric, label: `${metric.label}, gateway + control`, value: `${metric.value}.serving+${metric.value}.control` }].flatMap(
      (one) => {
        const found = ratios(roundsOf(one, measurements, 'farebox'), roundsOf(one, measurements, 'farebox-before'))
        return found.length === 0 ? [] : [{ label: one.label, ratio: median(found), interval: medianInterval(found), pairs: found.length }]
      },
    ),
  )
}
