// Tokens are those that the library makes of the same vocabulary, whatever is written.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import ranks from 'gpt-tokenizer/bpeRanks/o200k_base'
import { GptEncoding } from 'gpt-tokenizer/GptEncoding'
import { seededRandom } from '../../sim/index.ts'
import { countTokens } from './count-tokens.ts'
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
