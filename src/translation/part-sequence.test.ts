// Guarantee: parts that an upstream has open beside each other come one after the other, each with what was told of it and in the order in which they began,
// whatever the order in which they grow and end; and what waits for one that does not end has a bound.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { CanonicalEvent } from './events.ts'
import { partSequence } from './part-sequence.ts'

const KEYS = ['a', 'b', 'c', 'd'] as const

type Step = { readonly act: 'open' | 'tell' | 'close'; readonly key: (typeof KEYS)[number]; readonly text: string }

const anyStep: fc.Arbitrary<Step> = fc.record({
  act: fc.constantFrom('open', 'tell', 'tell', 'close'),
  key: fc.constantFrom(...KEYS),
  text: fc.string({ minLength: 1, maxLength: 3 }),
})

/** The texts of each part in the order in which they began, as somebody would write them down. */
function textsOf(steps: readonly Step[]): readonly string[] {
  const texts: string[] = []
  const open = new Map<string, number>()
  for (const { act, key, text } of steps) {
    const at = open.get(key)
    if (act === 'open' && at === undefined) open.set(key, texts.push('') - 1)
    else if (act === 'tell' && at !== undefined) texts[at] += text
    else if (act === 'close') open.delete(key)
  }
  return texts
}

function play(steps: readonly Step[]): readonly CanonicalEvent[] {
  const events: CanonicalEvent[] = []
  const parts = partSequence(2, (event) => events.push(event))
  for (const { act, key, text } of steps) {
    if (act === 'open') parts.open(key, { type: 'text' })
    else if (act === 'tell') parts.tell(key, { type: 'text-delta', text })
    else parts.close(key)
  }
  parts.closeAll()
  return events
}

test('parts come in the order in which they began, each whole before the next', () => {
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 60 }), (steps) => {
      const texts: string[] = []
      let isOpen = false
      for (const event of play(steps)) {
        assert.ok('part' in event && event.choice === 2)
        assert.equal(event.part, event.type === 'part-start' ? texts.length : texts.length - 1)
        assert.equal(isOpen, event.type !== 'part-start')
        isOpen = event.type !== 'part-end'
        if (event.type === 'part-start') texts.push('')
        if (event.type === 'text-delta') texts[event.part] += event.text
      }
      assert.ok(!isOpen)
      assert.deepEqual(texts, textsOf(steps))
    }),
  )
})

test('what waits for a part that does not end has a bound, and what was told counts no more', () => {
  const text = 'x'.repeat(3_000_000)
  const parts = partSequence(0, () => {})
  for (let round = 0; round < 3; round += 1) {
    parts.open(`first ${round}`, { type: 'text' })
    parts.open(`second ${round}`, { type: 'text' })
    parts.tell(`second ${round}`, { type: 'text-delta', text })
    parts.tell(`second ${round}`, { type: 'text-delta', text })
    if (round === 2) assert.throws(() => parts.tell(`second ${round}`, { type: 'text-delta', text }), RangeError)
    parts.closeAll()
  }
})
