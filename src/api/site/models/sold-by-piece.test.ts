// Guards: a model that is sold by the piece says so, with what one costs, wherever its price is told in short, and only what costs nothing is free.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { completePrice, siteDefaultsOf } from '../../../catalog/index.ts'
import { showPrice, type WrittenPrice } from '../../../spec/index.ts'
import { landingPage } from '../landing/index.ts'
import { makeSite } from '../site.ts'
import type { View } from '../view.ts'
import { SITE_WORDS } from '../words/index.ts'
import { modelsPage, type Offer, searchOf } from './index.ts'

const view: View = {
  site: makeSite(siteDefaultsOf('x'), 'https://x.test'),
  ...{ language: 'en', isChosen: true, words: SITE_WORDS.en, path: '/models' },
}
const offerOf = (written: WrittenPrice): Offer => ({
  ...{ id: 'm', context: 1_000, outputMax: 1, priceVersion: 1, official: undefined, routes: [] },
  price: showPrice(completePrice(written, false)),
})
const textOf = (body: unknown): string => String(body).replace(/<[^>]*>/g, ' ')
const listed = (written: WrittenPrice) => textOf(modelsPage(view, { offers: [offerOf(written)], search: searchOf(() => undefined) }).body)
const promises = { shown: 1, all: 1, lastRun: undefined }
const onBoard = (written: WrittenPrice) =>
  textOf(landingPage(view, { offers: [offerOf(written)], promises, minimumTopup: '1.00', day: '2026-11-29' }).body)

const PIECES = { image: 'Image made', call: 'Call', audio_second: 'Second of sound heard', character: 'Character spoken' } as const

test('what is sold by the piece is not called free, and tells what a piece costs', () => {
  for (const [name, words] of Object.entries(PIECES)) {
    assert.doesNotMatch(listed({ [name]: '0.04' }), /\bfree\b/, name)
    assert.match(listed({ [name]: '0.04' }), new RegExp(`${words}\\s+\\$0\\.04`), name)
    assert.match(onBoard({ [name]: '0.04' }), new RegExp(`${words}\\s+\\$0\\.04`), name)
  }
})

test('what costs nothing is free, and tokens are told as tokens', () => {
  assert.match(listed({ input: '0', output: '0' }), /\bfree\b/)
  assert.doesNotMatch(listed({ input: '1.00', output: '2.00', image: '0.04' }), /\bfree\b|Image made/)
  assert.match(onBoard({ input: '1.00', output: '2.00', image: '0.04' }), /\$1\.00\s+→\s+\$2\.00/)
})
