// Guarantee: a key of each kind is seen wherever it stands in a text, and what only speaks of keys is not.
import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { secretsIn } from './secret-shapes.ts'

const LETTERS =
  'q8Zr2LwXc5Vn7Bm3KjHgFdSaPo1Iu0Yt9Re4WqAsDfGhJkLzXcVbNm6TgBnHyUjMkIoLp7QaZwSxEdCrFvTgByHnUjMi8KoLp2QaWsEdRfTgYhUjIkOlPzXcVbNmAsDfGhJ'
const letters = (count: number): string => LETTERS.slice(0, count)

// Put together here, as the check looks at this file too.
const KEYS = [
  ['sk', `-proj-${letters(24)}`, 'T3Blbk', `FJ${letters(24)}`].join(''),
  ['sk', `-ant-api03-${letters(93)}`].join(''),
  ['AI', `za${letters(35)}`].join(''),
  ['AK', 'IAQ3ZB7T5NXK2MWPDR'].join(''),
  ['gh', `p_${letters(36)}`].join(''),
  ['np', `m_${letters(36)}`].join(''),
  ['sk', `_live_${letters(24)}`].join(''),
  ['730651', `9482:AA${letters(33)}`].join(''),
  ['xo', `xb-7306519482-${letters(24)}`].join(''),
  generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  }).privateKey,
]

test('keys are seen, and shown by their first letters alone', () => {
  for (const key of KEYS) {
    const found = secretsIn(`const a = "${key}"\n`)
    assert.equal(found.length, 1, key.slice(0, 8))
    assert.ok((found[0]?.shown.length ?? 99) <= 13)
  }
})

test('words of keys are not', () => {
  for (const text of [
    'sk-ant-api03-…',
    'AKIAIOSFODNN7EXAMPLE',
    'sk_live_xxxxxxxxxxxxxxxxxxxxxxxx',
    'ghp_000000000000000000000000000000000000',
    '-----BEGIN PRIVATE KEY-----',
  ])
    assert.deepEqual(secretsIn(text), [], text)
})
