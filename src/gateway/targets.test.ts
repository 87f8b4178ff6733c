// Guarantee: what customers are told of an upstream is a header that can be sent, whatever an operator wrote, and says what he wrote.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Upstream } from '../spec/index.ts'
import { targetOf } from './targets.ts'

const seed = Math.floor(performance.timeOrigin) % 2 ** 31

function labelOf(privacy: Upstream['privacy']): string {
  const upstream: Upstream = { serial: 1, id: 'u', kind: 'openai', baseUrl: 'http://u/v1', placement: 'third_party', privacy }
  return targetOf({ serial: 1, upstreamSerial: 1, upstreamModel: 'm', priority: 1, cost: undefined }, upstream).label
}

test('a label in plain letters is told as it was written', () => {
  assert.equal(labelOf({}), 'upstream=u; country=unknown; retention="unknown"')
  assert.equal(labelOf({ country: 'US, EU', retention: '30 days' }), 'upstream=u; country=US, EU; retention="30 days"')
})

test('other letters are told as JSON spells them, and nothing ends a field or a line', () => {
  assert.equal(labelOf({ country: '中国', retention: '30 天' }), 'upstream=u; country="\\u4e2d\\u56fd"; retention="30 \\u5929"')
  assert.equal(labelOf({ country: 'US\r\nx: y', retention: '–' }), 'upstream=u; country="US\\r\\nx: y"; retention="\\u2013"')
  assert.equal(labelOf({ country: 'a; retention="b"', retention: 'c' }), 'upstream=u; country="a; retention=\\"b\\""; retention="c"')
})

test(`a label can be sent and read back (seed ${seed})`, () => {
  const text = fc.oneof(fc.string({ minLength: 1 }), fc.string({ minLength: 1, unit: 'binary' }), fc.constantFrom('\x7f', 'é', '🚢', '\0'))
  fc.assert(
    fc.property(text, text, (country, retention) => {
      const label = labelOf({ country, retention })
      assert.match(label, /^[\x20-\x7e]*$/)
      const [, told = '', kept = ''] = /^upstream=u; country=([^";]*|"(?:[^"\\]|\\.)*"); retention=("(?:[^"\\]|\\.)*")$/.exec(label) ?? []
      assert.deepEqual([told.startsWith('"') ? JSON.parse(told) : told, JSON.parse(kept)], [country, retention])
    }),
    { seed },
  )
})
