// Guarantee: nodes that could not say that they live, as the database was away, are counted all the same; one that is silent while the others speak is not.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NodeCount } from './node-count.ts'

const LIVE_MS = 60_000

function begin(before = 1) {
  let now = 1_000
  const nodes = new NodeCount({ monotonic: () => now }, { liveMs: LIVE_MS, before })
  /** Asks every five seconds, and is told so many each time; undefined: nothing. */
  const ask = (seconds: number, count: number | undefined): number | undefined => {
    let known: number | undefined
    for (let passed = 0; passed < seconds; passed += 5) {
      now += 5_000
      if (count === undefined) nodes.untold()
      else known = nodes.told(count)
    }
    return known
  }
  return { nodes, ask }
}

test('the first answer counts, and every one that is larger', () => {
  const { nodes, ask } = begin()
  assert.equal(nodes.told(3), 3)
  assert.equal(ask(5, 4), 4)
})

test('a node that is silent while the others speak is given up as soon as the database says so', () => {
  const { nodes, ask } = begin()
  nodes.told(3)
  assert.equal(ask(65, 3), 3)
  assert.equal(ask(5, 2), 2)
})

test('who begins after an outage counts those that there were before it, until all have had the time to come back', () => {
  const { nodes, ask } = begin(3)
  assert.equal(nodes.told(1), 3)
  assert.equal(ask(55, 1), 3)
  assert.equal(ask(10, 2), 2)
  assert.equal(ask(5, 1), 1)
})

test('after an outage there are as many as before, until all have had the time to say that they live', () => {
  const { nodes, ask } = begin()
  nodes.told(3)
  ask(120, 3)
  ask(75, undefined)
  assert.equal(ask(5, 0), 3)
  assert.equal(ask(5, 1), 3)
  assert.equal(ask(50, 2), 3)
  assert.equal(ask(10, 2), 2)
})
