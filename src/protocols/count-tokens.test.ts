// Tokens are those that the library makes of the same vocabulary, whatever is written.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import ranks from 'gpt-tokenizer/bpeRanks/o200k_base'
import { GptEncoding } from 'gpt-tokenizer/GptEncoding'
import { seededRandom } from '../../sim/index.ts'
import { countDelta, countTokens } from './count-tokens.ts'
import { Vocabulary } from './vocabulary.ts'

const SEED = Number(process.env['FAREBOX_TEST_SEED'] ?? Date.now() % 1_000_000)
const library = GptEncoding.getEncodingApi('o200k_base', () => ranks)
const theirs = (text: string): number => library.countTokens(text, { disallowedSpecial: new Set() })

/** Where the library reads bytes as text it takes this mark from their beginning; no other character is so. */
const BYTE_ORDER_MARK = 0xfeff

const WORDS = [
  ...[
    'the',
    ' The',
    "it's",
    "I'LL",
    'naïve',
    'Straße',
    'ﬁ',
    '1',
    '12345',
    ' ',
    '  ',
    '\n',
    '\r\n',
    '\t',
    '   \n ',
    '/',
    '//\n',
    '...',
    '<|endoftext|>',
    '{"a":1}',
  ],
  ...[
    '中文',
    '日本語の',
    '한국어',
    'हिन्दी',
    'العربية',
    '👩‍👩‍👧',
    '🏴󠁧󠁢󠁥󠁮󠁧󠁿',
    '\ud83d',
    '\ude00',
    '\0',

    '\ufffd',
    'e\u0301',
    'ⅷ',
    '٣',
    '_',
    '\u00a0',
    'xyzzyqwv',
    'aaaa',
  ],
]

test(`words, scripts, signs and halves of characters in any order are counted as the library counts them (seed ${SEED})`, () => {
  const random = seededRandom(SEED)
  for (let round = 0; round < 3_000; round += 1) {
    const text = Array.from({ length: random.below(30) }, () =>
      random.below(3) === 0 ? String.fromCharCode(random.below(BYTE_ORDER_MARK)) : (WORDS[random.below(WORDS.length)] ?? ''),
    ).join('')
    assert.equal(countTokens(text), theirs(text), JSON.stringify(text))
  }
})

test('every token of the vocabulary is one, and what the library makes of two is made of them', () => {
  const texts = ranks.filter((token) => typeof token === 'string')
  assert.ok(texts.length > 190_000)
  for (const [index, text] of texts.entries()) {
    if (index % 10 === 0) assert.equal(countTokens(text), theirs(text), JSON.stringify(text))
    if (index % 50 === 0) {
      const both = text + (texts[(index * 7_919) % texts.length] ?? '')
      assert.equal(countTokens(both), theirs(both), JSON.stringify(both))
    }
  }
})

/** What most deltas are made of, and what makes others of them. */
const DELTA_PARTS = [
  ...'  aZ.,(_*\'"\\19\n\té中',
  'the',
  'The',
  'HTTP',
  'Tokenization',
  ' word',
  '();',
  "'s",
  "'LL",
  '\ud83d\ude00',
  'a'.repeat(33),
]

test(`a delta has the tokens of its text, and one where it is a single character (seed ${SEED})`, () => {
  const random = seededRandom(SEED)
  const deltas = Array.from({ length: 20_000 }, () =>
    Array.from({ length: 1 + random.below(4) }, () => DELTA_PARTS[random.below(DELTA_PARTS.length)] ?? '').join(''),
  )
  const tokens = ranks.filter((token) => typeof token === 'string').filter((_, index) => index % 10 === 0)
  for (const text of [...deltas, ...tokens]) {
    const told = Buffer.from(`{"text":${JSON.stringify(text)}}`)
    const wanted = [...text].length === 1 ? 1 : theirs(text)
    assert.equal(countDelta(told, { start: '{"text":'.length, end: told.length - 1 }), wanted, JSON.stringify(text))
  }
})

test('a word of a thousand characters is counted to its end, and a longer text by its thousands', () => {
  for (const unit of ['a', '中', '👩', 'ab c', '\u0301', ' ']) {
    const piece = unit.repeat(Math.floor(1_000 / unit.length))
    assert.equal(countTokens(piece), theirs(piece), JSON.stringify(unit))
    assert.equal(countTokens(piece.padEnd(1_000, '1') + piece), theirs(piece.padEnd(1_000, '1')) + theirs(piece))
  }
  assert.equal(countTokens(''), 0)
  assert.equal(countTokens(String.fromCharCode(BYTE_ORDER_MARK)), 1)
})

test('a file that is no vocabulary is refused', () => {
  const made = (text: string) => () => new Vocabulary(Buffer.from(text))
  assert.equal(made('YQ== 0\nYWI= 1\n')().rankOf(Buffer.from('xab'), 1, 3), 1)
  assert.equal(made('YQ== 0\nYWI= 1\n')().rankOf(Buffer.from('xab'), 0, 2), -1)
  assert.throws(made('YQ== 0\nYWI= 2\n'), /the vocabulary has no line for its token 1/)
  assert.throws(made('YQ== 0\nYWI= 1'), /no line for its token 1/)
  assert.throws(made('<html>\n'), /no line for its token 0/)
})
