import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { PROXY_NAMES, type ProxyName, USUAL_PROXIES } from './proxies/index.ts'
import type { Session } from './results.ts'
import { isMeasured } from './scenarios.ts'
import { median } from './statistics.ts'
import { type Cell, compareBefore, type Row, summarise } from './summary.ts'

const README = fileURLToPath(new URL('./README.md', import.meta.url))
const BEGIN = '<!-- figures: written by node bench/run.ts --write-readme -->'
/** Cores that all else on the machine may take before the table says so. */
const QUIET_CORES_MAX = 0.1
const END = '<!-- end of figures -->'

/** The table for a terminal: one line per metric, one column per proxy, figures flush right. */
export function terminalTable(session: Session): string {
  const rows = summarise(session)
  const columns = columnsOf(session)
  const lines = [['', ...columns.map((name) => titleOf(session, name))], ...rows.map((row) => cellsOf(row, columns))]
  const widths = lines[0]?.map((_, i) => Math.max(...lines.map((line) => [...(line[i] ?? '')].length))) ?? []
  const pad = (text: string, i: number) => (i === 0 ? text.padEnd(widths[i] ?? 0) : text.padStart(widths[i] ?? 0))
  return `${lines.map((line) => line.map(pad).join('   ').trimEnd()).join('\n')}\n`
}

/** What this checkout costs beside another one, a line for each figure; empty when there was no other. */
export function comparison(session: Session): string {
  const percent = (ratio: number) => `${ratio >= 1 ? '+' : '−'}${Math.abs((ratio - 1) * 100).toFixed(1)} %`
  const range = ([low, high]: readonly [number, number]) =>
    Number.isNaN(low) ? 'too few to say how surely' : `95 %: ${percent(low)} to ${percent(high)}`
  return compareBefore(session)
    .map(({ label, ratio, interval, pairs }) => `${label}: ${percent(ratio)} (${range(interval)}; ${pairs} pairs)\n`)
    .join('')
}

/** The same table as Markdown, under a line that says when and on what it was measured. */
export function markdownTable(session: Session): string {
  const columns = columnsOf(session)
  const head = ['', ...columns.map((name) => titleOf(session, name))]
  const rule = ['---', ...columns.map(() => '--:')]
  const body = summarise(session).map((row) => cellsOf(row, columns))
  return `${describe(session)}\n\n${[head, rule, ...body].map((line) => `| ${line.join(' | ')} |`).join('\n')}\n`
}

/** One paragraph: date, machine, versions, size, and whatever did not run or failed. */
export function describe(session: Session): string {
  const { header, measurements } = session
  const { machine } = header
  const pinned = machine.isPinned ? 'pinned' : 'not pinned'
  const size = `${header.quick ? 'quick run, not for quoting, ' : ''}${header.rounds} rounds`
  const place = `${machine.cpu}, ${machine.cores} cores (${pinned}), ${Math.round(machine.memoryMegabytes / 1000)} GB, Node ${header.node.slice(1)}`
  const wanted = USUAL_PROXIES.filter((name) => header.only.some((scenario) => isMeasured(scenario, name)))
  const left = wanted.filter((name) => !(name in header.versions) && !(name in header.notRun)).map((name) => `${name} was left out.`)
  const missing = [...Object.entries(header.notRun).map(([name, why]) => `${name} not run: ${why}.`), ...left]
  const failed = measurements.filter((one) => one.failures > 0)
  const voids = failed.map((one) => `${one.proxy} ${one.scenario} round ${one.round} void: ${one.failures} calls failed (${one.note}).`)
  const elsewhere = median(measurements.flatMap((one) => one.values['otherCores'] ?? []))
  const noise = elsewhere > QUIET_CORES_MAX ? [`The machine was not quiet: all else took ${elsewhere.toFixed(2)} cores.`] : []
  return [`${header.run.slice(0, 16).replace('T', ' ')} UTC; ${place}; ${size}.`, ...noise, ...missing, ...voids].join(' ')
}

/** Puts the session's table between the two markers of bench/README.md; throws when they are not there. */
export function writeReadme(session: Session): void {
  writeFileSync(README, replaceSection(readFileSync(README, 'utf8'), markdownTable(session)))
}

/** The text with everything between the markers replaced. */
export function replaceSection(text: string, section: string): string {
  const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)]
  if (from < 0 || to < from) throw new Error('bench/README.md has lost its two markers for the figures')
  return `${text.slice(0, from + BEGIN.length)}\n${section.trimEnd()}\n${text.slice(to)}`
}

const columnsOf = (session: Session): ProxyName[] => {
  const present = new Set(session.measurements.map((one) => one.proxy))
  return PROXY_NAMES.filter((name) => present.has(name))
}

const titleOf = (session: Session, name: ProxyName): string => `${name} ${session.header.versions[name] ?? ''}`.trim()

const cellsOf = (row: Row, columns: readonly ProxyName[]): string[] => [
  row.label,
  ...columns.map((name) => {
    const cell = row.cells.get(name)
    return cell === undefined ? '' : cellText(cell, row.digits)
  }),
]

/** "20.6 (19.8–22.0) 1.00×": median, least and greatest where there is more than one round, ratio to nginx. */
function cellText(cell: Cell, digits: number): string {
  const figure = (value: number) => value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })
  const spread = cell.count > 1 ? ` (${figure(cell.min)}–${figure(cell.max)})` : ''
  const ratio = cell.ratio === undefined ? '' : ` ${cell.ratio.toFixed(cell.ratio < 10 ? 2 : 1)}×`
  return `${figure(cell.median)}${spread}${ratio}`
}
