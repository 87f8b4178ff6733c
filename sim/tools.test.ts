// Guarantees the parts that other tests stand on: exact prose, tokens that keep characters whole, the expired certificate, the
// fake in a process of its own.
import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { expiredCertificate, loadTokenizer, prose, seededRandom, startExpiredTlsUpstream, startSimProcess } from './index.ts'
import { proseOfTokens } from './plan.ts'

test('prose of n tokens counts n tokens', async () => {
  const tokenizer = await loadTokenizer()
  fc.assert(
    fc.property(fc.nat(100_000), fc.nat(400), (seed, tokens) => {
      const text = proseOfTokens(tokenizer, seededRandom(seed), tokens)
      assert.equal(tokenizer.count(text.map((piece) => piece.text).join('')), tokens)
    }),
    { numRuns: 200 },
  )
})

test('pieces give the text back whole, with as many tokens as a count', async () => {
  const tokenizer = await loadTokenizer()
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary', maxLength: 300 }),
        fc.nat(9999).map((seed) => prose(seededRandom(seed), 500)),
      ),
      (text) => {
        const pieces = tokenizer.pieces(text)
        assert.equal(pieces.map((piece) => piece.text).join(''), text.toWellFormed())
        assert.equal(
          pieces.reduce((sum, piece) => sum + piece.tokens, 0),
          tokenizer.count(text.toWellFormed()),
        )
      },
    ),
    { numRuns: 200 },
  )
})

test('the expired certificate is well-formed, self-signed and expired', async () => {
  const certificate = new X509Certificate(expiredCertificate().cert)
  assert.equal(certificate.subject, 'CN=localhost')
  assert.ok(certificate.verify(certificate.publicKey))
  assert.equal(new Date(certificate.validTo).getUTCFullYear(), 2001)
  const upstream = await startExpiredTlsUpstream()
  await assert.rejects(fetch(upstream.url))
  await upstream.close()
})

test('a fake in a process of its own tells the same truth', async () => {
  const upstream = await startSimProcess({ seed: 2, script: { outputTokens: 5 } })
  const call = async (): Promise<void> => {
    const body = JSON.stringify({ model: 'm', max_tokens: 50, messages: [{ role: 'user', content: 'x' }] })
    await (await fetch(`${upstream.url}/v1/messages`, { method: 'POST', body })).arrayBuffer()
  }
  await call()
  await upstream.script({ outputTokens: 9 })
  await call()
  assert.deepEqual(
    (await upstream.calls()).map((seen) => [seen.trueOutputTokensSent, seen.ended]),
    [
      [5, 'complete'],
      [9, 'complete'],
    ],
  )
  await upstream.close()
})
