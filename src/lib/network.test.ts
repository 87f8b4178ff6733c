// Guarantee: an address lies in a range exactly when its first bits are those of the range, whichever way it is written; what is no range is refused.
import assert from 'node:assert/strict'
import { BlockList } from 'node:net'
import { test } from 'node:test'
import fc from 'fast-check'
import { isInNetwork, type Network, parseNetwork, showNetwork } from './network.ts'

const networkOf = (text: string): Network => parseNetwork(text) ?? assert.fail(`${text} is a range`)
const ipv4 = fc.tuple(...Array.from({ length: 4 }, () => fc.nat(255))).map((parts) => parts.join('.'))
const ipv6 = fc
  .array(fc.oneof(fc.constant(0), fc.nat(0xffff)), { minLength: 8, maxLength: 8 })
  .map((groups) => groups.map((group) => group.toString(16)).join(':'))

/** The bits of an address by another way than the one that is tested. */
const bitsOf = (address: string): bigint =>
  address.includes('.')
    ? BigInt(
        `0x${address
          .split('.')
          .map((part) => Number(part).toString(16).padStart(2, '0'))
          .join('')}`,
      )
    : BigInt(
        `0x${address
          .split(':')
          .map((group) => group.padStart(4, '0'))
          .join('')}`,
      )

const cases = [
  { address: ipv4, bits: 32 },
  { address: ipv6, bits: 128 },
] as const

for (const { address, bits } of cases)
  test(`an address of ${bits} bits lies in a range exactly when the bits before the prefix are the same`, () => {
    fc.assert(
      fc.property(address, fc.nat(bits), fc.bigInt(0n, 2n ** BigInt(bits) - 1n), fc.nat(bits), (base, prefix, noise, flipsFrom) => {
        // Another address that has at least the first `flipsFrom` bits of the first one.
        const other = writtenOf(bitsOf(base) ^ (noise >> BigInt(flipsFrom)), bits)
        fc.pre(bits === 32 || !isMapped(base, other))
        const network = networkOf(`${base}/${prefix}`)
        const behind = BigInt(bits - prefix)
        assert.equal(isInNetwork(other, network), bitsOf(base) >> behind === bitsOf(other) >> behind)
        assert.ok(isInNetwork(base, network))
      }),
      { numRuns: 2_000 },
    )
  })

const writtenOf = (value: bigint, bits: number): string => {
  const hex = value.toString(16).padStart(bits / 4, '0')
  if (bits === 32) return (hex.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16)).join('.')
  return (hex.match(/.{4}/g) ?? []).join(':')
}

test('it decides as the list of Node does, within each family', () => {
  const within = fc.oneof(fc.tuple(ipv4, fc.nat(32), ipv4), fc.tuple(ipv6, fc.nat(128), ipv6))
  fc.assert(
    fc.property(within, ([base, prefix, address]) => {
      fc.pre(!isMapped(base, address))
      const family = base.includes('.') ? 'ipv4' : 'ipv6'
      const list = new BlockList()
      list.addSubnet(base, prefix, family)
      assert.equal(isInNetwork(address, networkOf(`${base}/${prefix}`)), list.check(address, family))
    }),
    { numRuns: 2_000 },
  )
})

/** Whether one is IPv4 written as IPv6, which is told of in a test of its own. */
const isMapped = (...addresses: readonly string[]): boolean => addresses.some((address) => /^(?:0+:){5}(?:ffff):/.test(address))

test('a range is shown so that it is read again as the same, and it is the shortest way', () => {
  const either = fc.oneof(fc.tuple(ipv4, fc.nat(32)), fc.tuple(ipv6, fc.nat(128)))
  fc.assert(
    fc.property(either, ([base, prefix]) => {
      const network = networkOf(`${base}/${prefix}`)
      assert.deepEqual(networkOf(showNetwork(network)), network)
      assert.equal(showNetwork(networkOf(showNetwork(network))), showNetwork(network))
    }),
    { numRuns: 2_000 },
  )
  const shown = [
    '10.1.2.3/8',
    '198.51.100.7',
    '2001:DB8:0:0:1:0:0:1/128',
    '2001:db8::/32',
    '::/0',
    '::1',
    '::ffff:10.0.0.9/104',
    '1:0:0:2:0:0:0:3',
  ]
  assert.deepEqual(
    shown.map((text) => showNetwork(networkOf(text))),
    ['10.0.0.0/8', '198.51.100.7/32', '2001:db8::1:0:0:1/128', '2001:db8::/32', '::/0', '::1/128', '10.0.0.0/8', '1:0:0:2::3/128'],
  )
})

test('IPv4 is the same as IPv4 written as IPv6, and no range of IPv6 holds it', () => {
  fc.assert(
    fc.property(ipv4, fc.nat(32), ipv4, (base, prefix, address) => {
      const network = networkOf(`${base}/${prefix}`)
      assert.equal(isInNetwork(`::ffff:${address}`, network), isInNetwork(address, network))
      assert.deepEqual(networkOf(`::ffff:${base}/${96 + prefix}`), network)
    }),
  )
  assert.equal(isInNetwork('192.0.2.1', networkOf('::/0')), false)
  assert.equal(isInNetwork('::ffff:192.0.2.1', networkOf('::/0')), false)
  assert.equal(isInNetwork('2001:db8::1', networkOf('0.0.0.0/0')), false)
  assert.equal(isInNetwork('fe80::1%eth0', networkOf('fe80::/10')), true, 'a zone is of the machine, not of the address')
})

test('what is no range is refused, and no address lies in any', () => {
  const odd = [
    '',
    '/',
    '10.0.0.0/',
    '10.0.0.0/33',
    '10.0.0/8',
    '10.0.0.0/8/8',
    '10.0.0.0/-1',
    '010.0.0.1',
    '::/129',
    ':::',
    'fe80::1%eth0',
    ' 10.0.0.1',
    'localhost',
    '1.2.3.4,5.6.7.8',
    '::ffff:1.2.3.4.5',
  ]
  for (const text of odd) assert.equal(parseNetwork(text), undefined, text)
  for (const text of odd.filter((one) => one !== 'fe80::1%eth0'))
    for (const range of ['0.0.0.0/0', '::/0']) assert.equal(isInNetwork(text, networkOf(range)), false, text)
  fc.assert(fc.property(fc.string(), (text) => void parseNetwork(text)))
})
