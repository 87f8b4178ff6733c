// Guarantee: a process that could not be made ends like one that died, once, whatever kept it from being made.
import assert from 'node:assert/strict'
import { tmpdir } from 'node:os'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type ChildPlan, ended, startChild } from './child.ts'

const PLAN: ChildPlan = { entry: 'none.ts', nodeArguments: [], environment: {}, showsOutput: false }

/** Starts with another program in the place of Node. */
function startWith(program: string, plan: ChildPlan) {
  const node = process.execPath
  process.execPath = program
  try {
    return startChild(plan)
  } finally {
    process.execPath = node
  }
}

const FAULTS = {
  'whose program is not there': () => startWith('/none/node', PLAN),
  'whose program may not be run': () => startWith(tmpdir(), PLAN),
  // As without memory, Node throws.
  'that is told too much': () => startChild({ ...PLAN, environment: { MUCH: 'x'.repeat(1_000_000) } }),
}

for (const [told, start] of Object.entries(FAULTS)) {
  test(`a process ${told}`, { skip: process.platform === 'win32' && 'its limits are others' }, async () => {
    const child = start()
    let exits = 0
    child.on('exit', () => {
      exits += 1
    })
    assert.equal(child.pid, undefined)
    const [code, signal] = await new Promise<readonly [number, unknown]>((resolve) => {
      child.once('exit', (...told: readonly [number, unknown]) => resolve(told))
    })
    assert.ok(code < 0, `exit code ${code}`)
    assert.equal(signal, null)
    assert.equal(child.kill('SIGTERM'), false)
    await ended(child, 1_000)
    await sleep(20)
    assert.equal(exits, 1)
  })
}
