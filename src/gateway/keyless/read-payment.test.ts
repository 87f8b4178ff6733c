// Guarantee: of a header PAYMENT-SIGNATURE nothing is read but numbers of their sizes; whatever else it holds is refused with one code and no
// word of it, and no header breaks the reader. The seed is printed.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { makeCodec, SPELLED_GATEWAY } from '../../channel/index.ts'
import { FailureError } from '../../failures.ts'
import { paymentRequired, unitsOf, worthOf } from './ask-payment.ts'
import { readPayment } from './read-payment.ts'

const SEED = Date.now() % 1_000_000
const codec = makeCodec(SPELLED_GATEWAY)

/** The payment of the specification's example. Source: github.com/coinbase/x402 specs/transports-v2/http.md, as of 2026-11-26. */
const EXAMPLE = {
  x402Version: 2,
  accepted: {
    ...{ scheme: 'exact', network: 'eip155:84532', amount: '10000', asset: '0x036CbD53842c5426634e7929541eC2318f3dCF7e' },
    ...{ payTo: '0x209693Bc6afc0C5328bA36FaF03C514EF312287C', maxTimeoutSeconds: 60, extra: { name: 'USDC', version: '2' } },
  },
  payload: {
    signature:
      '0x2d6a7588d6acca505cbf0d9a4a227e0c52c6c34008c8e8986a1283259764173608a2ce6496642e377d6da8dbbf5836e9bd15092f9ecab05ded3d6293af148b571c',
    authorization: {
      from: '0x857b06519E91e3A54538791bDbb0E22373e36b66',
      to: '0x209693Bc6afc0C5328bA36FaF03C514EF312287C',
      ...{ value: '10000', validAfter: '1740672089', validBefore: '1740672154' },
      nonce: '0xf3746613c2d920b5fdabc0856f2aeb2d4f88ee6037b8cc5d04a71a4462f13480',
    },
  },
}
const inHeader = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64')

/** Reads a header; what is refused gives undefined, and anything but the one code fails. */
function tryRead(header: string): ReturnType<typeof readPayment> | undefined {
  try {
    return readPayment(header)
  } catch (thrown) {
    assert.ok(thrown instanceof FailureError && thrown.failure.code === 'payment_malformed', String(thrown))
    assert.ok(thrown.failure.message.length < 250)
    return undefined
  }
}

test("the specification's own example is read to the last bit", () => {
  const read = readPayment(inHeader(EXAMPLE))
  assert.equal(read.chainId, 84_532)
  assert.equal(read.value, 10_000n)
  assert.equal(read.from.toString('hex'), '000000000000000000000000857b06519e91e3a54538791bdbb0e22373e36b66')
  assert.equal(read.asset.toString('hex').slice(24), '036cbd53842c5426634e7929541ec2318f3dcf7e')
  assert.deepEqual([read.validAfter, read.validBefore, read.signatureV], [1_740_672_089, 1_740_672_154, 28])
  const signature = read.signatureR.toString('hex') + read.signatureS.toString('hex')
  assert.equal(signature, EXAMPLE.payload.signature.slice(2, 130))
})

test('a network that is no EVM chain is read as none', () => {
  const solana = { ...EXAMPLE, accepted: { ...EXAMPLE.accepted, network: 'solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp' } }
  assert.equal(readPayment(inHeader(solana)).chainId, 0)
})

test(`any part replaced by anything: refused, or read to numbers that the channel takes (seed ${SEED})`, () => {
  const leaves = [
    ['x402Version'],
    ['accepted'],
    ['payload'],
    ['accepted', 'scheme'],
    ['accepted', 'network'],
    ['accepted', 'asset'],
    ['payload', 'signature'],
    ['payload', 'authorization'],
    ...['from', 'to', 'value', 'validAfter', 'validBefore', 'nonce'].map((name) => ['payload', 'authorization', name]),
  ]
  const odd = fc.oneof(
    fc.jsonValue(),
    fc.string(),
    fc.bigInt().map(String),
    fc.constantFrom('', '0x', '0x0', '-1', '1e3', '1.0', ' 1', '01', '99999999999999999999', '0X'.padEnd(42, 'a'), null, undefined, {}, []),
    fc.stringMatching(/^0x[0-9a-f]{38,42}$/),
  )
  const block = codec.blockOf(Buffer.alloc(1024))
  let readCount = 0
  fc.assert(
    fc.property(fc.constantFrom(...leaves), odd, (path, value) => {
      const copy = structuredClone(EXAMPLE) as unknown as Record<string, unknown>
      const parent = path.slice(0, -1).reduce((at, name) => at[name] as Record<string, unknown>, copy)
      parent[path.at(-1) ?? ''] = value
      const read = tryRead(inHeader(copy))
      if (read === undefined) return
      readCount += 1
      codec.write('pay', { ...read, seq: 1, needed: 1n }, { block, offset: 0 })
    }),
    { numRuns: 1000, seed: SEED },
  )
  assert.ok(readCount < 500, `${readCount} were read`)
})

test(`bytes of any kind are no payment (seed ${SEED})`, () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ maxLength: 400 }), fc.base64String({ maxLength: 400 }), fc.constant('A'.repeat(9000))), (header) => {
      assert.equal(tryRead(header), undefined)
    }),
    { numRuns: 500, seed: SEED },
  )
})

test(`what is asked covers what a call can cost, is never below the minimum, and never a whole unit too much (seed ${SEED})`, () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 15n }), fc.bigInt({ min: 1n, max: 10n ** 9n }), (worst, minimum) => {
      const units = unitsOf(worst, { minimum })
      const due = worst > minimum ? worst : minimum
      assert.ok(worthOf(units) >= due && worthOf(units) < due + 1000n)
      const terms = { network: 'eip155:8453', asset: '0xa', payTo: '0xb', minimum, tokenName: 'USD Coin', tokenVersion: '2' }
      const asked = paymentRequired({ terms, units, url: 'https://x/v1', error: 'pay' })
      assert.equal(asked.accepts[0]?.amount, units.toString())
    }),
    { seed: SEED },
  )
})
