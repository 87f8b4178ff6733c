// Guarantee: a published table says what the rounds gave: medians, extremes, ratios of the same round, void rounds left out and named.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lastOf, type Measurement, type RunHeader, type Session } from './results.ts'
import { summarise } from './summary.ts'
import { markdownTable, replaceSection, terminalTable } from './table.ts'

const header: RunHeader = {
  type: 'run',
  run: '2026-11-21T10:00:00.000Z',
  machine: { cpu: 'Test CPU', cores: 2, memoryMegabytes: 8000, isPinned: true },
  node: 'v24.0.0',
  quick: false,
  rounds: 2,
  only: ['1kb', 'latency'],
  versions: { direct: '', nginx: '1.0', farebox: '0.1' },
  notRun: { portkey: 'npm could not install it' },
}

type Given = Pick<Measurement, 'round' | 'scenario' | 'proxy' | 'values'> & { failures?: number }
const made = (given: Given): Measurement => ({ type: 'measurement', run: header.run, calls: 10, failures: 0, note: 'status 500', ...given })

const farebox = (serving: number, control: number) => ({
  cpuMicrosPerCall: serving + control,
  'cpuMicrosPerCall.serving': serving,
  'cpuMicrosPerCall.control': control,
})
const session: Session = {
  header,
  measurements: [
    made({ round: 1, scenario: '1kb', proxy: 'nginx', values: { cpuMicrosPerCall: 20 } }),
    made({ round: 2, scenario: '1kb', proxy: 'nginx', values: { cpuMicrosPerCall: 40 } }),
    made({ round: 3, scenario: '1kb', proxy: 'nginx', values: { cpuMicrosPerCall: 999 }, failures: 2 }),
    made({ round: 1, scenario: '1kb', proxy: 'farebox', values: farebox(50, 10) }),
    made({ round: 2, scenario: '1kb', proxy: 'farebox', values: farebox(70, 10) }),
    made({ round: 1, scenario: 'latency', proxy: 'direct', values: { p50Micros: 100, p99Micros: 200 } }),
    made({ round: 1, scenario: 'latency', proxy: 'nginx', values: { p50Micros: 180, p99Micros: 500 } }),
  ],
}

const cell = (label: string, proxy: 'nginx' | 'farebox' | 'direct') =>
  summarise(session)
    .find((row) => row.label === label)
    ?.cells.get(proxy)

test('medians and extremes leave a void round out, and the ratio is the median of the rounds’ ratios', () => {
  assert.deepEqual(cell('CPU µs per call, 1 kB', 'nginx'), { median: 30, min: 20, max: 40, count: 2, ratio: 1 })
  assert.deepEqual(cell('CPU µs per call, 1 kB', 'farebox'), { median: 70, min: 60, max: 80, count: 2, ratio: 2.5 })
  assert.equal(cell('CPU µs per call, 1 kB', 'direct'), undefined)
})

test('roles are shown apart and gateway and control together', () => {
  assert.equal(cell('· gateway', 'farebox')?.median, 60)
  assert.equal(cell('· control', 'farebox')?.median, 10)
  assert.deepEqual(cell('· gateway + control', 'farebox')?.ratio, 2.5)
  assert.equal(cell('· gateway', 'nginx'), undefined)
})

test('an added latency is over direct in the same round', () => {
  assert.equal(cell('added latency p50 at 200/s, µs', 'nginx')?.median, 80)
  assert.equal(cell('added latency p50 at 200/s, µs', 'direct'), undefined)
})

test('the tables name what did not run and which rounds are void, and their columns line up', () => {
  const markdown = markdownTable(session)
  assert.match(
    markdown,
    /portkey not run: npm could not install it\. node-sockets was left out\. nginx 1kb round 3 void: 2 calls failed \(status 500\)\./,
  )
  assert.match(markdown, /\| CPU µs per call, 1 kB \| {2}\| 30\.0 \(20\.0–40\.0\) 1\.00× \| 70\.0 \(60\.0–80\.0\) 2\.50× \|/)
  const columns = new Set(
    markdown
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .map((line) => line.split('|').length),
  )
  assert.equal(columns.size, 1)
  assert.match(terminalTable(session), /^ +direct +nginx 1\.0 +farebox 0\.1\n/)
})

test('a machine that was not quiet is named as such', () => {
  const measured = (otherCores: number): Session => ({
    header,
    measurements: [made({ round: 1, scenario: '1kb', proxy: 'nginx', values: { cpuMicrosPerCall: 20, otherCores } })],
  })
  assert.match(markdownTable(measured(0.93)), /The machine was not quiet: all else took 0\.93 cores\./)
  assert.doesNotMatch(markdownTable(measured(0.02)), /not quiet/)
})

test('the section between the markers is replaced, and lost markers are an error', () => {
  const begin = '<!-- figures: written by node bench/run.ts --write-readme -->'
  const text = `before\n${begin}\nold\n<!-- end of figures -->\nafter`
  assert.equal(replaceSection(text, 'new\n'), `before\n${begin}\nnew\n<!-- end of figures -->\nafter`)
  assert.equal(replaceSection(replaceSection(text, 'new'), 'new'), replaceSection(text, 'new'))
  assert.throws(() => replaceSection('no markers', 'new'))
})

test('the last wanted session is taken, with its own measurements only', () => {
  const other = { ...header, run: '2026-11-21T11:00:00.000Z', quick: true }
  const lines = [
    header,
    ...session.measurements,
    other,
    { ...made({ round: 1, scenario: '1kb', proxy: 'nginx', values: {} }), run: other.run },
  ]
  assert.equal(lastOf(lines, () => true)?.measurements.length, 1)
  assert.equal(lastOf(lines, (one) => !one.quick)?.measurements.length, session.measurements.length)
  assert.equal(
    lastOf(lines, () => false),
    undefined,
  )
})
