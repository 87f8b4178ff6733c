// docs/metrics.md, the alerts and the dashboard speak of metrics that there are. The table is remade by: node tests/tidy/write-metrics-page.ts
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parse } from 'yaml'
import { METRIC_LABELS } from '../../src/inventory.ts'
import { allMetrics, metricsPage } from './metrics-page.ts'

const ALERTS = 'deploy/prometheus/farebox-alerts.yaml'
const DASHBOARD = 'deploy/grafana/farebox-dashboard.json'
const metrics = allMetrics()
/** Names as they are asked for: a histogram is three series. */
const known = new Set(
  metrics.flatMap(({ name, type }) => (type === 'histogram' ? ['_bucket', '_sum', '_count'].map((end) => name + end) : [name])),
)
const asked = (expression: string): readonly string[] => expression.match(/farebox_\w+/g) ?? []
const labelsOf = (expression: string): readonly string[] =>
  [...expression.matchAll(/(?:by|without) ?\(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(',').map((label) => label.trim()))

type Rule = {
  readonly alert: string
  readonly expr: string
  readonly labels: { readonly severity: string }
  readonly annotations: { readonly summary: string; readonly description: string }
}
type Rules = { readonly groups: readonly { readonly rules: readonly Rule[] }[] }
type Panel = { readonly title: string; readonly type: string; readonly targets?: readonly { readonly expr: string }[] }

test('docs/metrics.md is what src/watch makes, and every label is in the inventory', () => {
  const page = readFileSync('docs/metrics.md', 'utf8')
  assert.equal(page, metricsPage(page))
  for (const { name, labels, help, type } of metrics) {
    assert.match(help, /^[A-Z1-9].*\.$/, name)
    assert.notEqual(type, 'unknown', name)
    for (const label of labels) assert.ok(label in METRIC_LABELS, label)
  }
})

test('every alert asks for metrics that there are, and says what to do', () => {
  const { groups } = parse(readFileSync(ALERTS, 'utf8')) as Rules
  const rules = groups.flatMap((group) => group.rules)
  assert.ok(rules.length >= 10)
  for (const { alert, expr, annotations } of rules) {
    assert.ok(asked(expr).length > 0 || expr.startsWith('up{'), alert)
    for (const name of asked(expr)) assert.ok(known.has(name), `${alert}: ${name}`)
    assert.ok(annotations.summary.length > 10 && annotations.description.length > 20, alert)
  }
  assert.equal(new Set(rules.map(({ alert }) => alert)).size, rules.length)
})

test('settlements wait too long when more of them wait than come in, on a small installation as on a large one', () => {
  const { groups } = parse(readFileSync(ALERTS, 'utf8')) as Rules
  const rule = groups.flatMap((group) => group.rules).find(({ alert }) => alert === 'FareboxSettlementsWait')
  assert.match(
    rule?.expr ?? '',
    /^farebox_settlement_backlog > on \(job, instance\) \d+ \* sum by \(job, instance\) \(rate\(farebox_calls_total\[\d+m\]\)\)$/,
  )
})

test('a node that serves nobody wakes somebody up, whatever keeps it from it', () => {
  const { groups } = parse(readFileSync(ALERTS, 'utf8')) as Rules
  const pages = groups.flatMap((group) => group.rules).filter(({ labels }) => labels.severity === 'page')
  assert.ok(pages.some(({ expr }) => expr === 'farebox_serving == 0'))
})

test('every panel of the dashboard asks for metrics that there are, by labels that there are, and every metric has one', () => {
  const { panels } = JSON.parse(readFileSync(DASHBOARD, 'utf8')) as { readonly panels: readonly Panel[] }
  const labels = new Set(['instance', 'job', 'le', ...metrics.flatMap((metric) => metric.labels)])
  const shown = panels.filter(({ type }) => type !== 'row')
  for (const { title, targets = [] } of shown) {
    assert.ok(targets.length > 0, title)
    for (const { expr } of targets) {
      for (const name of asked(expr)) assert.ok(known.has(name), `${title}: ${name}`)
      for (const label of labelsOf(expr)) assert.ok(labels.has(label), `${title}: ${label}`)
    }
  }
  const told = new Set(shown.flatMap(({ targets = [] }) => targets.flatMap(({ expr }) => asked(expr))))
  const untold = metrics.filter(({ name }) => ![name, `${name}_bucket`, `${name}_count`].some((one) => told.has(one)))
  assert.deepEqual(
    untold.map(({ name }) => name),
    [],
  )
})
