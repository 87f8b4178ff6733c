// Guarantee: a form is read the same however its bytes are cut, the content of its files is told byte for byte, and whatever readers of
// forms could take in two ways is refused.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { FailureError } from '../../failures.ts'
import { boundaryOf, FormReader } from './index.ts'
import type { PartHead } from './part-head.ts'
import { MultipartScanner } from './scanner.ts'

const BOUNDARY = 'cut-here'

type Part = { readonly name: string; readonly fileName?: string; readonly content: Buffer }

const partBytes = ({ name, fileName, content }: Part): Buffer => {
  const file = fileName === undefined ? '' : `; filename="${fileName}"\r\nContent-Type: audio/mpeg`
  return Buffer.concat([
    Buffer.from(`--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"${file}\r\n\r\n`),
    content,
    Buffer.from('\r\n'),
  ])
}
const formBytes = (parts: readonly Part[]): Buffer => Buffer.concat([...parts.map(partBytes), Buffer.from(`--${BOUNDARY}--\r\n`)])

/** Contents that come close to a delimiter. */
const content = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
      fc.constantFrom(...['\r\n', '--', '\r\n--', '\r\n--cut-her', '-', '\r', 'cut-here'].map((text) => Buffer.from(text))),
    ),
  )
  .map((parts) => Buffer.concat(parts))
  .filter((bytes) => !bytes.includes(`--${BOUNDARY}`))
const name = fc.stringMatching(/^[a-z_[\]]{1,12}$/)
const part: fc.Arbitrary<Part> = fc.oneof(
  fc.record({ name, content }),
  fc.record({ name, fileName: fc.stringMatching(/^[\w .äé-]{1,12}$/), content }),
)
const form = fc.array(part, { minLength: 1, maxLength: 5 })
const cuts = fc.array(fc.nat(), { maxLength: 30 })

/** Calls with the pieces of some bytes. */
function pieces(bytes: Buffer, at: readonly number[], take: (piece: Buffer) => void): void {
  const places = [...new Set(at.map((place) => place % (bytes.length + 1)))].toSorted((a, b) => a - b)
  let from = 0
  for (const to of [...places, bytes.length]) {
    take(Buffer.from(bytes.subarray(from, to)))
    from = to
  }
}

function scan(bytes: Buffer, at: readonly number[]): readonly Part[] {
  const parts: { head: PartHead; content: Buffer[]; start: number; end: number }[] = []
  const scanner = new MultipartScanner(BOUNDARY, {
    onPart: (head, start) => void parts.push({ head, content: [], start, end: -1 }),
    onContent: (chunk) => void parts.at(-1)?.content.push(Buffer.from(chunk)),
    onPartEnd: (end) => {
      const last = parts.at(-1)
      if (last !== undefined) last.end = end
    },
  })
  pieces(bytes, at, (piece) => scanner.push(piece))
  scanner.end()
  return parts.map(({ head, content: told, start, end }) => {
    assert.deepEqual(Buffer.concat(told), bytes.subarray(start, end))
    return { name: head.name, content: Buffer.concat(told), ...(head.isFile ? { fileName: '' } : {}) }
  })
}

test('any form cut anywhere tells its parts and their bytes', () => {
  fc.assert(
    fc.property(form, cuts, (parts, at) => {
      const expected = parts.map(({ name: own, fileName, content: bytes }) => ({
        name: own,
        content: bytes,
        ...(fileName === undefined ? {} : { fileName: '' }),
      }))
      assert.deepEqual(scan(formBytes(parts), at), expected)
    }),
  )
})

test('a form that lacks its end, or has anything changed into another delimiter, is refused or told as it is, never otherwise', () => {
  fc.assert(
    fc.property(form, cuts, fc.nat(), fc.uint8Array({ maxLength: 6 }), (parts, at, place, put) => {
      const whole = formBytes(parts)
      const where = place % (whole.length - 2)
      assert.throws(() => scan(whole.subarray(0, where), at), FailureError)
      const changed = Buffer.concat([whole.subarray(0, where), Buffer.from(put), whole.subarray(where + put.length)])
      const read = (places: readonly number[]): unknown => {
        try {
          return scan(changed, places)
        } catch (thrown) {
          assert.ok(thrown instanceof FailureError)
          return thrown.failure.code
        }
      }
      assert.deepEqual(read(at), read([]))
    }),
  )
})

const head = (disposition: string): Buffer => Buffer.from(`--${BOUNDARY}\r\n${disposition}\r\n\r\nwhisper\r\n--${BOUNDARY}--\r\n`)

