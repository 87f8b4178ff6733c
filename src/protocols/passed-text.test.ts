// Guarantee: text that went out before its reply was whole is counted, and never as more tokens than it has.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { countTokens } from './count-tokens.ts'
import { passedTokens, sampleText, TEXT_KEYS, textTally } from './passed-text.ts'

const WORDS = [
  ...['the ', 'ferry ', 'word ', 'internationalization ', 'of ', 'harbour, ', 'and then\n', '3,141 ', 'const x = 1;\n'],
  ...['паром ', 'уходит ', '渡轮', '出发了。', 'η ', 'θάλασσα ', '🚢 '],
]
const text = fc.array(fc.constantFrom(...WORDS), { minLength: 20, maxLength: 200 }).map((words) => words.join(''))

test('a text that goes on as it began is counted, and not above what it has', () => {
  fc.assert(
    fc.property(text, fc.nat(30), fc.boolean(), (part, more, isEscaped) => {
      const spelled = isEscaped ? JSON.stringify(part).replace(/[^ -~]/g, escaped) : JSON.stringify(part)
      const beginning = Buffer.from(spelled)
      const sample = sampleText(beginning, [{ start: 0, end: beginning.length }])
      const real = countTokens(part) * (more + 1)
      const counted = passedTokens(sample, (beginning.length - 2) * (more + 1))
      assert.ok(counted <= real, `${counted} of ${real}`)
      assert.ok(counted >= real / 4 && counted > 0, `${counted} of ${real}`)
    }),
    { numRuns: 300 },
  )
})

const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

test('a text with the bytes of a picture in it counts by its beginning alone, and that without the picture', () => {
  const picture = Buffer.from(`"![](data:image/png;base64,${'iVBOR'.repeat(1_000)}"`)
  assert.equal(passedTokens(sampleText(picture, [{ start: 0, end: picture.length }]), 5_000_000), 0)
  const both = Buffer.concat([Buffer.from('"the ferry takes the lorry to the harbour and back again, all day long"'), picture])
  const first = { start: 0, end: both.length - picture.length }
  const counted = passedTokens(sampleText(both, [first, { start: first.end, end: both.length }]), 5_000_000)
  assert.ok(counted > 0 && counted < 20, String(counted))
})

test('a text that begins after what was looked at is counted by its bytes, low', () => {
  assert.equal(passedTokens(sampleText(Buffer.from('{}'), []), 8_000), 1_000)
})

test('reasoning that is told under several keys counts once', () => {
  const bytes = TEXT_KEYS.map((key) => ({ content: 7, reasoning: 100, text: 90, reasoning_content: 100, transcript: 5 })[key] ?? 0)
  assert.equal(textTally(bytes), 112)
})
