// Guarantee: a person is written to in the language that their browser prefers of those we have; no header, however odd, breaks that.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { LANGUAGES, languageOf } from './language.ts'

test('the best of ours is taken', () => {
  const cases: readonly (readonly [string | undefined, string | undefined])[] = [
    [undefined, undefined],
    ['', undefined],
    ['*', undefined],
    ['de-DE,de;q=0.9', undefined],
    ['zh-CN,zh;q=0.9,en;q=0.8', 'zh'],
    ['zh-Hans-CN', 'zh'],
    ['de,en-GB;q=0.7,zh;q=0.3', 'en'],
    ['en;q=0.2, zh;q=0.9', 'zh'],
    ['en;q=0', undefined],
    ['EN', 'en'],
    ['en;q=9,zh', 'zh'],
  ]
  for (const [header, language] of cases) assert.equal(languageOf(header), language, String(header))
})

test('any header names one of ours or none', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 400 }), (header) => {
      const language = languageOf(header)
      assert.ok(language === undefined || LANGUAGES.includes(language))
    }),
  )
})
