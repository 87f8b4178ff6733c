// Guards: a code is the same code however a person types it, no two are alike, and nothing else is taken for one.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { hashCode, mintCode, readCode } from './code-format.ts'

test('any spelling of a code is read as the same one', () => {
  const spelt = fc.record({
    seed: fc.uint8Array({ minLength: 32, maxLength: 32 }),
    index: fc.nat(9_999),
    isLower: fc.boolean(),
    between: fc.constantFrom('', ' ', '-', '\t', ' - '),
    zero: fc.constantFrom('0', 'O', 'o'),
    one: fc.constantFrom('1', 'I', 'l', 'L', 'i'),
  })
  fc.assert(
    fc.property(spelt, ({ seed, index, isLower, between, zero, one }) => {
      const code = mintCode(Buffer.from(seed), index)
      const typed = (isLower ? code.toLowerCase() : code).replaceAll('-', between).replaceAll('0', zero).replaceAll('1', one)
      assert.match(code, /^(?:[0-9A-Z]{5}-){3}[0-9A-Z]{5}$/)
      assert.equal(readCode(typed), code.replaceAll('-', ''))
    }),
    { numRuns: 500 },
  )
})

test('ten thousand codes of a batch are ten thousand codes, and those of another batch are others', () => {
  const seeds = [randomBytes(32), randomBytes(32)]
  const codes = seeds.flatMap((seed) => Array.from({ length: 10_000 }, (_, index) => mintCode(seed, index)))
  assert.equal(new Set(codes).size, 20_000)
  assert.equal(new Set(codes.map((code) => hashCode(readCode(code) ?? '').toString('hex'))).size, 20_000)
})

test('what is no code is not read as one', () => {
  for (const text of ['', 'AAAAA-AAAAA-AAAAA', 'AAAAA-AAAAA-AAAAA-AAAAU', `${'A'.repeat(20)}A`, 'ÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄ', '0'.repeat(19)])
    assert.equal(readCode(text), undefined, text)
})
