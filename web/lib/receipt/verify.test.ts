// Guarantee: the browser finds a receipt good exactly where the server's own verifier does, and one in which anything was altered is red in the step
// that the altered part belongs to.
import assert from 'node:assert/strict'
import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import * as server from '../../../src/receipts/index.ts'
import { base64urlOf, bytesOfBase64url, bytesOfText, hexOf, joined } from './bytes.ts'
import { canonicalJson, type Evidence, type PublishedPrice, type Receipt, verifyReceipt } from './index.ts'
import { climb, hashLeaf } from './merkle.ts'

const SEED = Date.now() % 1_000_000
const RECORDED = JSON.parse(readFileSync('src/receipts/recorded/receipts-v1.json', 'utf8'))

const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const x = String(publicKey.export({ format: 'jwk' }).x)
const kid = base64urlOf(
  new Uint8Array(await crypto.subtle.digest('SHA-256', bytesOfText(canonicalJson({ crv: 'Ed25519', kty: 'OKP', x })))),
)

const statesOf = async (receipt: Receipt, evidence: Evidence): Promise<Readonly<Record<string, string>>> =>
  Object.fromEntries((await verifyReceipt(receipt, evidence)).map(({ name, state }) => [name, state]))

const DAY = '2026-11-25'
const SALT = '5a'.repeat(32)
type Figures = {
  readonly input: number
  readonly output: number
  readonly reasoning: number
  readonly images: number
  readonly rate: bigint
}

/** A receipt of version 2 that is signed here, two steps deep in its batch and one in its day. */
async function makeReceipt({ input, output, reasoning, images, rate }: Figures): Promise<{ receipt: Receipt; evidence: Evidence }> {
  const rates = { images: '40000000', input: String(rate), output: '15000000000', reasoning: '15000000001' }
  const usage = { images, input, output, reasoning: Math.min(reasoning, output) }
  const used = Object.entries(usage).filter(([, count]) => count > 0)
  const call = {
    ...{
      account_id: 'a',
      cost_nano_usd: '0',
      day: DAY,
      hold_nano_usd: '9000000000000000',
      key_id: 'k',
      model: 'm "ü"',
      outcome: 'completed',
    },
    ...{ price_version: 3, rates: Object.fromEntries(used.map(([name]) => [name, rates[name as keyof typeof rates]])) },
    ...{ reported_model: 'asked', request_id: 'r', route: { model: 'n', upstream: 'u' }, shortfall_nano_usd: '0', stage: 'begun' },
    ...{ started_at: '2026-11-25T10:00:00Z', usage: Object.fromEntries(used), usage_source: 'provider', version: 2 },
    ...{ card: { prompt_above: 0, service_tier: 'standard' }, multiplier: '0.9', service_tier: 'standard' },
  } as unknown as server.ReceiptCall
  const price = server
    .sumOfCall(call)
    .price.replace('.', '')
    .replace(/^0+(?=\d)/, '')
  const decimals = server.sumOfCall(call).price.split('.')[1]?.length ?? 0
  const paid = { ...call, cost_nano_usd: String(BigInt(price) * 10n ** BigInt(9 - decimals)) }
  const beside = 'ab'.repeat(32)
  const leaf = await hashLeaf(bytesOfText(canonicalJson(paid as never)))
  const path = [{ right: beside }, { left: beside }]
  const claims = { batch: 7, count: 3, day: DAY, node: 'n', root: hexOf(await climb(leaf, path)) }
  const jws = server.writeJws(kid, claims, server.signClaims({ kid, privateKey }, claims))
  const salted = await hashLeaf(joined(Uint8Array.from(Buffer.from(SALT, 'hex')), bytesOfText(jws)))
  const root = hexOf(await climb(salted, [{ left: beside }]))
  const receipt = {
    object: 'receipt',
    call: paid,
    batch: { path, jws },
    day: { path: [{ left: beside }], salt: SALT, root },
    sum: server.sumOfCall(paid),
  }
  const published: PublishedPrice = {
    ...{ version: 3, model: 'm "ü"' },
    cards: [
      {
        ...{ service_tier: 'standard', prompt_above: 0 },
        rates: { images: '0.04', input: usd(rate), output: '15.00', reasoning: '15.000000001' },
      },
    ],
  }
  return {
    receipt: receipt as unknown as Receipt,
    evidence: { keys: [{ kid, x }], dayRoots: [{ day: DAY, root, salt: SALT }], price: published },
  }
}
const usd = (nano: bigint): string => `${nano / 1_000_000_000n}.${String(nano % 1_000_000_000n).padStart(9, '0')}`

const figures = fc.record({
  ...{ input: fc.nat(2_000_000), output: fc.nat(90_000), reasoning: fc.nat(120_000), images: fc.nat(4) },
  rate: fc.bigInt({ min: 0n, max: 10n ** 12n }),
})
const GOOD = { sum: 'holds', hold: 'holds', rates: 'holds', path: 'holds', signature: 'holds', day: 'holds' }
const theirs = (receipt: Receipt, { dayRoots }: Evidence) =>
  server.verifyReceipt(canonicalJson(receipt as never), {
    keys: new Map([[kid, createPublicKey(publicKey.export({ format: 'pem', type: 'spki' }))]]),
    dayRoots: new Map((dayRoots ?? []).map((root) => [root.day, { ...root, batches: 2 }])),
  })

