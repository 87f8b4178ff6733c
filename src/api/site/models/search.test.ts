// Guards: a search finds what it asks for and no more; a label that nobody showed never passes for one that was.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Offer, OfferedRoute } from './offer.ts'
import { searched, searchOf } from './search.ts'

const route = (name: string, over: Partial<OfferedRoute> = {}): OfferedRoute => ({
  ...{ name, host: name, placement: 'third_party', country: undefined, retention: undefined, training: undefined, evidence: undefined },
  ...{ checked: undefined, isStale: true, fetchesUrls: false, isSimulated: false },
  ...over,
})
const offer = (id: string, input: string | undefined, routes: readonly OfferedRoute[], context = 1_000): Offer => ({
  ...{ id, context, outputMax: 1, priceVersion: 1, official: undefined, routes },
  price: input === undefined ? undefined : { input, output: input },
})

const OFFERS = [
  offer('b/Claude-Big', '10.00', [route('north', { training: 'no' })], 3_000),
  offer('a-small', '9.00', [route('south')], 2_000),
  offer('c-none', undefined, [route('south', { training: 'yes' })], 9_000),
  offer('d-own', '0.50', [route('cellar', { placement: 'local' }), route('north')]),
]
const found = (query: Readonly<Record<string, string>>) =>
  searched(
    OFFERS,
    searchOf((name) => query[name]),
  ).map(({ id }) => id)

test('words, place, handling and order', () => {
  assert.deepEqual(found({}), ['a-small', 'b/Claude-Big', 'c-none', 'd-own'])
  assert.deepEqual(found({ q: ' big  claude ' }), ['b/Claude-Big'])
  assert.deepEqual(found({ at: 'north' }), ['b/Claude-Big', 'd-own'])
  assert.deepEqual(found({ texts: 'no-training' }), ['b/Claude-Big', 'd-own'])
  assert.deepEqual(found({ texts: 'local' }), ['d-own'])
  assert.deepEqual(
    found({ sort: 'input' }),
    ['d-own', 'a-small', 'b/Claude-Big', 'c-none'],
    'as amounts, not as letters; those without a price last',
  )
  assert.deepEqual(found({ sort: 'context' }), ['c-none', 'b/Claude-Big', 'a-small', 'd-own'])
  assert.deepEqual(found({ sort: 'x', texts: 'y' }).length, 4)
})
