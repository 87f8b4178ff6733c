// Guarantee: nobody but a trusted proxy decides what a client's address is taken for, whatever stands in the header; it is always an address.
import assert from 'node:assert/strict'
import { isIP } from 'node:net'
import { test } from 'node:test'
import fc from 'fast-check'
import { clientAddressOf } from './client-address.ts'

const TRUSTED = ['10.0.0.1', '10.0.0.2', 'fd00::1']
const isTrusted = (address: string): boolean => {
  assert.notEqual(isIP(address), 0, `${address} was asked about`)
  return TRUSTED.includes(address)
}
const of = (peer: string, forwarded?: string | readonly string[]) => clientAddressOf({ peer, forwarded, isTrusted })

test('the last address that is no trusted proxy counts', () => {
  assert.equal(of('10.0.0.1', '198.51.100.7'), '198.51.100.7')
  assert.equal(of('10.0.0.1', '203.0.113.9, 198.51.100.7, 10.0.0.2'), '198.51.100.7')
  assert.equal(of('fd00::1', '2001:db8::7,10.0.0.2'), '2001:db8::7')
  assert.equal(of('10.0.0.1', '198.51.100.7:50123'), '198.51.100.7')
  assert.equal(of('10.0.0.1', '[2001:db8::7]:443'), '2001:db8::7')
  assert.equal(of('10.0.0.1', '10.0.0.2, fd00::1'), '10.0.0.2')
  assert.equal(of('10.0.0.1'), '10.0.0.1')
})

test('an entry that is no address is not gone behind', () => {
  for (const odd of ['unknown', '', '999.1.1.1', '_hidden', '198.51.100.7:port', '[::1', '1.2.3.4.5'])
    assert.equal(of('10.0.0.1', `198.51.100.7, ${odd}, 10.0.0.2`), '10.0.0.2', odd)
})

const address = fc.oneof(fc.ipV4(), fc.ipV6(), fc.constantFrom(...TRUSTED))
const header = fc.oneof(
  fc.string(),
  fc.array(fc.oneof(address, fc.string({ maxLength: 8 })), { maxLength: 6 }).map((hops) => hops.join(', ')),
)

test('a header of anybody else changes nothing', () => {
  fc.assert(
    fc.property(
      address.filter((one) => !TRUSTED.includes(one)),
      header,
      (peer, forwarded) => assert.equal(of(peer, forwarded), peer),
    ),
  )
})

test('whatever is in front of the entry of the last proxy, the client is the same', () => {
  fc.assert(
    fc.property(header, fc.ipV4(), fc.constantFrom('', ', 10.0.0.2', ', 10.0.0.2, fd00::1'), (lies, client, proxies) => {
      fc.pre(!TRUSTED.includes(client))
      assert.equal(of('10.0.0.1', `${lies}, ${client}${proxies}`), client)
    }),
  )
})

test('it is an address, always', () => {
  fc.assert(fc.property(fc.constantFrom(...TRUSTED), header, (peer, forwarded) => assert.notEqual(isIP(of(peer, forwarded)), 0)))
})