test('what readers take in two ways is refused', () => {
  const ordinary = 'Content-Disposition: form-data; name="model"'
  assert.equal(scan(head(ordinary), [])[0]?.name, 'model')
  assert.equal(scan(head("content-disposition: form-data; filename*=utf-8''a.mp3; name=model"), [])[0]?.name, 'model')
  const twofold: readonly Buffer[] = [
    head('Content-Disposition: form-data; name="a"; filename="b\\"; name=\\"model"'),
    head('Content-Disposition: form-data; name="a"; name="model"'),
    head('Content-Disposition: form-data; name="a"; name*=utf-8\'\'model'),
    head(`${ordinary}\r\nContent-Disposition: form-data; name="a"`),
    head(`${ordinary}\r\nContent-Transfer-Encoding: base64`),
    head('Content-Disposition: form-data;\r\n name="model"'),
    head('Content-Disposition: attachment; name="model"'),
    head('Content-Type: text/plain'),
    Buffer.from(head(ordinary).toString().replaceAll('\r\n', '\n')),
    Buffer.from(`preamble\r\n${head(ordinary).toString()}`),
    Buffer.from(`${head(ordinary).toString()}epilogue`),
    Buffer.from(head(ordinary).toString().replace('whisper', `whisper\n--${BOUNDARY}`)),
    Buffer.from(head(ordinary).toString().replace('whisper', `whisper\r\n--${BOUNDARY} \r\n`)),
    Buffer.from(head(ordinary).toString().replace('whisper', `whisper--${BOUNDARY}`)),
  ]
  for (const bytes of twofold) assert.throws(() => scan(bytes, []), { message: 'invalid_multipart' }, bytes.toString())
})

test('heads and numbers of parts are bounded, and of files only their length is known', () => {
  assert.throws(() => scan(head(`Content-Disposition: form-data; name="${'a'.repeat(10_000)}"`), [500, 9_000]), FailureError)
  assert.throws(() => scan(formBytes(Array.from({ length: 1_001 }, () => ({ name: 'a', content: Buffer.from('b') }))), []), FailureError)
  const reader = new FormReader(BOUNDARY, ['model'])
  reader.push(partBytes({ name: 'file', fileName: 'a', content: Buffer.alloc(0) }).subarray(0, -2))
  const chunk = Buffer.alloc(65_536, 1)
  for (let count = 0; count < 2_000; count += 1) reader.push(chunk)
  assert.ok(reader.fileBytes > 1_999 * 65_536)
})

test('wanted fields are kept with their place; twice, as a file, too long or in capitals they are refused', () => {
  const read = (...parts: readonly Part[]): FormReader => {
    const reader = new FormReader(BOUNDARY, ['model', 'n'])
    reader.push(formBytes(parts))
    reader.end()
    return reader
  }
  const model = { name: 'model', content: Buffer.from('whisper') }
  const form = formBytes([{ name: 'file', fileName: 'a', content: Buffer.from('123') }, model])
  const reader = read({ name: 'file', fileName: 'a', content: Buffer.from('123') }, model)
  const span = reader.spanOf('model')
  assert.equal(form.toString('utf8', span?.start, span?.end), 'whisper')
  assert.deepEqual([reader.fileBytes, reader.textBytes, reader.isComplete, reader.text('n')], [3, 7, true, undefined])
  assert.throws(() => read(model, model), { message: 'duplicate_field' })
  for (const odd of [
    { ...model, fileName: 'a' },
    { ...model, name: 'Model' },
    ...['models', 'fallbacks', 'Provider', 'models[]', 'models[0]', 'route', 'preset'].map((name) => ({ ...model, name })),
    { ...model, content: Buffer.alloc(300, 97) },
  ])
    assert.throws(() => read(odd), { message: 'invalid_field' })
  for (const count of ['0', '11', '-1', '1.5', 'x', '']) {
    assert.throws(() => read({ name: 'n', content: Buffer.from(count) }).wholeNumber('n', 10), { message: 'invalid_field' })
  }
})

test('boundaries are those that everyone reads alike', () => {
  assert.equal(boundaryOf('multipart/form-data; boundary=----WebKitFormBoundary7'), '----WebKitFormBoundary7')
  assert.equal(boundaryOf('Multipart/Form-Data;boundary="a b"'), undefined)
  assert.equal(boundaryOf('multipart/form-data; boundary="a:b"'), 'a:b')
  // Clients in Java name a charset, before the boundary or after it.
  for (const told of ['; charset=UTF-8; boundary=a', ';charset="ISO-8859-1";boundary="a"', '; boundary=a; charset=utf-8']) {
    assert.equal(boundaryOf(`multipart/form-data${told}`), 'a')
  }
  for (const odd of [
    undefined,
    'application/json',
    'multipart/form-data',
    'multipart/form-data; boundary=a; boundary=b',
    `multipart/form-data; boundary=${'a'.repeat(71)}`,
  ])
    assert.equal(boundaryOf(odd), undefined)
})
