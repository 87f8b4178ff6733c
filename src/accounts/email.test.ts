// Guards: only one plain address is ever taken for an e-mail, so that none can smuggle headers, names or a second recipient into a mail.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isEmail } from './email.ts'

test('addresses people have are taken', () => {
  for (const text of [
    'a@b.co',
    'first.last+tag@example.com',
    "o'hara@sub.example.co.uk",
    'x_y-z@1and1.com',
    'p00ff@xn--fsq.com',
    `${'l'.repeat(64)}@${'d'.repeat(63)}.com`,
  ])
    assert.ok(isEmail(text), text)
})

test('what is not one plain address is refused', () => {
  const refused = [
    '',
    '@',
    'a@',
    '@b.co',
    'a@b',
    'a@b@c.co',
    'a b@c.co',
    'a@b.co ',
    ' a@b.co',
    'a@b.co\n',
    'a@b.co\r\nBcc: c@d.co',
    'a\0@b.co',
    'a@b.co,c@d.co',
    'Name <a@b.co>',
    '"a b"@c.co',
    'a@[127.0.0.1]',
    'a@1.2.3.4',
    '.a@b.co',
    'a.@b.co',
    'a..b@c.co',
    'a@-b.co',
    'a@b-.co',
    'a@.co',
    'a@b.',
    'a@b..co',
    'ä@b.co',
    'a@bücher.de',
    `${'l'.repeat(65)}@b.co`,
    `a@${'d'.repeat(64)}.com`,
    `a@${'d.'.repeat(126)}com`,
  ]
  for (const text of refused) assert.equal(isEmail(text), false, JSON.stringify(text))
})

test('no taken address holds a character that means something in a mail header', () => {
  const parts = fc.array(
    fc.constantFrom('a', 'Z', '0', '.', '-', '+', '@', '\r', '\n', '\0', ' ', ',', ';', ':', '<', '>', '"', '(', ')', '\\', 'é', 'co'),
  )
  fc.assert(
    fc.property(parts, (pieces) => {
      const text = pieces.join('')
      if (isEmail(text)) assert.match(text, /^[A-Za-z0-9.+-]{1,64}@[A-Za-z0-9.-]{3,253}$/)
    }),
    { numRuns: 5000 },
  )
})
