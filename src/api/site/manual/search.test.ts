// Guards: a search finds what is there, names before headings before texts; it is cheap whatever is typed, and what is typed becomes no markup.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { html } from 'hono/html'
import { textOf } from '../piece.ts'
import { skeletonOf } from '../testing.ts'
import { MEANINGS } from '../words/meanings.ts'
import { markedWords } from './marked-words.ts'
import { type Entry, indexOf, queryOf, searchManual } from './search.ts'

const entry = (page: string, heading: string, text: string, isGuide = true): Entry => ({
  path: `/docs/${page}#${heading}`,
  page,
  heading,
  text,
  isGuide,
})
const ENTRIES = [
  entry('Money', 'Coins', 'a refund goes back by the same way'),
  entry('Money', 'Refunds', 'what goes back'),
  entry('Refund of cards', 'Steps', 'first this, then that'),
  entry('Keys', 'Rotation', 'another secret, and prerefund is no word that begins so'),
]
const index = indexOf(ENTRIES)
const headingsFor = (query: string, language: 'en' | 'zh' = 'en') =>
  searchManual(index, queryOf(query), MEANINGS[language]).hits.map(({ heading }) => heading)

test('the name of a page counts more than a heading, and that more than a text; the middle of a word counts nothing', () => {
  assert.deepEqual(headingsFor('refund'), ['Steps', 'Refunds', 'Coins'])
  assert.deepEqual(headingsFor('REFUND  goes'), ['Refunds', 'Coins'])
  assert.deepEqual(headingsFor('nothing like it'), [])
  assert.deepEqual(headingsFor(''), [])
})

test('where no place has all of the words, those with some are told as such', () => {
  const { hits, isPartial } = searchManual(index, 'refund rotation', {})
  assert.ok(isPartial && hits.length === 4)
  assert.equal(searchManual(index, 'rotation secret', {}).isPartial, false)
})

test('words of other languages are understood by the English ones', () => {
  assert.deepEqual(headingsFor('怎样退款', 'zh'), ['Steps', 'Refunds', 'Coins'])
})

test('one page does not hide the others', () => {
  const many = indexOf([...Array.from({ length: 40 }, (_, at) => entry('Long', `limit ${at}`, '')), entry('Short', '', 'a limit')])
  const { hits, count } = searchManual(many, 'limit', {})
  assert.equal(count, 41)
  assert.deepEqual([hits.length, hits.at(-1)?.page], [6, 'Short'])
})

test('words around the place that was found are shown, and stand out', () => {
  const long = indexOf([entry('Page', '', `${'word '.repeat(200)}needle ${'more '.repeat(200)}`)])
  const around = searchManual(long, 'needle', {}).hits[0]?.around ?? ''
  assert.ok(around.startsWith('… ') && around.endsWith(' …') && around.includes('needle') && around.length < 400)
  assert.equal(textOf(html`${markedWords('the needles <b>', ['needle'])}`), 'the <mark>needles</mark> &lt;b&gt;')
})

const PIECES = [
  '<script>',
  '(((',
  '[',
  '\\',
  '.*',
  'ref<und',
  'refund',
  '"',
  '&amp;',
  '退款',
  '\u0000',
  '\u202E',
  'ﬁ',
  '\uD83D',
  ' ',
] as const
const typed = fc.oneof(
  fc.string({ maxLength: 100 }),
  fc.array(fc.constantFrom(...PIECES), { maxLength: 40 }).map((pieces) => pieces.join('')),
)

test('whatever is typed, a search ends with what there is, within bounds, and as text', () => {
  fc.assert(
    fc.property(typed, (text) => {
      const query = queryOf(text)
      assert.ok(query.length <= 80)
      const { words, hits } = searchManual(index, query, MEANINGS.en)
      assert.ok(words.length <= 6 && hits.length <= ENTRIES.length)
      for (const element of skeletonOf(textOf(html`${markedWords(`a ${text} b`, words)}`))) assert.match(element, /^(?:\/?mark|<)$/)
    }),
    { numRuns: 200, examples: PIECES.map((piece): [string] => [piece]) },
  )
})
