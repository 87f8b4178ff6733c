import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import { z } from 'zod'
import type { GatewayMessage } from '../channel/index.ts'
import type { Settlement } from '../ledger/index.ts'
import { formatUsd, type NanoUsd } from '../lib/index.ts'
import { PARTS, type Watch } from '../reconcile/index.ts'
import { HOLD_TIME_BOUNDS, OUTCOMES, type UpstreamHealthView, USAGE_CLASSES } from '../spec/index.ts'
import { timeCalls } from './call-times.ts'
import { PlainHistogram } from './plain-histogram.ts'
import { watchProcesses } from './processes.ts'
import type { RouteNames } from './route-names.ts'

/** What the gauges look at when they are read. */
export type Watched = {
  readonly openCalls: () => number
  readonly backlog: () => number
  readonly gateways: () => number
  /** Whether a paid call can be served: a gateway is connected, and the books take writes. */
  readonly isServing: () => boolean
  readonly held: () => NanoUsd
  readonly frozenAccounts: () => number
  readonly isLedgerOk: () => boolean
  readonly keyLookUps: () => number
  readonly clearingOverdue: () => number
  /** Days that the certificate has left; undefined where Farebox has none of its own. */
  readonly certificateDays: () => number | undefined
  /** How many seconds old the last backup is that `farebox backup` made here; undefined for none. */
  readonly backupSeconds: () => Promise<number | undefined>
  readonly keyAlarms: () => ReadonlyMap<string, number>
  readonly upstreams: () => ReadonlyMap<string, UpstreamHealthView>
  readonly names: RouteNames
}

/** Figures for Prometheus: numbers by outcome, token class and upstream, never by customer or content. */
export type Metrics = {
  readonly text: () => Promise<string>
  /** What there is, in the order of names. */
  readonly described: () => readonly MetricDescription[]
  readonly onSettled: (settlement: Settlement) => void
  /** Takes how long holds took that a gateway counted. */
  readonly onHoldsTimed: (times: GatewayMessage<'timed'>) => void
  /** Takes how a gateway does; without vitals it is gone. */
  readonly onVitals: (gatewayId: string, vitals: GatewayMessage<'vitals'> | undefined) => void
  /** Takes what the days of the last week say. */
  readonly onReconciled: (watch: Watch) => void
  /** Takes how many requests and erasures wait, and how many too long. */
  readonly onRightsCounted: (counts: RightsWatch) => void
  readonly onSupportCounted: (counts: Waiting) => void
  /** Takes for how many seconds something should have been deleted; 0 when there is nothing. */
  readonly onLate: (seconds: number) => void
}

/** A metric by name, with what it says, its type and its labels; `le` of histograms is left out. */
export type MetricDescription = { readonly name: string; readonly type: string; readonly labels: readonly string[]; readonly help: string }

/** How many things people asked for are open, and how many of them late. */
type RightsWatch = Readonly<Record<'requests' | 'erasures', Waiting>>
type Waiting = { readonly open: number; readonly late: number }

/** The metrics of a control process. */
export function makeMetrics(watched: Watched): Metrics {
  const registry = new Registry()
  const registers = [registry]
  const [settled, timed] = [countSettlements(registers), timeCalls(registers, watched.names)]
  const gauge = (name: string, help: string, read: () => number): Gauge =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read())
      },
    })
  gauge('farebox_open_calls', 'Calls that hold money now.', watched.openCalls)
  gauge('farebox_settlement_backlog', 'Settlements that are not yet in the books.', watched.backlog)
  gauge('farebox_gateways', 'Gateway processes that are connected.', watched.gateways)
  const serving = '1 while paid calls can be served: a gateway is connected, and the books take writes.'
  gauge('farebox_serving', serving, () => (watched.isServing() ? 1 : 0))
  gauge('farebox_held_usd', 'Money held for open calls, in USD.', () => Number(formatUsd(watched.held())))
  gauge('farebox_accounts_frozen', 'Accounts that are not served as their books broke a promise.', watched.frozenAccounts)
  gauge('farebox_ledger_ok', '1 while the last audit of the books found nothing.', () => (watched.isLedgerOk() ? 1 : 0))
  gauge('farebox_clearing_overdue', 'Things that have waited for more than 15 minutes to be cleared.', watched.clearingOverdue)
  watchCertificate(registers, watched.certificateDays)
  watchBackups(registers, watched.backupSeconds)
  new Counter({
    name: 'farebox_key_lookups_total',
    help: 'Keys that the database was asked for.',
    registers,
    collect() {
      this.reset()
      this.inc(watched.keyLookUps())
    },
  })
  countAlarms(registers, watched.keyAlarms)
  watchUpstreams(registers, watched.upstreams)
  const onReconciled = watchReconciliations(registers)
  const late = new Gauge({
    name: 'farebox_retention_late_seconds',
    help: 'For how long what is oldest should have been deleted; an hour is an alarm.',
    registers,
  })
  return {
    onRightsCounted: watchRights(registers),
    onSupportCounted: watchSupport(registers),
    onReconciled,
    onLate: (seconds) => late.set(seconds),
    text: () => registry.metrics(),
    described: () => describe(registry),
    onSettled: (settlement) => {
      settled(settlement)
      timed(settlement)
    },
    onVitals: watchProcesses(registers),
    onHoldsTimed: timeHolds(registers),
  }
}

