// Guarantee: searches are counted as the provider charges them, each query that is not empty once in its list, at every cut, and no bytes of a
// reply are kept or copied for it, however often the reply says that it searched.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { replay } from '../testing.ts'
import { gemini } from './index.ts'

const seed = Math.floor(performance.timeOrigin) % 2 ** 31
const LISTS = 10_000
const KEPT_BYTES_MAX = 2 * 1_048_576
const CHUNK_BYTES = 32_768

type Grounding = { readonly webSearchQueries?: readonly string[]; readonly imageSearchQueries?: readonly string[] }
type Candidate = { readonly groundingMetadata?: Grounding }
type Reply = { readonly candidates: readonly Candidate[] }

const words = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('"', '\\', '[]', '],[', '{"webSearchQueries":["x"]}', '\\"]'))
const query = fc.oneof(words, fc.constantFrom('', ' ', 'ferry', 'ferry', 'ferries', 'yrref', '\\'))
const grounding = fc.record(
  {
    searchEntryPoint: fc.record({ renderedContent: words }),
    webSearchQueries: fc.array(query),
    imageSearchQueries: fc.array(query),
    groundingChunks: fc.array(words),
  },
  { requiredKeys: [] },
)
const candidate = fc.record(
  {
    content: fc.record({ parts: fc.array(fc.record({ text: words })), role: fc.constant('model') }),
    groundingMetadata: grounding,
    finishReason: fc.constant('STOP'),
  },
  { requiredKeys: ['content'] },
)
const reply: fc.Arbitrary<Reply> = fc.record({
  candidates: fc.array(candidate, { maxLength: 12 }),
  usageMetadata: fc.constant({ promptTokenCount: 9, candidatesTokenCount: 1 }),
  modelVersion: fc.constant('gemini-3-pro'),
})

const told = (queries: readonly string[] = []): number => new Set(queries.filter((one) => one !== '')).size
const searchesOf = ({ candidates }: Reply): number =>
  candidates.reduce((sum, { groundingMetadata: { webSearchQueries, imageSearchQueries } = {} }) => {
    return sum + told(webSearchQueries) + told(imageSearchQueries)
  }, 0)

/** What a reader counts of some bytes that come cut at some places. */
function counted(bytes: Buffer, { isStream, cuts }: { readonly isStream: boolean; readonly cuts: readonly number[] }): number | undefined {
  const within = cuts.map((cut) => cut % bytes.length)
  return replay({ protocol: gemini, isStream, removesUsage: false }, bytes, within).reader.usage()?.webSearches
}

const cutAt = fc.array(fc.nat(), { maxLength: 12 })

test(`a reply’s searches are those of a plain parse (seed ${seed})`, () => {
  fc.assert(
    fc.property(reply, cutAt, fc.constantFrom(0, 2), (given, cuts, indent) => {
      assert.equal(counted(Buffer.from(JSON.stringify(given, undefined, indent)), { isStream: false, cuts }), searchesOf(given))
    }),
    { seed, numRuns: 200 },
  )
})

test(`a stream’s searches are those of the event that tells most (seed ${seed})`, () => {
  fc.assert(
    fc.property(fc.array(reply, { minLength: 1, maxLength: 4 }), cutAt, (given, cuts) => {
      const bytes = Buffer.from(given.map((event) => `data: ${JSON.stringify(event)}\r\n\r\n`).join(''))
      assert.equal(counted(bytes, { isStream: true, cuts }), Math.max(...given.map(searchesOf)))
    }),
    { seed, numRuns: 200 },
  )
})

test('a query that is told again or is empty is charged once, or not', () => {
  const metadata = { webSearchQueries: ['ferry', '', 'ferry', 'boat'], imageSearchQueries: ['', 'ferry', 'ferry'] }
  const given = { candidates: [{ groundingMetadata: metadata }], usageMetadata: { promptTokenCount: 9 }, modelVersion: 'gemini-3-pro' }
  assert.equal(counted(Buffer.from(JSON.stringify(given)), { isStream: false, cuts: [] }), 3)
  assert.equal(counted(Buffer.from(`data: ${JSON.stringify(given)}\n\n`), { isStream: true, cuts: [] }), 3)
})

test('as many candidates as may be asked for are counted, and a list of any length', () => {
  for (const [candidates, queries] of [
    [128, 3],
    [1, 20_000],
  ] as const) {
    const webSearchQueries = Array.from({ length: queries }, (_, index) => `ferry ${index}`)
    const given = { candidates: Array.from({ length: candidates }, () => ({ groundingMetadata: { webSearchQueries } })) }
    const bytes = Buffer.from(JSON.stringify({ ...given, usageMetadata: { promptTokenCount: 9 }, modelVersion: 'gemini-3-pro' }))
    assert.equal(counted(bytes, { isStream: false, cuts: [] }), candidates * queries)
  }
})

for (const isStream of [false, true]) {
  test(`a reply that says so thousands of times is neither kept nor copied for it (${isStream ? 'streamed' : 'whole'})`, (context) => {
    const lists = '"webSearchQueries":["a"],'.repeat(LISTS)
    const body = `{"candidates":[{"groundingMetadata":{${lists}"x":1}}],"usageMetadata":{"promptTokenCount":9},"modelVersion":"gemini-3-pro"}`
    const bytes = Buffer.from(isStream ? `data: ${body}\n\n` : body)
    const concat = Buffer.concat.bind(Buffer)
    let copied = 0
    context.mock.method(Buffer, 'concat', (parts: readonly Uint8Array[], length?: number) => {
      const joined = concat(parts, length)
      copied += joined.length
      return joined
    })
    const reader = gemini.readReply({ isStream, removesUsage: false })
    const before = process.memoryUsage().arrayBuffers
    for (let at = 0; at < bytes.length; at += CHUNK_BYTES) reader.push(bytes.subarray(at, at + CHUNK_BYTES))
    const grown = process.memoryUsage().arrayBuffers - before
    assert.ok(grown <= KEPT_BYTES_MAX, `${grown} bytes are kept of a reply of ${bytes.length}`)
    // An event of a stream is put together once, from its pieces.
    assert.ok(copied <= 2 * bytes.length, `${copied} bytes are copied of a reply of ${bytes.length}`)
    assert.equal(reader.usage()?.webSearches, LISTS)
  })
}