test(`a good receipt is good here and there; seed ${SEED}`, async () => {
  await fc.assert(
    fc.asyncProperty(figures, async (of) => {
      const { receipt, evidence } = await makeReceipt(of)
      assert.deepEqual(theirs(receipt, evidence).problems, [])
      assert.deepEqual(await statesOf(receipt, evidence), GOOD)
    }),
    { seed: SEED, numRuns: 50 },
  )
})

/** Every place of a receipt that holds a text or a number. */
const placesOf = (value: unknown, at: readonly string[] = []): readonly (readonly string[])[] =>
  typeof value === 'object' && value !== null ? Object.entries(value).flatMap(([name, member]) => placesOf(member, [...at, name])) : [at]

function alter(receipt: Receipt, place: readonly string[]): Receipt {
  const copy: unknown = structuredClone(receipt)
  let parent = copy as Record<string, unknown>
  for (const name of place.slice(0, -1)) parent = parent[name] as Record<string, unknown>
  const last = place.at(-1) ?? ''
  const old = parent[last]
  parent[last] = alteredLeaf(old)
  return copy as Receipt
}

/** Another number, another hash, another text. */
function alteredLeaf(old: unknown): unknown {
  if (typeof old === 'number') return old + 1
  if (/^[0-9a-f]{64}$/.test(String(old))) return `${String(old).startsWith('0') ? '1' : '0'}${String(old).slice(1)}`
  return `${String(old)}1`
}

test(`whatever is altered, some step is red; seed ${SEED}`, async () => {
  await fc.assert(
    fc.asyncProperty(figures, fc.nat(), async (of, pick) => {
      const { receipt, evidence } = await makeReceipt({ ...of, input: of.input + 1 })
      // The two sentences of a sum are not shown in the browser, and its shape is the server's to keep.
      const places = placesOf(receipt).filter((place) => !/^(?:object|sum\.(?:billing_rule|rounding))$/.test(place.join('.')))
      const place = places[pick % places.length] ?? []
      const altered = alter(receipt, place)
      if (canonicalJson(altered as never) === canonicalJson(receipt as never)) return
      const states = await statesOf(altered, evidence)
      assert.ok(Object.values(states).includes('broken'), `${place.join('.')}: ${JSON.stringify(states)}`)
    }),
    { seed: SEED, numRuns: 150 },
  )
})

test('each step breaks by itself, and is open where its evidence is not there', async () => {
  const { receipt, evidence } = await makeReceipt({ input: 100, output: 20, reasoning: 5, images: 1, rate: 3_000_000_000n })
  const bad = async (changed: object, of: Evidence = evidence) => await statesOf({ ...receipt, ...changed } as Receipt, of)
  assert.deepEqual(await bad({ batch: { ...receipt.batch, path: [] } }), { ...GOOD, path: 'broken' })
  assert.deepEqual(await bad({ day: null }), { ...GOOD, day: 'open' })
  assert.deepEqual(await bad({}, { keys: undefined, dayRoots: undefined, price: undefined }), {
    ...GOOD,
    ...{ rates: 'open', signature: 'open', day: 'open' },
  })
  assert.deepEqual(await bad({}, { ...evidence, keys: [] }), { ...GOOD, signature: 'broken' })
  const foreign = String(generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }).x)
  assert.deepEqual(await bad({}, { ...evidence, keys: [{ kid, x: foreign }] }), { ...GOOD, signature: 'broken' })
  const dearer = { ...evidence.price, cards: evidence.price?.cards.map((card) => ({ ...card, rates: { ...card.rates, input: '2.99' } })) }
  assert.deepEqual(await bad({}, { ...evidence, price: dearer as PublishedPrice }), { ...GOOD, rates: 'broken' })
  assert.deepEqual(await bad({ sum: { ...receipt.sum, cost: '0.01' } }), { ...GOOD, sum: 'broken' })
  assert.deepEqual(await bad({}, { ...evidence, dayRoots: [{ day: DAY, root: 'cd'.repeat(32), salt: SALT }] }), { ...GOOD, day: 'broken' })
})

test('recorded receipts of version 1 verify as they are', async () => {
  for (const receipt of RECORDED.receipts as Receipt[]) {
    const evidence = { price: undefined, keys: RECORDED.keys, dayRoots: RECORDED.dayRoots }
    assert.deepEqual(await statesOf(receipt, evidence), { ...GOOD, rates: 'open' })
  }
})

test(`base64url has one spelling here; seed ${SEED}`, () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 90 }), (bytes) => {
      const text = Buffer.from(bytes).toString('base64url')
      assert.equal(base64urlOf(Uint8Array.from(bytes)), text)
      assert.deepEqual(Buffer.from(bytesOfBase64url(text) ?? []), Buffer.from(bytes))
    }),
    { seed: SEED },
  )
  assert.equal(bytesOfBase64url('AB'), undefined)
  assert.equal(bytesOfBase64url('A=='), undefined)
})
