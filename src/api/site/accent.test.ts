// Guards: whatever colour an operator picks, links and the words on buttons can be read, in light and in dark.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { AMBER, accentOf, CONTRAST_MIN, contrastOf } from './accent.ts'
import { tokens } from './look/tokens.ts'

const colour = fc.integer({ min: 0, max: 0xffffff }).map((number) => `#${number.toString(16).padStart(6, '0')}`)
/** Grounds that text stands on: paper, sheet, card; light, then dark. */
const groundsOf = (style: string): readonly (readonly string[])[] =>
  [...style.matchAll(/--paper: (#\w{6}); --sheet: (#\w{6}); --card: (#\w{6})/g)].map(([, ...grounds]) => grounds)

test('every accent can be read on every ground, and so can the words on its button', () => {
  fc.assert(
    fc.property(colour, (given) => {
      const accent = accentOf(given)
      const [light = [], dark = []] = groundsOf(tokens(accent))
      assert.ok(light.length === 3 && dark.length === 3)
      for (const ground of light) assert.ok(contrastOf(accent.onLight, ground) >= CONTRAST_MIN, `${given} on ${ground}`)
      for (const ground of dark) assert.ok(contrastOf(accent.onDark, ground) >= CONTRAST_MIN, `${given} on ${ground}`)
      assert.ok(contrastOf(accent.onButton, accent.button) >= CONTRAST_MIN, given)
    }),
    { examples: [['#000000'], ['#ffffff'], ['#777777'], [AMBER]] },
  )
})

test('the other colours of text can be read on every ground', () => {
  const style = tokens(accentOf(AMBER))
  const [light = [], dark = []] = groundsOf(style)
  const [lightPart = '', darkPart = ''] = style.split('@media')
  for (const [part, grounds] of [
    [lightPart, light],
    [darkPart, dark],
  ] as const)
    for (const name of ['ink', 'faint', 'good', 'bad', 'warn']) {
      const own = new RegExp(`--${name}: (#\\w{6})`).exec(part)?.[1] ?? assert.fail(name)
      for (const ground of grounds) assert.ok(contrastOf(own, ground) >= CONTRAST_MIN, `${name} ${own} on ${ground}`)
    }
})

test('the contrast is that of WCAG', () => {
  assert.equal(contrastOf('#000000', '#ffffff'), 21)
  assert.equal(contrastOf('#ffffff', '#ffffff'), 1)
  assert.equal(contrastOf('#777777', '#ffffff').toFixed(2), '4.48')
})
