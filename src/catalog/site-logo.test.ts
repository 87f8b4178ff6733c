// Guards: a logo is a picture and nothing else: what could run, load or refer elsewhere is refused with a word on it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LOGO_BYTES_MAX, logoOf } from './site-logo.ts'

const svg = (inside: string, attributes = ''): Buffer =>
  Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"${attributes}>${inside}</svg>`)

test('drawings of shapes, words and gradients are taken as they are', () => {
  const drawing = svg(
    '<!-- mark --><title>Mark &amp; co</title><defs><linearGradient id="g"><stop offset="0" stop-color="#fff"/></linearGradient></defs><path d="M0 0h8" fill="url(#g)"/><use href="#m" xlink:href=\'#m\'/>',
  )
  assert.deepEqual(logoOf('a.svg', drawing), { type: 'image/svg+xml', bytes: drawing })
  const headed = Buffer.concat([Buffer.from('<?xml version="1.0" encoding="UTF-8"?>\n'), drawing])
  assert.ok(!('wrong' in logoOf('a.svg', headed)))
})

test('whatever could run, load or refer elsewhere is refused', () => {
  const refused = [
    ...[
      '<script>alert(1)</script>',
      '<SCRIPT/>',
      '<s:script xmlns:s="http://www.w3.org/2000/svg">1</s:script>',
      '<foreignObject/>',
      '<style>a{}</style>',
    ],
    ...[
      '<image href="https://x.test/a.png"/>',
      '<a href="https://x.test"/>',
      '<animate attributeName="href"/>',
      '<set attributeName="onload"/>',
    ],
    ...[
      '<path onload="alert(1)"/>',
      '<path\nonclick = "a"/>',
      '<path d=""onload="a"/>',
      '<path style="fill:url(https://x.test)"/>',
      '<iframe/>',
    ],
    ...[
      '<use href="https://x.test/a.svg#b"/>',
      '<use xlink:href="data:image/svg+xml,a"/>',
      '<use href=x />',
      '<path fill="url(https://x.test#a)"/>',
    ],
    ...[
      '<path fill="url(&#104;ttps://x.test)"/>',
      '<path d="&bad;"/>',
      '<![CDATA[<script>]]>',
      '<?xml-stylesheet href="a.css"?>',
      '<svg xml:base="//x.test"/>',
    ],
  ]
  for (const inside of refused) assert.ok('wrong' in logoOf('a.svg', svg(inside)), inside)
  for (const attributes of [' onload="alert(1)"', ' style="background:url(//x.test)"'])
    assert.ok('wrong' in logoOf('a.svg', svg('', attributes)), attributes)
  for (const text of ['<!DOCTYPE svg [<!ENTITY a "b">]><svg/>', '<html/>', '', 'GIF89a'])
    assert.ok('wrong' in logoOf('a.svg', Buffer.from(text)), text)
})

test('a PNG is told by its first bytes, and neither is large', () => {
  const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1])
  assert.deepEqual(logoOf('a.png', png), { type: 'image/png', bytes: png })
  assert.ok('wrong' in logoOf('a.png', svg('')))
  assert.ok('wrong' in logoOf('a.png', Buffer.concat([png, Buffer.alloc(LOGO_BYTES_MAX)])))
})
