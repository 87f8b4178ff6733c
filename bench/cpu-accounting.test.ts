// Guarantee: CPU time is charged to the process that spent it, threads and children included, and to nobody twice.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { test } from 'node:test'
import {
  cpuMicrosBetween,
  descendants,
  parseMachineMicros,
  parseParent,
  parseSchedstat,
  processTree,
  readTaskCpu,
} from './cpu-accounting.ts'

const isLinux = process.platform === 'linux'

test('the first field of schedstat is the time, and a line that is none is refused', () => {
  assert.equal(parseSchedstat('1015690269 1741513 14\n'), 1_015_690_269)
  assert.throws(() => parseSchedstat('nothing here'))
})

test('the parent is found behind a name that holds brackets and spaces', () => {
  assert.equal(parseParent('77 (a) b (c)) S 42 77 77 0 -1'), 42)
})

test('the machine spent what is neither idle nor waiting', () => {
  assert.equal(parseMachineMicros('cpu  10 1 5 1000 50 2 3 9 0 0\ncpu0 1 1 1 1 1 1 1 1 0 0\n'), 210_000)
})

test('between two readings: old threads by difference, new ones whole, ended ones not, a reused number whole', () => {
  const before = new Map([
    ['1/1', 5_000],
    ['1/2', 7_000],
    ['1/3', 9_000],
  ])
  const after = new Map([
    ['1/1', 6_000],
    ['1/3', 2_000],
    ['1/4', 3_000],
  ])
  assert.equal(cpuMicrosBetween(before, after), 1 + 2 + 3)
  assert.equal(cpuMicrosBetween(after, after), 0)
})

test('a tree holds the root, its children and theirs, and nobody else', () => {
  const table = [
    { pid: 9, parent: 5, commandLine: '' },
    { pid: 5, parent: 3, commandLine: '' },
    { pid: 3, parent: 1, commandLine: '' },
    { pid: 4, parent: 1, commandLine: '' },
    { pid: 6, parent: 4, commandLine: '' },
  ]
  assert.deepEqual(descendants(table, [3]), [3, 5, 9])
  assert.deepEqual(descendants(table, [4, 77]), [4, 6])
})

test('a busy child is charged about what it burnt, an idle one about nothing', { skip: isLinux ? false : 'needs /proc' }, async () => {
  const burn =
    'const end = process.cpuUsage().user + 3e5; while (process.cpuUsage().user < end); process.stdout.write("x"); setInterval(() => 0, 1e6)'
  const child = spawn(process.execPath, ['-e', burn], { stdio: ['ignore', 'pipe', 'ignore'] })
  try {
    const tree = [child.pid ?? 0]
    await new Promise((resolve) => child.stdout.once('data', resolve))
    const burnt = cpuMicrosBetween(new Map(), readTaskCpu(tree))
    assert.ok(burnt > 280_000 && burnt < 5_000_000, `${burnt} µs`)
    assert.ok(processTree(process.pid).includes(child.pid ?? 0))
    const before = readTaskCpu(tree)
    await new Promise((resolve) => setTimeout(resolve, 100))
    const idle = cpuMicrosBetween(before, readTaskCpu(tree))
    assert.ok(idle < 50_000, `${idle} µs`)
  } finally {
    child.kill('SIGKILL')
  }
})
