// Guards: the operator's terms become what Markdown says and nothing else: no text brings an element that is not named here, a handler, or an
// address that runs something.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { html } from 'hono/html'
import { textOf } from '../piece.ts'
import { skeletonOf } from '../testing.ts'
import { markdown } from './markdown.ts'

const shown = (text: string): string => textOf(html`${markdown(text)}`)

test('what people write in terms is there', () => {
  const text = shown(
    '# Title\n\n## Part\n\nA *b* **c** `d` [e](https://e.test/?a=1&b=2) [f](/terms) & g\n\n- one\n- two\n\n1. first\n\n> said\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n---\n\n```\n<code>\n```\n',
  )
  for (const piece of [
    '<h2>Part</h2>',
    '<em>b</em>',
    '<strong>c</strong>',
    '<code>d</code>',
    'href="https://e.test/?a=1&amp;b=2"',
    'href="/terms"',
  ])
    assert.ok(text.includes(piece), piece)
  for (const piece of ['&amp; g', '<li>one</li>', '<ol start="1"><li>first</li></ol>', '<blockquote>', '<td>2</td>', '&lt;code&gt;', '<hr'])
    assert.ok(text.includes(piece), `${piece} in ${text}`)
})

const ALLOWED =
  /^(?:\/?(?:p|h2|h3|em|strong|del|code|blockquote|ul|li|table|thead|tbody|tr|td|a)|br|hr class|\/?ol|ol start|pre tabindex|\/pre|th scope|\/th|a href=page rel|<)$/

const PIECES = [
  ...[
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '[x](javascript:alert(1))',
    '[x](  JaVaScRiPt:alert(1))',
    '![x](https://x.test/a.png)',
  ],
  ...[
    '[x](data:text/html,<script>)',
    '<https://x.test/"onclick="a>',
    '[x](//x.test)',
    '[x](/\\\\x.test)',
    '&#106;avascript:',
    '[x](&#x6A;avascript:alert(1))',
  ],
  ...[
    '<a href="javascript:alert(1)">',
    '[x]: javascript:alert(1)\n\n[x]',
    '`<b>`',
    '\n',
    '\n\n',
    '# ',
    '> ',
    '- ',
    '1. ',
    '|',
    '***',
    '```',
    '&lt;b&gt;',
    '<!--',
    '-->',
    '\\<',
    '  ',
  ],
]

test('no text brings anything that is not named here', () => {
  const pieces = fc.array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ maxLength: 12, unit: 'binary' })), { maxLength: 12 })
  fc.assert(
    fc.property(
      pieces.map((parts) => parts.join('')),
      (text) => {
        for (const element of skeletonOf(shown(text))) assert.match(element, ALLOWED, text)
      },
    ),
    { numRuns: 500, examples: PIECES.map((text): [string] => [text]) },
  )
})

test('addresses that lead elsewhere than to a page are left as words', () => {
  for (const bad of ['javascript:alert(1)', 'data:text/html,x', '//x.test', '/\\x.test', 'vbscript:x', 'ftp://x.test', 'x.html'])
    assert.doesNotMatch(shown(`[word](${bad})`), /<a/, bad)
  assert.match(shown('[word](javascript:alert(1))'), /word/)
})
