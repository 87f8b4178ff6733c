// Guarantee: however an address is spelt, it is of one network: IPv4 of its own, also where it is written as IPv6, and IPv6 of its first 64 bits.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { networkOf } from './network-of.ts'

test('addresses are told apart by their network', () => {
  for (const [ip, network] of [
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::ffff:cb00:7107', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:0DB8:0001:0002::9', '2001:db8:1:2'],
    ['2001:db8::1', '2001:db8:0:0'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
    ['::', '0:0:0:0'],
    ['64:ff9b::203.0.113.7', '64:ff9b:0:0'],
    ['203.0.113', undefined],
    ['203.0.113.07', undefined],
    ['', undefined],
  ] as const)
    assert.equal(networkOf(ip), network, ip)
})

const seed = Number(process.env['FC_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
test(`every spelling of an IPv6 address is of one network, which its last 64 bits do not change (seed ${seed})`, () => {
  const group = fc.integer({ min: 0, max: 0xffff })
  fc.assert(
    fc.property(
      fc.array(group, { minLength: 4, maxLength: 4 }),
      fc.array(group, { minLength: 4, maxLength: 4 }),
      fc.ipV6(),
      (head, tail, any) => {
        fc.pre(head.some((part) => part !== 0))
        const spelt = [...head, ...tail].map((part) => part.toString(16))
        const network = head.map((part) => part.toString(16)).join(':')
        assert.equal(networkOf(spelt.join(':')), network)
        assert.equal(networkOf(spelt.map((part) => part.toUpperCase().padStart(4, '0')).join(':')), network)
        assert.equal(networkOf(`${head.map((part) => part.toString(16)).join(':')}::`), network)
        assert.match(networkOf(any) ?? '', /^([0-9a-f]{1,4}(:[0-9a-f]{1,4}){3}|\d+(\.\d+){3})$/)
      },
    ),
    { seed, numRuns: 500 },
  )
})
