// Guarantee: what Farebox spends is put down to the right one of its processes, wherever they hang in the process tree.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { roleOf, sortProcesses } from './farebox.ts'

test('a process is known by its command line', () => {
  assert.equal(roleOf('/usr/bin/node src/main.ts gateway'), 'serving')
  assert.equal(roleOf('node /opt/src/gateway/process.ts --socket /tmp/control.sock'), 'serving')
  assert.equal(roleOf('node --permission /srv/src/gateway/main.ts'), 'serving')
  assert.equal(roleOf('node /srv/src/supervisor/gateway-process.ts'), 'serving')
  assert.equal(roleOf('farebox-gateway'), 'serving')
  assert.equal(roleOf('node src/main.ts control'), 'control')
  assert.equal(roleOf('node /srv/src/commands/control.ts'), 'control')
  assert.equal(roleOf('/x/bin/postgres -D /tmp/data/pg'), 'database')
  assert.equal(roleOf('postgres: farebox control [local] idle'), 'database')
  assert.equal(roleOf('node src/main.ts serve'), 'supervisor')
})

test('the database belongs to Farebox by its data directory, its backends by their parent, strangers not at all', () => {
  const table = [
    { pid: 10, parent: 1, commandLine: 'node src/main.ts serve' },
    { pid: 11, parent: 10, commandLine: 'node src/main.ts gateway' },
    { pid: 12, parent: 10, commandLine: 'node src/main.ts control' },
    { pid: 20, parent: 1, commandLine: '/x/postgres -D /tmp/farebox-bench-1/data/pg' },
    { pid: 21, parent: 20, commandLine: 'postgres: walwriter' },
    { pid: 30, parent: 1, commandLine: '/x/postgres -D /tmp/other' },
    { pid: 31, parent: 1, commandLine: 'node src/main.ts gateway' },
  ]
  const processes = sortProcesses(table, { root: 10, directory: '/tmp/farebox-bench-1' })
  assert.deepEqual(processes, { serving: [11], control: [12], database: [20, 21], supervisor: [10] })
})
