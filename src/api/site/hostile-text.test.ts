// Guards: no text that the site shows can become markup: whatever a model, an upstream, an incident or an operator is called, the pages have
// the same elements and attributes as with a plain word in its place, and no address that runs anything.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { siteDefaultsOf } from '../../catalog/index.ts'
import { paymentSettingsOf } from '../../payments/index.ts'
import { setupPage } from './docs/index.ts'
import { landingPage } from './landing/index.ts'
import { searchPage } from './manual/index.ts'
import { modelPage, modelsPage, type Offer, searchOf } from './models/index.ts'
import { type Page, shell } from './shell.ts'
import { makeSite } from './site.ts'
import { type Measured, statusPage } from './status/index.ts'
import { skeletonOf } from './testing.ts'
import { refundsPage, termsPage } from './texts/index.ts'
import type { View } from './view.ts'
import { SITE_WORDS } from './words/index.ts'

const CORPUS = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' autofocus onfocus=alert(1) x='",
  '</title><svg onload=alert(1)>',
  '</style><script>alert(1)</script>',
  '--><script>alert(1)</script><!--',
  'javascript:alert(1)',
  '&lt;script&gt;alert(1)&lt;/script&gt;',
  '<a href="javascript:alert(1)">x</a>',
  '${alert(1)}{{7*7}}<%= 1 %>',
  '\u2028\u0000<b>\uFEFF',
  '<iframe srcdoc="<script>alert(1)</script>">',
  '<math><mi xlink:href="data:x,<script>alert(1)</script>">',
  '"style="animation:x"onanimationstart="alert(1)',
] as const

/** A hostile word: one of the corpus, pieces of it, or anything at all. */
const hostile = fc.oneof(
  fc.constantFrom(...CORPUS),
  fc
    .array(fc.constantFrom(...CORPUS, '<', '>', '"', "'", '&', '`', '=', '/', ' '), { minLength: 1, maxLength: 4 })
    .map((parts) => parts.join('')),
  fc.string({ minLength: 1, maxLength: 40, unit: 'binary' }),
)

const DAY = { day: '2026-11-26', up: 1_000, counted: 1_440 }
const AT = new Date('2026-11-26T12:00:00Z')
const PLACE = { path: '/docs/x', text: '', isGuide: true }
const POLICY = { profile: 'strict', service: 'x', effectiveDate: undefined, isPublic: false } as const

/** All pages with a word in every place that a stored or configured text takes. */
function pagesWith(word: string): readonly Page[] {
  const view = viewWith(word)
  const offer: Offer = {
    ...{
      id: word,
      context: 1_000,
      outputMax: 100,
      price: { input: '1.00', output: '2.00' },
      priceVersion: 1,
      official: { input: '2.00', output: '4.00' },
    },
    routes: [
      {
        ...{
          name: word,
          host: word,
          placement: 'third_party',
          country: word,
          retention: word,
          training: 'no',
          evidence: 'https://x.test/',
        },
        ...{ checked: word, isStale: false, fetchesUrls: false, isSimulated: false },
      },
    ],
  }
  const lines = { name: word, days: [DAY] }
  const measured: Measured = {
    ...{ service: [DAY], models: [{ ...lines, routes: [lines] }], outages: [{ start: AT, end: AT, minutes: 1, isOver: true }], months: [] },
    incidents: [undefined, AT].map((endedAt) => ({
      ...{ id: 'x', title: { en: word, zh: word }, model: word, beganAt: AT, endedAt },
      notes: [{ id: 'x', state: 'watching' as const, words: { en: word, zh: word }, createdAt: AT }],
    })),
    maintenance: [{ id: 'x', title: word, startsAt: AT, endsAt: AT, announcedAt: AT, cancelledAt: undefined, isExcluded: true }],
  }
  const policy = { ...POLICY, operator: word, contacts: [{ kind: 'post' as const, value: word }] }
  const settings = paymentSettingsOf(undefined)
  return [
    landingPage(view, { offers: [offer], promises: { shown: 1, all: 2, lastRun: word }, minimumTopup: '10.00', day: word }),
    modelsPage(view, { offers: [offer], search: searchOf((name) => (name === 'sort' ? 'input' : undefined)) }),
    modelsPage(view, { offers: [offer], search: { text: word, upstream: `${word}!`, handling: undefined, order: 'name' } }),
    modelPage(view, { offer, history: [], coming: [], measured }),
    statusPage(view, { measured, now: { state: 'up', at: AT } }),
    setupPage(view, word),
    searchPage(view, {
      query: word,
      found: { count: 1, isPartial: true, words: [], hits: [{ ...PLACE, page: word, heading: word, around: word }] },
    }),
    termsPage(view, { settings, policy }),
    refundsPage(view, { rules: settings.rules, policy }),
  ]
}

const viewWith = (word: string): View => ({
  site: makeSite({ ...siteDefaultsOf(word), source: 'https://x.test/' }, 'https://x.test'),
  ...{ language: 'en', isChosen: true, words: SITE_WORDS.en, path: '/models' },
})

test('a page has the same elements and attributes whatever its texts are, and leads nowhere that runs anything', () => {
  const plain = skeletonsOf('word')
  assert.ok(plain.every((one) => one.length > 50))
  fc.assert(
    fc.property(hostile, (word) => assert.deepEqual(skeletonsOf(word), plain)),
    { numRuns: 150, examples: CORPUS.map((word): [string] => [word]) },
  )
})

const skeletonsOf = (word: string): readonly (readonly string[])[] => pagesWith(word).map((page) => skeletonOf(shell(viewWith(word), page)))

test('the skeleton tells markup from text, and sees an address that runs something', () => {
  const of = (text: string): string => skeletonOf(text).join('|')
  assert.notEqual(of('<p>a</p>'), of('<p><b>a</b></p>'))
  assert.notEqual(of('<p>a</p>'), of('<p onclick="x">a</p>'))
  assert.notEqual(of('<p title="a">a</p>'), of('<p title="a" onclick="b">a</p>'))
  assert.notEqual(of('<a href="/a">a</a>'), of('<a href="javascript:a">a</a>'))
  assert.equal(of('<p title="a>b">a</p>'), of('<p title="">&lt;b&gt;</p>'))
})
