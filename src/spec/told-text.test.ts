/** Guarantee: what a problem tells of a configuration's text is a word, a number or an address, and never what could be a key. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toldText } from './told-text.ts'

test('words, numbers, times and addresses are told as written', () => {
  const plain = [
    '',
    'opnai',
    'gpt-4o-2024-08-06',
    'claude-sonnet-4-5-20250929',
    '200k',
    '1e400',
    '$0.15',
    '2026-13-01T00:00:00',
    'max_concurency',
  ]
  for (const text of [...plain, '127.0.0.1:70000', '10.0.0.0/33', 'http://a.example/v1', 'ftp://a.example'])
    assert.equal(toldText(text), JSON.stringify(text))
})

test('what could be a key, a passphrase or an address with one is told by its length', () => {
  const secret = [
    'sk-short',
    '128000 - sk-cnryQ7f3secret',
    'cnryQ7f3secret',
    'AKIAIOSFODNN7EXAMPLE',
    'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
    '3f2b8c1d-9a7e-4c1b-8d2f-6e5a4b3c2d1e',
    '4242424242424242424',
    'abcdefghijklmnopq',
    'correct horse',
    'https://me:pw@a.example',
    'https://a.example?key=pw',
    'sk_live_a1',
    'a-'.repeat(33),
    'a\nb',
  ]
  for (const text of secret) {
    assert.equal(toldText(text), `a text of ${text.length} characters, which is not shown`)
  }
})