/** What the objects of the library know of themselves; its types tell no more than the name. */
const shape = z.object({ name: z.string(), help: z.string(), labelNames: z.array(z.string()) })

const TYPES = [
  [Counter, 'counter'],
  [Gauge, 'gauge'],
  [Histogram, 'histogram'],
] as const

function describe(registry: Registry): readonly MetricDescription[] {
  return registry
    .getMetricsAsArray()
    .map((metric) => {
      const { name, help, labelNames } = shape.parse(metric)
      const type = TYPES.find(([kind]) => (metric as object) instanceof kind)?.[1] ?? 'unknown'
      return { name, help, type, labels: labelNames.filter((label) => label !== 'le') }
    })
    .toSorted((a, b) => a.name.localeCompare(b.name))
}

/** Adds up how long holds took. */
function timeHolds(registers: Registry[]): Metrics['onHoldsTimed'] {
  const help = 'How long gateways waited for holds that were granted.'
  const bounds = HOLD_TIME_BOUNDS.map((micros) => micros / 1e6)
  const holds = new PlainHistogram({ name: 'farebox_hold_seconds', help, bounds, registers })
  return ({ place, count, micros }) => holds.addCounted('', { place, count, sum: micros / 1e6 })
}

/** Tells how long the certificate holds; nothing where a proxy has it. */
function watchCertificate(registers: Registry[], read: Watched['certificateDays']): void {
  new Gauge({
    name: 'farebox_certificate_days',
    help: 'Days until the certificate of the public listener ends; 0 until there is one.',
    registers,
    collect() {
      const days = read()
      if (days === undefined) this.remove()
      else this.set(days)
    },
  })
}

function watchBackups(registers: Registry[], read: Watched['backupSeconds']): void {
  new Gauge({
    name: 'farebox_backup_age_seconds',
    help: 'Seconds since farebox backup last ended well on this data directory; absent where it never did.',
    registers,
    async collect() {
      const seconds = await read()
      if (seconds === undefined) this.remove()
      else this.set(seconds)
    },
  })
}

/** Tells how many alarms there were over keys. */
function countAlarms(registers: Registry[], read: Watched['keyAlarms']): void {
  new Counter({
    name: 'farebox_key_alarms_total',
    help: 'Keys that spent too much, were used from too many places, or were found in public, by what it was.',
    labelNames: ['kind'],
    registers,
    collect() {
      this.reset()
      for (const [kind, count] of read()) this.inc({ kind }, count)
    },
  })
}

/** Tells what waits that people have a right to. */
function watchRights(registers: Registry[]): (counts: RightsWatch) => void {
  const gauge = (name: string, help: string): Gauge => new Gauge({ name, help, registers })
  const requests = gauge('farebox_privacy_requests_open', 'Requests of people over their data that wait for us.')
  const late = gauge(
    'farebox_privacy_requests_late',
    'Requests of people over their data that have waited for 20 days of the 30 there are.',
  )
  const erasures = gauge('farebox_erasures_open', 'Erasures that are not over.')
  const overdue = gauge('farebox_erasures_overdue', 'Erasures that should be over and are not.')
  return (counts) => {
    requests.set(counts.requests.open)
    late.set(counts.requests.late)
    erasures.set(counts.erasures.open)
    overdue.set(counts.erasures.late)
  }
}

/** Tells what waits of what was asked of support. */
function watchSupport(registers: Registry[]): (counts: Waiting) => void {
  const gauge = (name: string, help: string): Gauge => new Gauge({ name, help, registers })
  const open = gauge('farebox_support_requests_open', 'Requests to support that wait for an answer.')
  const late = gauge('farebox_support_requests_late', 'Requests to support that have waited for 20 days of the 30 there are.')
  return (counts) => {
    open.set(counts.open)
    late.set(counts.late)
  }
}

