import { Counter, Gauge, Registry } from 'prom-client'
import type { Settlement } from '../ledger/index.ts'
import { formatUsd, type NanoUsd } from '../lib/index.ts'
import { PARTS, type Watch } from '../reconcile/index.ts'
import { OUTCOMES } from '../spec/index.ts'

/** What the gauges look at when they are read. */
export type Watched = {
  readonly openCalls: () => number
  readonly backlog: () => number
  readonly gateways: () => number
  readonly held: () => NanoUsd
}

/** Figures for Prometheus: numbers by outcome and token class, never by customer or content. */
export type Metrics = {
  readonly text: () => Promise<string>
  readonly onSettled: (settlement: Settlement) => void
  /** Takes what the days of the last week say. */
  readonly onReconciled: (watch: Watch) => void
}

/** The metrics of a control process. */
export function makeMetrics(watched: Watched): Metrics {
  const registry = new Registry()
  const registers = [registry]
  const calls = new Counter({ name: 'farebox_calls_total', help: 'Settled calls by outcome.', labelNames: ['outcome'], registers })
  const tokens = new Counter({ name: 'farebox_tokens_total', help: 'Tokens by class.', labelNames: ['class'], registers })
  const cost = new Counter({ name: 'farebox_charged_usd_total', help: 'What customers were charged, in USD.', registers })
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
  gauge('farebox_held_usd', 'Money held for open calls, in USD.', () => Number(formatUsd(watched.held())))
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
  const onReconciled = (watch: Watch): void => {
    for (const part of PARTS) apart.set({ part }, Number(formatUsd(watch.apart[part])))
    loss.set(Number(formatUsd(watch.loss)))
    alarms.set(watch.alarms)
  }
  return {
    onReconciled,
    text: () => registry.metrics(),
    onSettled: (settlement) => {
      calls.inc({ outcome: OUTCOMES[settlement.outcome] ?? 'unknown' })
      for (const [name, count] of Object.entries(settlement.usage)) if (count > 0) tokens.inc({ class: name }, count)
      cost.inc(Number(formatUsd(settlement.cost)))
    },
  }
}
