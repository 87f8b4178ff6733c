// Guarantee: nothing is fetched from where a request's address must not lead, however it is spelled.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isPublicAddress } from './public-address.ts'
import { publicUrlOf } from './public-host.ts'

const PRIVATE = [
  ...['0.0.0.0', '0.1.2.3', '10.0.0.1', '100.64.0.1', '100.100.100.200', '127.0.0.1', '127.255.0.1', '169.254.169.254', '172.16.0.1'],
  ...['172.31.255.255', '192.0.0.192', '192.0.2.1', '192.88.99.1', '192.168.1.1', '198.18.0.1', '198.19.255.255', '198.51.100.7'],
  ...['203.0.113.9', '224.0.0.1', '239.1.1.1', '240.0.0.1', '255.255.255.255', '168.63.129.16'],
  ...[
    '::',
    '::1',
    '::ffff:8.8.8.8',
    '::ffff:127.0.0.1',
    '::127.0.0.1',
    '64:ff9b::7f00:1',
    '64:ff9b:1::1',
    '100::1',
    '2001::1',
    '2001:0:1::',
  ],
  ...['2001:db8::1', '2002:7f00:1::', 'fc00::1', 'fd00:ec2::254', 'fe80::1', 'fec0::1', 'ff02::1', '3fff::1', '5f00::1', '2620:4f:8000::1'],
  ...['fe80::1%eth0', '2606:4700::1%eth0', '', 'localhost', '8.8.8', '8.8.8.8.8'],
]
const PUBLIC = [
  '1.1.1.1',
  '8.8.8.8',
  '93.184.216.34',
  '172.15.0.1',
  '172.32.0.1',
  '100.63.0.1',
  '100.128.0.1',
  '2606:4700:4700::1111',
  '2a00:1450::1',
]

test('addresses of the public internet, and no others', () => {
  assert.deepEqual(PRIVATE.filter(isPublicAddress), [])
  assert.deepEqual(
    PUBLIC.filter((address) => !isPublicAddress(address)),
    [],
  )
})

test('no IPv4 address becomes public by being mapped, translated or tunnelled in IPv6', () => {
  const octet = fc.integer({ min: 0, max: 255 })
  fc.assert(
    fc.property(octet, octet, octet, octet, (a, b, c, d) => {
      const [high, low] = [((a << 8) | b).toString(16), ((c << 8) | d).toString(16)]
      for (const spelled of [`::ffff:${a}.${b}.${c}.${d}`, `::${high}:${low}`, `64:ff9b::${high}:${low}`, `2002:${high}:${low}::1`]) {
        assert.equal(isPublicAddress(spelled), false, spelled)
      }
    }),
  )
})

test('https with a whole name, and nothing else, is fetched', () => {
  assert.deepEqual(publicUrlOf('https://Pictures.Org:443/a%20b?c=d#e'), { name: 'pictures.org', path: '/a%20b?c=d' })
  assert.deepEqual(publicUrlOf('https://bücher.org/'), { name: 'xn--bcher-kva.org', path: '/' })
  const refused = [
    ...[
      'http://a.org/',
      'ftp://a.org/',
      'file:///etc/passwd',
      'gopher://a.org',
      '//a.org',
      'a.org',
      '',
      'https://',
      'data:image/png;base64,AA',
    ],
    ...['https://a.org:8443/', 'https://a.org:80/', 'https://u@a.org/', 'https://u:p@a.org/', 'https://:p@a.org/'],
    ...['https://127.0.0.1/', 'https://2130706433/', 'https://0x7f000001/', 'https://0177.0.0.1/', 'https://127.1/', 'https://0/'],
    ...[
      'https://8.8.8.8/',
      'https://１２７.0.0.1/',
      'https://127。0。0。1/',
      'https://[::1]/',
      'https://[::ffff:127.0.0.1]/',
      'https://[2606:4700::1]/',
    ],
    ...['https://localhost/', 'https://localhost./', 'https://a.localhost/', 'https://printer.local/', 'https://metadata.google.internal/'],
    ...['https://a.org./', 'https://intranet/', 'https://1.0.0.127.in-addr.arpa/', 'https://a..org/', 'https://-a.org/'],
    `https://a.org/${'x'.repeat(5_000)}`,
  ]
  assert.deepEqual(
    refused.filter((url) => publicUrlOf(url) !== undefined),
    [],
  )
})
