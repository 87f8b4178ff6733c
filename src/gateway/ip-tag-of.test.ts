// Guarantee: all addresses of one client's network have one tag, so that no client has a limit of its own for each of its 2^64 addresses; other
// networks have others, and a connection whose address or salt changes is told apart anew.
import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import { test } from 'node:test'
import type { CallRequest } from './call-request.ts'
import type { Gateway } from './gateway.ts'
import { ipTagOf } from './serve-request.ts'

const gatewayOf = (ipSalt: number): Gateway => ({ ipTags: new WeakMap(), ipSalt, isTrustedProxy: () => true }) as unknown as Gateway
const requestOf = (socket: Pick<Socket, 'remoteAddress'>, forwarded?: string): CallRequest =>
  ({ socket, headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded } }) as unknown as CallRequest

test('addresses are counted by their network: IPv4 whole, also where it is written as IPv6, and IPv6 by its first 64 bits', () => {
  const gateway = gatewayOf(7)
  const tagOf = (remoteAddress: string) => ipTagOf(gateway, requestOf({ remoteAddress }))
  const one = tagOf('2001:db8:1:2::1')
  for (const same of ['2001:db8:1:2::2', '2001:db8:1:2:ffff:ffff:ffff:ffff', '2001:0DB8:1:2:0::3']) assert.equal(tagOf(same), one, same)
  const four = tagOf('203.0.113.7')
  for (const same of ['::ffff:203.0.113.7', '::ffff:cb00:7107']) assert.equal(tagOf(same), four, same)
  const others = ['2001:db8:1:3::1', '2001:db8::1', '203.0.113.8', '::ffff:203.0.113.8', ''].map(tagOf)
  assert.equal(new Set([one, four, ...others]).size, 6)
  assert.notEqual(ipTagOf(gatewayOf(8), requestOf({ remoteAddress: '203.0.113.7' })), four)
})

test('a connection on which a proxy brings others has the tag of each, and one of a new salt', () => {
  const [gateway, socket] = [gatewayOf(7), { remoteAddress: '10.0.0.1' }]
  const tagOf = (forwarded: string) => ipTagOf(gateway, requestOf(socket, forwarded))
  const [one, other] = [tagOf('2001:db8:1:2::1'), tagOf('2001:db8:1:3::1')]
  assert.notEqual(one, other)
  assert.deepEqual([tagOf('2001:db8:1:2::9'), tagOf('2001:db8:1:3::9')], [one, other])
  gateway.ipSalt = 8
  assert.notEqual(tagOf('2001:db8:1:3::9'), other)
})
