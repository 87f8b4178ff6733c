// Guarantee: the same events with the same byte ranges are told however a stream is cut, and they are those of the standard.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createParser } from 'eventsource-parser'
import fc from 'fast-check'
import { EVENT_BYTES_MAX, SseScanner } from './sse-scanner.ts'

type Told = { readonly data: string; readonly start: number; readonly end: number }

function scan(stream: Buffer, cuts: readonly number[]): Told[] {
  const told: Told[] = []
  const scanner = new SseScanner(({ bytes, from, to, start, end }) => told.push({ data: bytes.toString('utf8', from, to), start, end }))
  let from = 0
  for (const cut of [...cuts.toSorted((a, b) => a - b), stream.length]) {
    scanner.push(Buffer.from(stream.subarray(from, cut)))
    from = cut
  }
  scanner.end()
  return told
}

const line = fc.oneof(
  fc.constantFrom('', '', 'data', 'data:', 'data: ', ':', ': note', 'event: ping', 'id: 1', 'retry: 5', 'datax: 1', 'dat'),
  fc.string({ maxLength: 12 }).map((text) => `data: ${text.replace(/[\r\n]/g, '')}`),
  fc.constant('data:{"a":"é€😀"}'),
)
const stream = fc
  .tuple(fc.array(fc.tuple(line, fc.constantFrom('\n', '\n', '\r\n', '\r')), { maxLength: 12 }), fc.boolean())
  .map(([lines, hasBom]) => Buffer.from((hasBom ? '\ufeff' : '') + lines.map(([text, end]) => text + end).join('')))

test('tells the same at every cut and byte by byte', () => {
  fc.assert(
    fc.property(stream, (bytes) => {
      const whole = scan(bytes, [])
      for (let cut = 0; cut <= bytes.length; cut += 1) assert.deepEqual(scan(bytes, [cut]), whole)
      assert.deepEqual(scan(bytes, [...bytes.keys()]), whole)
    }),
    { numRuns: 1_000 },
  )
})

test('tells what another parser tells of finished streams', () => {
  fc.assert(
    fc.property(stream, (bytes) => {
      const finished = Buffer.concat([bytes, Buffer.from('\n\n')])
      const expected: string[] = []
      const parser = createParser({ onEvent: ({ data }) => expected.push(data) })
      parser.feed(finished.toString())
      assert.deepEqual(
        scan(finished, []).map(({ data }) => data),
        expected,
      )
    }),
    { numRuns: 3_000 },
  )
})

test('tells a last event without its blank line or line end', () => {
  assert.deepEqual(scan(Buffer.from('data: 1\n\ndata: 2'), []), [
    { data: '1', start: 0, end: 9 },
    { data: '2', start: 9, end: 16 },
  ])
})

test('the range of an event reaches to the end of its blank line', () => {
  const bytes = Buffer.from(': note\r\ndata: 1\r\n\r\ndata: 2\n\n\n\ndata: 3\r\rdata: 4\r\n\r\n')
  const ranges = scan(bytes, []).map(({ start, end }) => bytes.toString('utf8', start, end))
  assert.deepEqual(ranges, [': note\r\ndata: 1\r\n\r\n', 'data: 2\n\n', 'data: 3\r\r', 'data: 4\r\n\r\n'])
})

test('an event beyond the bound is not told, and those after it are', () => {
  const long = Buffer.from(`data: ${'x'.repeat(EVENT_BYTES_MAX)}\n\ndata: next\n\n`)
  assert.deepEqual(
    scan(long, [EVENT_BYTES_MAX / 2, EVENT_BYTES_MAX + 7]).map(({ data }) => data),
    ['next'],
  )
})
