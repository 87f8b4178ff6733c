// Guarantee: figures that are kept in plain numbers are told as the library tells its own, whatever was observed.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Histogram, Registry } from 'prom-client'
import { PlainHistogram } from './plain-histogram.ts'

const BOUNDS = [0.25, 1, 2.5, 10]
/** In parts of two, so that sums are the same in any order. */
const value = fc.oneof(
  fc.nat(1_000).map((quarters) => quarters / 16),
  fc.constantFrom(0, 0.25, 1, 2.5, 10, 10.5),
)
const names = ['one', 'a "quoted"\nname', ''] as const

test('a histogram with a label tells what the library tells', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.constantFrom(...names), value)), async (observed) => {
      const [plainly, theirs] = [new Registry(), new Registry()]
      const shape = { name: 'x_seconds', help: 'How long.' }
      const plain = new PlainHistogram({ ...shape, label: 'upstream', bounds: BOUNDS, registers: [plainly] })
      const library = new Histogram({ ...shape, labelNames: ['upstream'], buckets: BOUNDS, registers: [theirs] })
      for (const [upstream, observedValue] of observed) {
        plain.add(upstream, observedValue)
        library.observe({ upstream }, observedValue)
      }
      assert.equal(sorted(await plainly.metrics()), sorted(await theirs.metrics()))
    }),
  )
})

test('a histogram without a label tells of nothing before it saw anything, and then what the library tells', async () => {
  const [plainly, theirs] = [new Registry(), new Registry()]
  const plain = new PlainHistogram({ name: 'x_seconds', help: 'How long.', bounds: BOUNDS, registers: [plainly] })
  const library = new Histogram({ name: 'x_seconds', help: 'How long.', buckets: BOUNDS, registers: [theirs] })
  for (const observed of [undefined, 0.25, 0.251, 11, 2]) {
    if (observed !== undefined) {
      plain.add('', observed)
      library.observe(observed)
    }
    assert.equal(await plainly.metrics(), await theirs.metrics())
  }
  plain.addCounted('', { place: 1, count: 2, sum: 1.5 })
  plain.addCounted('', { place: BOUNDS.length + 1, count: 7, sum: 100 })
  for (const observed of [0.5, 1]) library.observe(observed)
  assert.equal(await plainly.metrics(), await theirs.metrics())
  assert.match(await plainly.metrics(), /^x_seconds_bucket\{le="\+Inf"\} 6$/m)
})

/** Lines in one order. */
const sorted = (text: string): string => text.split('\n').toSorted().join('\n')
