// Guards: the bars of a status show each day once, and a minute that was missed can be seen and is said in words.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { html } from 'hono/html'
import { siteDefaultsOf } from '../../../catalog/index.ts'
import { textOf } from '../piece.ts'
import { makeSite } from '../site.ts'
import type { View } from '../view.ts'
import { SITE_WORDS } from '../words/index.ts'
import { barsOf } from './days.ts'
import { DAYS_SHOWN } from './measured.ts'

const VIEW: View = { site: makeSite(siteDefaultsOf('x'), ''), language: 'en', isChosen: false, words: SITE_WORDS.en, path: '/status' }
const day = fc
  .record({ counted: fc.constantFrom(0, 1_440, 720), missed: fc.constantFrom(0, 0, 0, 1, 300, 1_440) })
  .map(({ counted, missed }) => ({
    ...{ day: '2026-11-26', counted },
    up: Math.max(0, counted - missed),
  }))

test('each day is one bar wide, and a red foot stands where minutes were missed, and nowhere else', () => {
  fc.assert(
    fc.property(fc.array(day, { minLength: DAYS_SHOWN, maxLength: DAYS_SHOWN }), (days) => {
      const text = textOf(html`${barsOf(VIEW, days)}`)
      const shapes = [...text.matchAll(/class="(d\d)" x="(\d+)" y="(\d+)" width="(\d+)" height="(\d+)"/g)].map(
        ([, kind = '', ...figures]) => ({
          kind,
          figures: figures.map(Number),
        }),
      )
      const covered = (kind: string) =>
        shapes.filter((shape) => shape.kind === kind).reduce((sum, { figures: [, , width = 0] }) => sum + width, 0)
      assert.equal(covered('d0') + covered('d1'), DAYS_SHOWN)
      assert.equal(covered('d3'), days.filter(({ up, counted }) => up < counted).length)
      assert.equal(covered('d0'), days.filter(({ counted }) => counted === 0).length)
      for (const { kind, figures } of shapes) if (kind === 'd3') assert.ok((figures[3] ?? 0) >= 35)
      if (covered('d3') > 0) assert.doesNotMatch(text, /100\u202F%/)
    }),
  )
})
