// A canary is found in every spelling, digest and packing it may have been written down in, wherever it lies, and nothing else is.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { ByteSearch } from './byte-search.ts'
import { makeCanary, patternsOf } from './canary.ts'
import { PlaceSearch, processTree } from './places.ts'

const folder = mkdtempSync(join(tmpdir(), 'farebox-canary-'))
after(() => rmSync(folder, { recursive: true }))

const canary = makeCanary()
const prompt = `Please repeat: ${canary}`
const patterns = [...patternsOf(canary, [prompt]), ...patternsOf(makeCanary())]
const formsIn = (bytes: Buffer | string): readonly string[] => {
  const search = new PlaceSearch(patterns)
  search.text('text', bytes)
  return search.found.map(({ form }) => form)
}

const everyForm: Readonly<Record<string, (text: string) => Buffer | string>> = {
  plain: (text) => text,
  'in JSON': (text) => JSON.stringify({ text: `"${text}"` }),
  'json escapes': (text) => [...text].map((letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
  'url escapes': (text) => [...text].map((letter) => `%${letter.charCodeAt(0).toString(16)}`).join(''),
  upper: (text) => text.toUpperCase(),
  hex: (text) => Buffer.from(text).toString('hex'),
  'utf-16': (text) => Buffer.from(text, 'utf16le'),
  reversed: (text) => [...text].reverse().join(''),
  'base64, 0': (text) => Buffer.from(`abc${text}!`).toString('base64'),
  'base64, 1': (text) => Buffer.from(`a${text}!?`).toString('base64'),
  'base64url, 2': (text) => Buffer.from(`ab${text}é`).toString('base64url'),
  'a third': (text) => text.slice(12, 24),
  gzip: (text) => Buffer.concat([Buffer.from('before'), gzipSync(`{"a":"${text}"}`), Buffer.from('after')]),
  zlib: (text) => Buffer.concat([Buffer.from('before'), deflateSync(`{"a":"${text}"}`), Buffer.from('after')]),
  zstd: (text) => Buffer.concat([Buffer.from('before'), zstdCompressSync(`{"a":"${text}"}`), Buffer.from('after')]),
}

for (const [form, spell] of Object.entries(everyForm)) {
  test(`found: ${form}`, () => {
    assert.notDeepEqual(formsIn(spell(canary)), [])
    assert.deepEqual(formsIn(spell(makeCanary())), [], 'another canary is not this one')
  })
}

test('found: digests of the canary and of the text around it, cut short, in four spellings', () => {
  for (const text of [canary, prompt]) {
    for (const algorithm of ['md5', 'sha1', 'sha256', 'sha512']) {
      const digest = createHash(algorithm).update(text).digest()
      for (const spelled of [digest, digest.toString('hex').slice(0, 16), digest.toString('base64'), digest.toString('base64url')])
        assert.notDeepEqual(formsIn(spelled), [], algorithm)
    }
  }
})

test('found wherever it lies, also across the seams of a large file, and in the name of one', () => {
  fc.assert(
    fc.property(fc.nat(6_000_000), (offset) => {
      const bytes = Buffer.alloc(6_100_000, 'cnry_abc')
      bytes.write(canary, offset)
      const path = join(folder, 'large')
      writeFileSync(path, bytes)
      const search = new PlaceSearch(patterns)
      assert.equal(search.file(path), true)
      assert.ok(search.found.some(({ form, place }) => form === 'plain' && place === path))
    }),
    { numRuns: 6, examples: [[4 * 1024 * 1024 - 10], [0]] },
  )
  writeFileSync(join(folder, canary), '')
  const search = new PlaceSearch(patterns)
  search.folder(folder)
  assert.ok(search.found.some(({ place }) => place.startsWith('name of')))
})

test('a search agrees with the naive one over any bytes', () => {
  const letters = fc.uint8Array({ minLength: 8, maxLength: 12, max: 2 })
  fc.assert(
    fc.property(fc.array(letters, { minLength: 1, maxLength: 5 }), fc.uint8Array({ max: 2, maxLength: 400 }), (wanted, haystack) => {
      const bytes = Buffer.from(haystack)
      const hits = new ByteSearch(wanted.map((pattern, index) => ({ bytes: Buffer.from(pattern), canary: String(index), form: '' }))).scan(
        bytes,
      )
      wanted.forEach((pattern, index) => {
        const first = hits.find((hit) => hit.canary === String(index))?.offset ?? -1
        assert.equal(first, bytes.indexOf(Buffer.from(pattern)))
      })
    }),
    { numRuns: 200 },
  )
})

test('patterns under eight bytes are refused, as they are met by chance', () => {
  assert.throws(() => new ByteSearch([{ bytes: Buffer.from('1234567'), canary: 'a', form: 'b' }]), RangeError)
})

test('a process is searched with those it started', () => {
  const search = new PlaceSearch([{ bytes: Buffer.from('canary.test'), canary: 'x', form: 'argument' }])
  for (const pid of processTree(process.pid)) search.process(pid)
  assert.ok(search.found.some(({ place }) => place.endsWith('/cmdline')))
})
