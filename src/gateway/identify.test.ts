// Guarantee: what cannot be a key is refused before anybody is asked for it, a key that manages calls nothing, and only what is known under the very digest of a
// secret is its caller.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { AUTHORIZE_STATUSES } from '../channel/index.ts'
import { FailureError } from '../failures.ts'
import { hashKey, mintManagementSecret, mintSecret } from '../spec/index.ts'
import type { CallRequest, HeadFacts } from './call-request.ts'
import type { Gateway } from './gateway.ts'
import { identify } from './identify.ts'

const secretOf = (byte: number): string => mintSecret(Buffer.alloc(32, byte))
const KNOWN = secretOf(1)

/** A gateway whose control knows one key, and what control was asked. */
function gatewayWith(known: string) {
  const asked: string[] = []
  const remembered: string[] = []
  const unknown = { status: AUTHORIZE_STATUSES.indexOf('unknown') }
  const found = { status: AUTHORIZE_STATUSES.indexOf('ok'), keyId: 'k', accountId: 'a', expiresInMs: 0, multiplier: 1 }
  const gateway = {
    isSoldToWallets: false,
    callers: { find: () => undefined, findStale: () => undefined, remember: (digest: string) => remembered.push(digest) },
    clock: { monotonic: () => 0 },
    control: {
      authorize: async (digest: Buffer, onAnswer: (answer: unknown) => void) => {
        asked.push(digest.toString('hex'))
        const answer = digest.equals(hashKey(known)) ? found : unknown
        onAnswer(answer)
        return answer
      },
    },
  }
  return { gateway: gateway as unknown as Gateway, asked, remembered }
}

const showing = (headers: CallRequest['headers']): CallRequest => ({ headers, socket: {} }) as unknown as CallRequest

const placesToldBy = (gateway: Gateway): string => {
  try {
    void identify(gateway, showing({}))
    return 'nothing'
  } catch (thrown) {
    return thrown instanceof FailureError ? thrown.failure.message : String(thrown)
  }
}

async function toldOf(gateway: Gateway, headers: CallRequest['headers']): Promise<string> {
  try {
    return (await identify(gateway, showing(headers))).keyId
  } catch (thrown) {
    return thrown instanceof FailureError ? thrown.failure.code : String(thrown)
  }
}

test('what cannot be a key is refused, and nobody is asked for it', async () => {
  const { gateway, asked } = gatewayWith(KNOWN)
  const wrong = [
    KNOWN.slice(0, -1),
    `${KNOWN}0`,
    KNOWN.toUpperCase(),
    KNOWN.replace(/.$/, (last) => (last === '0' ? '1' : '0')),
    'sk-1',
    '',
  ]
  for (const text of wrong) assert.equal(await toldOf(gateway, { authorization: `Bearer ${text}` }), 'key_invalid', text)
  for (const headers of [{ authorization: KNOWN }, { authorization: `Basic ${KNOWN}` }, { 'x-api-key': `${KNOWN} ` }])
    assert.equal(await toldOf(gateway, headers), 'key_invalid', JSON.stringify(headers))
  await fc.assert(
    fc.asyncProperty(fc.string({ maxLength: 80 }), async (text) => {
      assert.equal(await toldOf(gateway, { 'x-api-key': text }), 'key_invalid')
    }),
  )
  assert.equal(await toldOf(gateway, {}), 'key_missing')
  assert.deepEqual(asked, [])
})

test('a key that manages an account calls no model, and is looked up by nobody', async () => {
  const { gateway, asked } = gatewayWith(KNOWN)
  const managing = mintManagementSecret(Buffer.alloc(32, 1))
  for (const headers of [{ authorization: `Bearer ${managing}` }, { 'x-api-key': managing }, { 'x-goog-api-key': managing }])
    assert.equal(await toldOf(gateway, headers), 'management_key_cannot_call')
  assert.deepEqual(asked, [])
})

test('a key is asked for by the digest of all of it, and what is unknown is remembered by nobody', async () => {
  const { gateway, asked, remembered } = gatewayWith(KNOWN)
  assert.equal(await toldOf(gateway, { authorization: `Bearer ${KNOWN}` }), 'k')
  assert.equal(await toldOf(gateway, { authorization: `Bearer ${secretOf(2)}` }), 'key_invalid')
  assert.deepEqual(
    asked,
    [KNOWN, secretOf(2)].map((secret) => hashKey(secret).toString('hex')),
  )
  assert.deepEqual(remembered, [hashKey(KNOWN).toString('hex')])
})

test('a head that is kept has its digest worked out once, and its key is asked for with every request all the same', async () => {
  const { gateway, asked } = gatewayWith(KNOWN)
  const facts: HeadFacts = { keyDigest: undefined, rules: undefined }
  const request = { ...showing({ authorization: `Bearer ${KNOWN}` }), facts }
  for (let times = 1; times <= 3; times += 1) {
    assert.equal((await identify(gateway, request)).keyId, 'k')
    assert.equal(facts.keyDigest, hashKey(KNOWN).toString('hex'))
    assert.equal(asked.length, times)
  }
  const wrong = { ...showing({ authorization: 'Bearer sk-1' }), facts: { keyDigest: undefined, rules: undefined } }
  for (let times = 0; times < 2; times += 1) assert.throws(() => identify(gateway, wrong), /key_invalid/)
  assert.deepEqual(wrong.facts, { keyDigest: undefined, rules: undefined })
})

test('who sends no key is told where to read on, and where a wallet buys without an account, where it can', () => {
  const { gateway } = gatewayWith(KNOWN)
  assert.match(placesToldBy(gateway), / \/docs, \/llms\.txt\.$/)
  assert.match(placesToldBy({ ...gateway, isSoldToWallets: true }), / \/docs, \/llms\.txt, \/api\/agent\/plans\.$/)
})
