// Guarantee: a live list that reads its first page again and again shows what the server has, each entry once, without a gap.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Known, withFirstPage, withNextPage, withSearchedPage } from './newest-first.ts'

const SEED = Date.now() % 1_000_000
const PAGE = 5

/** A page of a server whose entries are numbers, newest (largest) first. */
function page(server: readonly number[], after = Number.POSITIVE_INFINITY): Known<number> {
  const rest = server.filter((one) => one < after)
  const entries = rest.slice(0, PAGE)
  return { entries, next: rest.length > PAGE ? String(entries.at(-1)) : undefined }
}

test(`it is the beginning of what the server has; seed ${SEED}`, () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.constant('more' as const), fc.integer({ min: 0, max: 9 })), { maxLength: 40 }), (acts) => {
      let server: readonly number[] = []
      let known = page(server)
      for (const act of acts) {
        if (act === 'more' && known.next !== undefined) known = withNextPage(known, page(server, Number(known.next)))
        if (act === 'more') continue
        const newest = server[0] ?? 0
        server = [...Array.from({ length: act }, (_, index) => newest + act - index), ...server]
        known = withFirstPage(known, page(server), String)
        assert.deepEqual(known.entries, server.slice(0, known.entries.length))
        assert.ok(known.entries.length >= Math.min(PAGE, server.length))
        assert.equal(known.next === undefined, known.entries.length === server.length)
      }
    }),
    { seed: SEED },
  )
})

test('an entry that comes late in between is shown', () => {
  const known = { entries: [9, 8, 6, 5, 4, 3], next: '3' }
  assert.deepEqual(withFirstPage(known, { entries: [9, 8, 7, 6, 5], next: '5' }, String), { entries: [9, 8, 7, 6, 5, 4, 3], next: '3' })
})

test(`a search that goes on while entries come in has each that is like it once, newest first; seed ${SEED}`, () => {
  const LOOKED_AT = 12
  const isLike = (one: number): boolean => one % 7 === 0
  const searched = (server: readonly number[], after = Number.POSITIVE_INFINITY): Known<number> => {
    const seen = server.filter((one) => one < after).slice(0, LOOKED_AT)
    const last = seen.at(-1)
    return { entries: seen.filter(isLike), next: last !== undefined && last > (server.at(-1) ?? 0) ? String(last) : undefined }
  }
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.constant('more' as const), fc.integer({ min: 0, max: LOOKED_AT - 1 })), { maxLength: 40 }), (acts) => {
      let server: readonly number[] = Array.from({ length: 60 }, (_, index) => 60 - index)
      let known = searched(server)
      for (const act of acts) {
        if (act === 'more') {
          if (known.next !== undefined) known = withNextPage(known, searched(server, Number(known.next)))
          continue
        }
        const newest = server[0] ?? 0
        server = [...Array.from({ length: act }, (_, index) => newest + act - index), ...server]
        known = withSearchedPage(known, searched(server), String)
        const reached = known.next === undefined ? 0 : Number(known.next)
        assert.deepEqual(known.entries, server.filter((one) => one >= reached).filter(isLike))
      }
    }),
    { seed: SEED },
  )
})
