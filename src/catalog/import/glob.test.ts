// A pattern of models matches what it says, and no pattern takes longer than its length times that of the name.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { array, assert as assertProperty, constantFrom, property } from 'fast-check'
import { matcherOf } from './glob.ts'

test('a star is anything, a question mark one letter, and all else itself', () => {
  const cases: readonly (readonly [string, string, boolean])[] = [
    ...([
      ['*', '', true],
      ['*', 'gpt-4', true],
      ['gpt-*', 'gpt-4', true],
      ['gpt-*', 'a/gpt-4', false],
      ['*/gpt-?', 'a/gpt-4', true],
    ] as const),
    ...([
      ['gpt-?', 'gpt-', false],
      ['a.c', 'abc', false],
      ['a+', 'aa', false],
      ['[ab]', 'a', false],
      ['**a**', 'a', true],
      ['?', '😀', true],
    ] as const),
    ...([
      ['', '', true],
      ['', 'a', false],
      ['*a*b', 'xaxbxb', true],
      ['*a*b', 'xaxbx', false],
    ] as const),
  ]
  for (const [glob, text, isMatch] of cases) assert.equal(matcherOf(glob)(text), isMatch, `${glob} ${text}`)
})

test('it says what the expression for the same pattern says', () => {
  const word = (letters: readonly string[]) => array(constantFrom(...letters), { maxLength: 8 }).map((list) => list.join(''))
  assertProperty(
    property(word(['a', 'b', '*', '?', '.']), word(['a', 'b', '.', '\n']), (glob, text) => {
      const expression = new RegExp(`^${glob.replaceAll('.', '\\.').replace(/\*+/g, '.*').replaceAll('?', '.')}$`, 's')
      assert.equal(matcherOf(glob)(text), expression.test(text))
    }),
  )
})

test('a pattern full of stars comes to an end', () => {
  assert.equal(matcherOf('a*'.repeat(50))(`${'a'.repeat(10_000)}b`), true)
  assert.equal(matcherOf(`${'*a'.repeat(50)}c`)('a'.repeat(10_000)), false)
})
