// Guarantee: a key that is bound to addresses is used from those alone, as the connection or a trusted proxy has it, whatever a client says of itself;
// whoever is elsewhere is told their own address and none of those that are let in.
import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { test } from 'node:test'
import fc from 'fast-check'
import { FailureError } from '../failures.ts'
import { isInNetwork, type Network, parseNetwork } from '../lib/index.ts'
import { mintSecret } from '../spec/index.ts'
import type { Caller } from './callers.ts'
import type { Gateway } from './gateway.ts'
import { identify } from './identify.ts'
import { keyElsewhere } from './key-elsewhere.ts'

const PROXY = '10.9.9.9'
const key = mintSecret(Buffer.alloc(32, 3))
const networkOf = (text: string): Network => parseNetwork(text) ?? assert.fail(text)

/** A gateway that knows one caller, as far as who calls goes. */
const gatewayOf = (networks: readonly Network[] | undefined): Gateway => {
  const caller: Caller = { keyId: 'k', accountId: 'a', digest: '', expiresAt: Infinity, models: undefined, multiplier: 1, networks }
  const told = { callers: { find: () => caller }, clock: { monotonic: () => 0 }, isTrustedProxy: (address: string) => address === PROXY }
  return told as unknown as Gateway
}
const requestOf = (remoteAddress: string, forwarded?: string): IncomingMessage => {
  const headers = { authorization: `Bearer ${key}`, ...(forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }) }
  return { headers, socket: { remoteAddress } } as unknown as IncomingMessage
}
const told = async (networks: readonly Network[] | undefined, request: IncomingMessage): Promise<string> => {
  try {
    return (await identify(gatewayOf(networks), request)).keyId
  } catch (thrown) {
    assert.ok(thrown instanceof FailureError)
    return `${thrown.failure.code}: ${thrown.failure.message}`
  }
}

const address = fc.oneof(fc.ipV4(), fc.ipV6())
const range = fc.oneof(
  fc.tuple(fc.ipV4(), fc.nat(32)).map(([base, prefix]) => `${base}/${prefix}`),
  fc.tuple(fc.ipV6(), fc.nat(128)).map(([base, prefix]) => `${base}/${prefix}`),
)

test('the address of the connection decides, and nothing that an untrusted client writes', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(range, { minLength: 1, maxLength: 4 }), address, fc.option(address), async (ranges, peer, lie) => {
      fc.pre(peer !== PROXY)
      const networks = ranges.map(networkOf)
      const isIn = networks.some((network) => isInNetwork(peer, network))
      const answer = await told(networks, requestOf(peer, lie ?? undefined))
      if (isIn) return assert.equal(answer, 'k')
      assert.match(answer, /^key_address_refused: /)
      assert.ok(answer.includes(peer))
      for (const one of ranges) assert.ok(!answer.includes(one))
    }),
    { numRuns: 300 },
  )
})

test('of a trusted proxy the address that it tells decides', async () => {
  await fc.assert(
    fc.asyncProperty(range, address, async (text, client) => {
      fc.pre(client !== PROXY)
      const network = networkOf(text)
      const answer = await told([network], requestOf(PROXY, `203.0.113.1, ${client}`))
      assert.equal(answer === 'k', isInNetwork(client, network), answer)
    }),
    { numRuns: 300 },
  )
})

test('IPv4 over a socket of IPv6 is IPv4; without ranges every address is good; with none of them no address is', async () => {
  const home = [networkOf('192.0.2.0/24')]
  assert.equal(await told(home, requestOf('::ffff:192.0.2.7')), 'k')
  assert.match(await told(home, requestOf('::ffff:192.0.3.7')), /^key_address_refused/)
  assert.equal(await told(undefined, requestOf('192.0.3.7')), 'k')
  assert.match(await told([], requestOf('192.0.2.7')), /^key_address_refused/)
  assert.match(await told(home, requestOf('')), /^key_address_refused/)
})

test('what control answers by a key is refused from elsewhere too; other paths and other faults of a key are left to it', async () => {
  const home = gatewayOf([networkOf('192.0.2.0/24')])
  const [near, far] = [requestOf('192.0.2.7'), requestOf('198.51.100.1')]
  assert.equal(await keyElsewhere(home, near, '/v1/usage'), undefined)
  assert.equal((await keyElsewhere(home, far, '/v1/usage'))?.code, 'key_address_refused')
  assert.equal((await keyElsewhere(home, far, '/v1/receipts/x'))?.code, 'key_address_refused')
  assert.equal(await keyElsewhere(home, far, '/api/support/requests'), undefined)
  assert.equal(
    await keyElsewhere(home, { ...far, headers: { authorization: 'Bearer fbx_wrong' } } as IncomingMessage, '/v1/usage'),
    undefined,
  )
})