/** Tells how upstreams do, over their routes. */
function watchUpstreams(registers: Registry[], read: Watched['upstreams']): void {
  const told = (name: string, help: string, of: (health: UpstreamHealthView) => number): Gauge<'upstream'> =>
    new Gauge({
      ...{ name, help, registers, labelNames: ['upstream'] as const },
      collect() {
        this.reset()
        for (const [upstream, health] of read()) this.set({ upstream }, of(health))
      },
    })
  const sum = (name: 'attempts' | 'failures' | 'other_models') => (health: UpstreamHealthView) =>
    health.routes.reduce((total, route) => total + route[name], 0)
  told('farebox_upstream_in_flight', 'Calls that are with an upstream now.', ({ in_flight }) => in_flight)
  told(
    'farebox_upstream_routes_open',
    'Routes of an upstream that rest because they failed.',
    ({ routes }) => routes.filter(({ state }) => state !== 'closed').length,
  )
  told(
    'farebox_upstream_keys_open',
    'Keys of an upstream that rest because they were refused.',
    ({ keys }) => keys.filter(({ state }) => state !== 'closed').length,
  )
  told('farebox_upstream_attempts', 'Tries of calls at an upstream since control began.', sum('attempts'))
  told('farebox_upstream_failures', 'Tries of calls at an upstream that failed, since control began.', sum('failures'))
  told('farebox_upstream_other_models', 'Answers of an upstream that named another model than was asked for.', sum('other_models'))
}

/** Tells what closed days differ by from what others say of them. */
function watchReconciliations(registers: Registry[]): (watch: Watch) => void {
  const apart = new Gauge({
    name: 'farebox_reconcile_apart_usd',
    help: 'Money that books and others tell differently, of the last seven closed days, in USD.',
    labelNames: ['part'],
    registers,
  })
  const loss = new Gauge({ name: 'farebox_reconcile_loss_usd', help: 'What the house lost by it, in USD.', registers })
  const alarms = new Gauge({
    name: 'farebox_reconcile_alarms',
    help: 'Comparisons that differ too much, or whose report is late.',
    registers,
  })
  // A part that was never compared is told as well, as one that nothing was found of.
  for (const part of PARTS) apart.set({ part }, 0)
  return (watch) => {
    for (const part of PARTS) apart.set({ part }, Number(formatUsd(watch.apart[part])))
    loss.set(Number(formatUsd(watch.loss)))
    alarms.set(watch.alarms)
  }
}

/** Counts settlements in plain numbers, which are told when somebody asks: a call costs a few additions. */
function countSettlements(registers: Registry[]): (settlement: Settlement) => void {
  const calls = new Map<number, number>()
  const tokens: number[] = USAGE_CLASSES.map(() => 0)
  let cost = 0n
  let suspect = 0
  const counter = <Label extends string>(
    name: string,
    given: { help: string; labelNames: Label[] },
    tell: (counter: Counter<Label>) => void,
  ) =>
    new Counter({
      ...{ name, registers, ...given },
      collect() {
        this.reset()
        tell(this)
      },
    })
  counter('farebox_calls_total', { help: 'Settled calls by outcome.', labelNames: ['outcome'] }, (told) => {
    for (const [outcome, count] of calls) told.inc({ outcome: OUTCOMES[outcome] ?? 'unknown' }, count)
  })
  counter('farebox_tokens_total', { help: 'Tokens by class.', labelNames: ['class'] }, (told) => {
    for (const [index, name] of USAGE_CLASSES.entries()) if ((tokens[index] ?? 0) > 0) told.inc({ class: name }, tokens[index])
  })
  counter('farebox_charged_usd_total', { help: 'What customers were charged, in USD.', labelNames: [] }, (told) => {
    told.inc(Number(formatUsd(cost)))
  })
  counter('farebox_usage_suspect_total', { help: 'Calls whose usage cannot be true; each is an alarm.', labelNames: [] }, (told) => {
    told.inc(suspect)
  })
  return (settlement) => {
    if (settlement.isSuspect) suspect += 1
    calls.set(settlement.outcome, (calls.get(settlement.outcome) ?? 0) + 1)
    const { usage } = settlement
    let index = 0
    for (const name of USAGE_CLASSES) {
      if (usage[name] > 0) tokens[index] = (tokens[index] ?? 0) + usage[name]
      index += 1
    }
    cost += settlement.cost
  }
}
