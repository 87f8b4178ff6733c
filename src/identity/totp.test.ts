// Guarantee: codes are those of the standard; one works within a step of now, once, and no earlier one after it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { base32, matchTotp, totpCode, totpStepOf, totpUri } from './totp.ts'

const SECRET = Buffer.from('12345678901234567890')

test('codes are those of RFC 6238, appendix B', () => {
  const vectors = [
    [59, '94287082'],
    [1_111_111_109, '07081804'],
    [1_111_111_111, '14050471'],
    [1_234_567_890, '89005924'],
    [2_000_000_000, '69279037'],
    [20_000_000_000, '65353130'],
  ] as const
  for (const [seconds, code] of vectors) {
    assert.equal(totpCode(SECRET, totpStepOf(seconds * 1000), 8), code)
    assert.equal(totpCode(SECRET, totpStepOf(seconds * 1000)), code.slice(2))
  }
})

test('base32 is that of RFC 4648, section 10, without padding', () => {
  const vectors = { '': '', f: 'MY', fo: 'MZXQ', foo: 'MZXW6', foob: 'MZXW6YQ', fooba: 'MZXW6YTB', foobar: 'MZXW6YTBOI' }
  for (const [text, told] of Object.entries(vectors)) assert.equal(base32(Buffer.from(text)), told)
})

test('a code is taken within a step of now and not when that step or a later one was used', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 20, maxLength: 20 }),
      fc.integer({ min: 3, max: 2 ** 40 }),
      fc.integer({ min: -4, max: 4 }),
      (bytes, now, off) => {
        const secret = Buffer.from(bytes)
        const step = totpStepOf(now * 1000) + off
        const found = matchTotp(secret, totpCode(secret, Math.max(0, step)), { now: now * 1000, lastStep: -1 })
        if (Math.abs(off) <= 1 && step >= 0) assert.notEqual(found, undefined)
        // Two steps can have one code by chance; then it is taken for the one that is near.
        else if (found !== undefined) assert.equal(totpCode(secret, found), totpCode(secret, Math.max(0, step)))
        if (found !== undefined) {
          const again = matchTotp(secret, totpCode(secret, found), { now: now * 1000, lastStep: found })
          assert.ok(again === undefined || again > found)
        }
      },
    ),
    { numRuns: 500 },
  )
})

test('what is no code is none', () => {
  const now = 59_000
  for (const code of ['', '28708', '2870820', ' 287082', '２87082', '287082\n', '-87082'])
    assert.equal(matchTotp(SECRET, code, { now, lastStep: -1 }), undefined, JSON.stringify(code))
  assert.equal(matchTotp(SECRET, '287082', { now, lastStep: -1 }), 1)
})

test('an app is told the secret, the service and the name, whatever letters they have', () => {
  const uri = new URL(totpUri(SECRET, { service: 'A & B?', name: 'x@y.example' }))
  assert.equal(uri.protocol, 'otpauth:')
  assert.equal(decodeURIComponent(uri.pathname), '/A & B?:x@y.example')
  assert.deepEqual(Object.fromEntries(uri.searchParams), {
    ...{ secret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ', issuer: 'A & B?', algorithm: 'SHA1', digits: '6', period: '30' },
  })
})
