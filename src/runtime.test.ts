// Guarantee: Farebox does not start on a Node that is too old, or with options that could let a prompt out of the process.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runtimeProblems } from './runtime.ts'

const mended = (version: string, execArgv: readonly string[], environment: Readonly<Record<string, string>>) =>
  runtimeProblems({ version, execArgv, environment }).map(({ mend }) => mend)

test('Node 24.7 and newer start', () => {
  for (const version of ['24.7.0', '24.21.0', '26.10.0']) assert.deepEqual(mended(version, [], {}), [], version)
  for (const version of ['20.20.2', '22.23.3', '24.6.9']) assert.equal(mended(version, [], {}).length, 1, version)
})

test('options that write memory or open a debugger are refused, however they are spelt and given', () => {
  for (const option of [
    '--inspect',
    '--inspect-brk=0',
    '--heapsnapshot-signal=SIGUSR2',
    '--report-on-signal',
    '--cpu-prof',
    '--trace-events-enabled',
    '--heap_prof',
    '--tls-keylog=/tmp/k',
    '--heapsnapshot-near-heap-limit=3',
    '--prof',
  ]) {
    assert.deepEqual(mended('24.21.0', [option], {}), [`start without ${option.split('=')[0]}`])
    assert.equal(mended('24.21.0', [], { NODE_OPTIONS: `--max-old-space-size=300 "${option}"` }).length, 1, option)
  }
  assert.equal(mended('24.21.0', [], { NODE_DEBUG: 'http' }).length, 1)
})

test('harmless options are left alone', () => {
  const options = [
    '--max-old-space-size=512',
    '--disable-warning=ExperimentalWarning',
    '--permission',
    '--enable-source-maps',
    '--inspect-port=0',
    '--heapsnapshot-near-heap-limit=0',
    '--test',
  ]
  assert.deepEqual(mended('24.21.0', options, { NODE_OPTIONS: options.join(' ') }), [])
})
