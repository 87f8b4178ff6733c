// Guarantee: of a prompt nothing is remembered but a number that means nothing outside this process and account, for minutes, in bounded room;
// and the same beginning meets the same key while that is there.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { AffinityBook } from './affinity.ts'
import { rendezvous } from './rendezvous.ts'
import { testChance } from './testing.ts'

const long = (text: string): Buffer => Buffer.from(text.repeat(Math.ceil(5_000 / text.length)))

test('a tag hangs on process, account and beginning, and on nothing after that', () => {
  const { clock } = testChance()
  const [book, other] = [new AffinityBook(clock, Buffer.alloc(32, 1)), new AffinityBook(clock, Buffer.alloc(32, 2))]
  const tag = (accountId: string, body: Buffer, of = book) => of.tagOf({ accountId, body })
  const body = long('once upon a time ')
  assert.equal(tag('a', body), tag('a', Buffer.concat([body, Buffer.from('and then')])))
  assert.notEqual(tag('a', body), tag('b', body))
  assert.notEqual(tag('a', body), tag('a', body, other))
  assert.notEqual(tag('a', body), tag('a', long('once upon another ')))
  assert.equal(tag('a', Buffer.from('short')), undefined)
  assert.ok((tag('a', body) ?? 0) < 2 ** 48)
})

test('what is warm is known for five minutes, and room is bounded', () => {
  const chance = testChance()
  const book = new AffinityBook(chance.clock, Buffer.alloc(32))
  book.note(1, 7)
  assert.equal(book.find(1), 7)
  chance.pass(300_000)
  assert.equal(book.find(1), undefined)
  for (let tag = 0; tag < 50_000; tag += 1) book.note(tag, 1)
  assert.equal(book.size, 20_000)
  assert.equal(book.find(49_999), 1)
  assert.equal(book.find(0), undefined)
})

test('a candidate that goes moves only what lay with it', () => {
  const tags = fc.array(fc.nat(2 ** 48 - 1), { minLength: 1, maxLength: 200 })
  fc.assert(
    fc.property(tags, fc.integer({ min: 2, max: 12 }), fc.nat(11), (keys, count, gone) => {
      const all = Array.from({ length: count }, (_, index) => index + 1)
      const left = all.filter((id) => id !== (gone % count) + 1)
      for (const key of keys) {
        const before = rendezvous(all, key, (id) => id)
        const after = rendezvous(left, key, (id) => id)
        if (before !== (gone % count) + 1) assert.equal(after, before)
      }
    }),
  )
})

test('candidates get about the same share', () => {
  const chance = testChance()
  const counts = [0, 0, 0, 0]
  for (let call = 0; call < 20_000; call += 1) {
    const chosen = rendezvous([0, 1, 2, 3], Math.floor(chance.random() * 2 ** 48), (id) => id) ?? 0
    counts[chosen] = (counts[chosen] ?? 0) + 1
  }
  for (const count of counts) assert.ok(Math.abs(count / 20_000 - 0.25) < 0.02, counts.join(' '))
})
