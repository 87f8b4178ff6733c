// Guarantee: of a browser no more is ever kept than one of seven families and a number of at most four digits.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { BROWSER_FAMILIES, browserName, browserOf } from './browser.ts'

const KNOWN = [
  ['Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0', 'Firefox 144'],
  ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36', 'Chrome 142'],
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0',
    'Edge 142',
  ],
  ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Safari/605.1.15', 'Safari 26'],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Mobile/15E148 Safari/604.1',
    'Safari 26',
  ],
  [
    'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36',
    'Samsung Internet 28',
  ],
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 OPR/124.0.0.0',
    'Opera 124',
  ],
  ['curl/8.14.1', '-'],
] as const

test('browsers are told apart by what they say', () => {
  for (const [text, name] of KNOWN) assert.equal(browserName(browserOf(text)), name, text)
  assert.equal(browserName(browserOf(undefined)), '-')
})

test('whatever is said, nothing else is kept of it', () => {
  fc.assert(
    fc.property(
      fc.string({ maxLength: 600 }),
      fc.constantFrom('Firefox/', 'Chrome/', ''),
      fc.string({ maxLength: 20 }),
      (before, name, after) => {
        const { family, major, ...more } = browserOf(`${before} ${name}${after}`)
        assert.deepEqual(more, {})
        assert.ok(BROWSER_FAMILIES.includes(family))
        assert.ok(major === undefined || (Number.isInteger(major) && major >= 0 && major <= 9999))
      },
    ),
  )
})
