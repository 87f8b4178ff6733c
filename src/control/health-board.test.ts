// Guarantee: what gateways tell of routes and keys is added up and shown by name, counts outlive the gateway that made them, and of what is
// not in the catalogue nothing is kept.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BREAKER_STATES, type Catalog, flatPrice, TROUBLES } from '../spec/index.ts'
import { HealthBoard } from './health-board.ts'

const price = flatPrice({ input: 1n, output: 1n })
const catalogOf = (...serials: readonly number[]): Catalog => ({
  ...{ version: 1, unpriced: [] },
  upstreams: [
    { serial: 1, id: 'one', kind: 'openai', baseUrl: 'http://127.0.0.1', placement: 'local', privacy: {}, keyPool: ['a-second-key'] },
  ],
  models: serials.map((serial) => ({
    ...{ serial, id: `m${serial}`, context: 1, outputMax: 1, createdAt: 0, priceVersion: 1, price },
    routes: [{ serial, upstreamSerial: 1, upstreamModel: `up${serial}`, priority: 1, cost: undefined }],
  })),
})
const quiet = { state: 0, restMs: 0, inFlight: 0, latencyMs: 0, lastTrouble: 0, attempts: 0, failures: 0, otherModels: 0 }

test('two gateways, then one', () => {
  const board = new HealthBoard({ now: () => 1_000 })
  board.learn(catalogOf(1, 2))
  const open = BREAKER_STATES.indexOf('open')
  board.hearRoute('a', { ...quiet, routeSerial: 1, attempts: 5, failures: 2, inFlight: 1, latencyMs: 80, otherModels: 3 })
  board.hearRoute('b', {
    ...quiet,
    routeSerial: 1,
    attempts: 7,
    state: open,
    restMs: 500,
    inFlight: 2,
    lastTrouble: TROUBLES.indexOf('server'),
  })
  board.hearKey('b', { upstreamSerial: 1, keyIndex: 1, state: open, restMs: 900, inFlight: 2, lastTrouble: TROUBLES.indexOf('quota') })
  const one = board.report().get('one')
  const [first, second] = one?.routes ?? []
  assert.deepEqual(first, {
    ...{ model: 'm1', upstream_model: 'up1', state: 'open', in_flight: 3, last_trouble: 'server', open_until: new Date(1_500) },
    ...{ latency_ms: 80, attempts: 12, failures: 2, other_models: 3 },
  })
  assert.deepEqual([second?.attempts, second?.state], [0, 'closed'])
  assert.deepEqual([one?.state, one?.in_flight, one?.open_until], ['open', 3, new Date(1_900)])
  assert.deepEqual(one?.keys, [{ key: 1, state: 'open', in_flight: 2, last_trouble: 'quota', open_until: new Date(1_900) }])
  board.forget('b')
  const left = board.report().get('one')?.routes[0]
  assert.deepEqual([left?.attempts, left?.state, left?.in_flight, left?.other_models], [12, 'closed', 1, 3])
})

test('serials that are in no catalogue leave nothing', () => {
  const board = new HealthBoard({ now: () => 0 })
  board.learn(catalogOf(1))
  for (let serial = 2; serial < 1_000; serial += 1) {
    board.hearRoute('a', { ...quiet, routeSerial: serial, attempts: 1 })
    board.hearKey('a', { upstreamSerial: serial, keyIndex: 0, state: 0, restMs: 0, inFlight: 0, lastTrouble: 0 })
  }
  board.hearKey('a', { upstreamSerial: 1, keyIndex: 60_000, state: 0, restMs: 0, inFlight: 0, lastTrouble: 0 })
  board.hearRoute('a', { ...quiet, routeSerial: 1, attempts: 1 })
  board.forget('a')
  board.learn(catalogOf(2))
  assert.deepEqual([board.report().get('one')?.routes[0]?.attempts, board.report().get('one')?.keys], [0, []])
})
