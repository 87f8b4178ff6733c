// Guarantee: the customers' app shows the house's name, logo, icon and colours where farebox.yaml says any of them, and nothing of what it says is markup; whatever
// colour it has can be read on every ground of the app, light and dark; without a word of it the page is as it was built. The seed is printed.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { type SiteSettings, siteDefaultsOf } from '../catalog/index.ts'
import { fillPage } from './fill-page.ts'
import { CONTRAST_MIN, contrastOf } from './site/accent.ts'

const SEED = Date.now() % 1_000_000
const SOURCE = new URL('../../web/dashboard/index.html', import.meta.url)
const STYLE = readFileSync(new URL('../../web/parts/style.css', import.meta.url), 'utf8')
/** The page as its source has it, with a place for a nonce as building adds it. */
const PAGE = readFileSync(SOURCE, 'utf8').replace('<script ', '<script nonce="__NONCE__" ')
const LOGO = { type: 'image/png', bytes: Buffer.of(1) } as const

const houseOf = (more: Partial<SiteSettings>): SiteSettings => ({ ...siteDefaultsOf('shop.example'), isOwn: true, ...more })
const filled = (more: Partial<SiteSettings>) => fillPage(PAGE, houseOf(more), '/app/assets/')
const colour = fc.integer({ min: 0, max: 0xffffff }).map((number) => `#${number.toString(16).padStart(6, '0')}`)
const name = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }),
  fc.constantFrom('$&', "$'", '__NONCE__', '"><script>', '</title>', '</head>'),
)

/** The elements of a page with the names of their attributes. */
const skeletonOf = (page: string): readonly string[] => [...page.matchAll(/<[^>]*>/g)].map(([tag]) => tag.replaceAll(/="[^"]*"/g, '=""'))

test('a house of which nothing is said has the page as it was built, whatever the service is called', () => {
  assert.deepEqual(fillPage(PAGE, siteDefaultsOf('shop.example'), '/app/assets/'), { page: PAGE, sheet: undefined })
})

test('name, logo and icon stand where the app and browsers look for them, and nothing says Farebox any more', () => {
  const { page, sheet } = filled({ name: 'Kassandra & Söhne', logo: LOGO })
  assert.equal(sheet, undefined)
  assert.match(page, /<html lang="en" data-brand="Kassandra &#38; Söhne" data-logo="\/brand\/logo">/)
  assert.match(page, /<title>Kassandra &#38; Söhne<\/title>\n<link rel="icon" href="\/favicon.ico" type="image\/png">/)
  assert.match(page, /<noscript><p>This part of Kassandra &#38; Söhne needs JavaScript/)
  assert.doesNotMatch(page, /Farebox/)
  assert.doesNotMatch(filled({ name: 'Kassandra' }).page, /data-logo/)
})

test('a page without the places is refused, so that a house is never half shown', () => {
  for (const place of ['<html lang="en">', '<link rel="icon" href="data:,">', '</head>'])
    assert.throws(() => fillPage(PAGE.replace(place, ''), houseOf({ name: 'x' }), '/app/assets/'), /has no/, place)
})

test(`no name is markup, and none takes the place of a nonce (seed ${SEED})`, () => {
  const plain = skeletonOf(filled({ name: 'word', accent: '#b45309' }).page)
  fc.assert(
    fc.property(name, (word) => {
      const { page } = filled({ name: word, accent: '#b45309' })
      assert.deepEqual(skeletonOf(page), plain, word)
      assert.equal(page.split('__NONCE__').length, 2, word)
    }),
    { seed: SEED },
  )
})

/** Both values of a colour of the app's own style, light and dark. */
const groundOf = (token: string): readonly string[] =>
  new RegExp(`--${token}: light-dark\\((#\\w{6}), (#\\w{6})\\)`).exec(STYLE)?.slice(1) ?? assert.fail(token)

test(`links, marks and the words on buttons can be read on every ground, in whatever colour (seed ${SEED})`, () => {
  const grounds = ['paper', 'card'].map(groundOf)
  fc.assert(
    fc.property(colour, (accent) => {
      const { sheet } = filled({ accent })
      const { css, path } = sheet ?? assert.fail()
      assert.match(path, /^\/app\/assets\/house-[0-9a-f]{12}\.css$/)
      const themes = css.split('\n')
      for (const token of ['accent', 'mark'])
        for (const [line, at] of [
          [0, 0],
          [1, 1],
          [2, 1],
        ] as const) {
          const own = new RegExp(`--${token}:(#\\w{6})`).exec(themes[line] ?? '')?.[1] ?? assert.fail(css)
          for (const ground of grounds) assert.ok(contrastOf(own, ground[at] ?? '') >= CONTRAST_MIN, `${accent}: ${own} on ${ground[at]}`)
        }
      const [, button = '', words = ''] = /--signal:(#\w{6});--on-signal:(#\w{6})/.exec(css) ?? assert.fail(css)
      assert.equal(button, accent)
      assert.ok(contrastOf(words, button) >= CONTRAST_MIN, accent)
    }),
    { seed: SEED, examples: [['#000000'], ['#ffffff'], ['#777777']] },
  )
})

test('a sheet has another path when it says something else, and the page links to it behind the app’s own', () => {
  const [one, same, other] = ['#b45309', '#b45309', '#0f766e'].map((accent) => filled({ accent }))
  assert.equal(one?.sheet?.path, same?.sheet?.path)
  assert.notEqual(one?.sheet?.path, other?.sheet?.path)
  const built = PAGE.replace('</head>', '<link rel="stylesheet" href="/app/assets/index.css">\n</head>')
  const { page, sheet } = fillPage(built, houseOf({ accent: '#b45309' }), '/app/assets/')
  assert.ok(page.indexOf('/app/assets/index.css') < page.indexOf(sheet?.path ?? 'none'))
  assert.ok(page.indexOf(sheet?.path ?? 'none') < page.indexOf('</head>'))
})
