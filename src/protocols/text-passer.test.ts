// Guarantee: texts are passed over by WebAssembly just as by JavaScript, however they are cut, and nothing of them stays in its memory.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { FailureError } from '../failures.ts'
import { JsonScanner } from './json-scanner.ts'
import { scanPlan } from './scan-plan.ts'
import { TEXT_PASSER, type TextPasser } from './text-passer.ts'
import { startTextPass, TextWindow } from './text-window.ts'
import { TextWords } from './text-words.ts'

const TEXT_PASS = startTextPass()
const WINDOW = new TextWindow(TEXT_PASS)
const PASSERS: readonly TextPasser[] = [new TextWords(), WINDOW]
/** Behind the tables of the routine. */
const MEMORY = Buffer.from(TEXT_PASS.memory.buffer).subarray(512)
const WIPED = Buffer.alloc(MEMORY.length)

const PLAN = scanPlan({ fields: ['model', 'usage'], marks: ['text', 'type'], captureBytesMax: 40_000 })

type Told = {
  readonly code: string | undefined
  readonly marks: readonly string[]
  readonly spans: readonly unknown[]
  readonly spare: number
}

/** All that a scan tells, of `text` cut before each of `cuts`: after each part, and at the end. */
function scan(text: Buffer, cuts: readonly number[], passer: TextPasser): readonly Told[] {
  const marks: string[] = []
  const told: Told[] = []
  const scanner = new JsonScanner(PLAN, (mark, start, end) => marks.push(`${mark} ${start} ${end} ${scanner.depth}`), passer)
  const note = (code: string | undefined): void => {
    const spans = [0, 1].map((field) => [scanner.startOf(field), scanner.endOf(field), scanner.captured(field)?.toString('latin1')])
    told.push({ code, marks: [...marks], spans: [...spans, scanner.openText, scanner.field, scanner.depth], spare: scanner.spare })
  }
  let from = 0
  for (const cut of [...cuts.map((at) => at % (text.length + 1)).toSorted((a, b) => a - b), text.length]) {
    const code = codeOf(() => scanner.push(Buffer.from(text.subarray(from, cut))))
    note(code)
    assert.ok(MEMORY.equals(WIPED), 'text stayed in memory')
    if (code !== undefined) return told
    from = cut
  }
  note(codeOf(() => scanner.end()))
  return told
}

function codeOf(work: () => void): string | undefined {
  try {
    work()
    return undefined
  } catch (error) {
    assert.ok(error instanceof FailureError)
    return error.failure.code
  }
}

function expectSame(text: Buffer, cuts: readonly number[]): void {
  const [words, window] = PASSERS.map((passer) => scan(text, cuts, passer))
  assert.deepEqual(window, words, text.toString('latin1'))
}

const PIECES = [
  'plain text of some words ',
  'é',
  '出租车',
  '😀',
  '\\n',
  '\\"',
  '\\\\',
  '\\/',
  '\\u00e9',
  '\\uD83D\\ude00',
  '\\uABCDEF01',
  // An escape of two bytes that would be one of six if its letter were not looked at.
  '\\u00e9\\bface',
  '\u007f',
]
const BROKEN = ['\u0000', '\u001f', '\n', '"', '\\', '\\x', '\\U0041', '\\u12g4', '\\u', '\\u00', '\\u00f', '\\u004"']
/** Texts as they stand between quotes: runs of one piece, as escapes often are, and now and then what may not stand there. */
const texts = fc
  .array(
    fc.tuple(fc.oneof({ weight: 60, arbitrary: fc.constantFrom(...PIECES) }, fc.constantFrom(...BROKEN)), fc.integer({ min: 1, max: 9 })),
    {
      maxLength: 30,
    },
  )
  .map((runs) => runs.map(([piece, count]) => piece.repeat(BROKEN.includes(piece) ? 1 : count)).join(''))
const wrapped = fc
  .array(fc.tuple(fc.constantFrom('model', 'usage', 'x', 'text', 'type'), texts), { minLength: 1, maxLength: 4 })
  .map((members) =>
    Buffer.from(`{"a":[{${members.map(([key, text]) => `"${key}":"${text}"`).join()}}],"model":"${members[0]?.[1] ?? ''}"}`),
  )
const cutsAnywhere = fc.array(fc.nat(), { maxLength: 5 })

test('a process that can has the window', () => {
  assert.ok(TEXT_PASSER instanceof TextWindow)
})

test('texts of all kinds, whole and broken, cut anywhere', () => {
  fc.assert(fc.property(wrapped, cutsAnywhere, expectSame), { numRuns: 6_000 })
})

test('texts of all kinds, at every cut', () => {
  const everywhere = (text: Buffer): void => {
    for (let cut = 0; cut <= text.length; cut += 1) expectSame(text, [cut])
  }
  fc.assert(fc.property(wrapped, everywhere), { numRuns: 25 })
})

test('any bytes, and JSON with some of its bytes changed', () => {
  const inText = (bytes: Uint8Array): Buffer => Buffer.concat([Buffer.from('{"text":"'), bytes, Buffer.from('"}')])
  const any = fc.uint8Array({ maxLength: 300 }).map(inText)
  const printable = fc.array(fc.integer({ min: 0x5a, max: 0x78 }), { maxLength: 400 }).map((bytes) => inText(Uint8Array.from(bytes)))
  const changed = fc.tuple(wrapped, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 3 })).map(([text, changes]) => {
    for (const [at, byte] of changes) text[at % text.length] = byte
    return text
  })
  fc.assert(fc.property(fc.oneof(any, printable, changed), cutsAnywhere, expectSame), { numRuns: 6_000 })
})

test('texts longer than the window, with what ends or escapes near each of its edges', () => {
  for (const piece of ['"', '\\n', '\\u00e9', '\\uZ', '\u0001', '\\'])
    for (let length = 16_384 - 90; length < 16_384 + 10; length += 1)
      for (const more of [0, 16_384, 32_768])
        expectSame(Buffer.from(`{"model":"${'z'.repeat(length + more)}${piece}${'z'.repeat(100)}"}`), [])
})

test('every byte after a backslash, and in place of each digit', () => {
  const before = 'f'.repeat(100)
  const quoted = (...parts: readonly (string | Uint8Array)[]): Buffer =>
    Buffer.concat(['{"text":"', before, ...parts, '"}'].map((part) => Buffer.from(part as string)))
  for (let byte = 0; byte < 256; byte += 1) {
    const one = Uint8Array.of(byte)
    expectSame(quoted('\\', one, before), [])
    for (let at = 0; at < 4; at += 1) expectSame(quoted('\\u', '0'.repeat(at), one, '0'.repeat(3 - at), before), [])
  }
})

test('each place that a passer stops at is where a byte-by-byte reading stops, whatever it had before', () => {
  // A letter of an escape and a digit as well: what is left of it may not be taken for more of the text.
  const before = Buffer.alloc(40_000, 'f')
  fc.assert(
    fc.property(texts, fc.nat(), (text, start) => {
      const chunk = Buffer.from(text)
      const from = start % (chunk.length + 1)
      for (const passer of PASSERS) {
        passer.pass(before, 0)
        const stop = passer.pass(chunk, from)
        assert.deepEqual(byteByByte(chunk, from, stop), { stop, spare: passer.spare, isStop: true })
        passer.letGo()
      }
    }),
    { numRuns: 6_000 },
  )
})

/** Text and escapes from `from` on up to `limit`, and whether it is right to stop there. */
function byteByByte(chunk: Buffer, from: number, limit: number): { stop: number; spare: number; isStop: boolean } {
  let stop = from
  let spare = 0
  while (stop < Math.min(limit, chunk.length)) {
    const escaped = /^\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4})/.exec(chunk.toString('latin1', stop, stop + 6))?.[0]
    const byte = chunk[stop] as number
    if (escaped === undefined && (byte < 0x20 || byte === 0x22 || byte === 0x5c)) break
    spare += escaped === undefined ? 0 : escaped.length / 2
    stop += escaped?.length ?? 1
  }
  const byte = chunk[stop]
  return { stop, spare, isStop: byte === undefined || byte < 0x20 || byte === 0x22 || byte === 0x5c }
}

test('a scan within a scan, over the same bytes or others, disturbs neither', () => {
  const text = Buffer.from(
    JSON.stringify({ a: [{ type: 'x'.repeat(300), text: 'y\n'.repeat(20_000) }, { text: 'z'.repeat(500) }], model: 'é\\'.repeat(99) }),
  )
  const other = Buffer.from(JSON.stringify({ text: '\\'.repeat(18_000) }))
  const alone = scan(text, [], WINDOW).at(-1)
  for (const within of [text, other]) {
    const marks: string[] = []
    const scanner = new JsonScanner(
      PLAN,
      (mark, start, end) => {
        marks.push(`${mark} ${start} ${end} ${scanner.depth}`)
        const inner = new JsonScanner(PLAN, undefined, WINDOW)
        inner.push(within)
        inner.end()
      },
      WINDOW,
    )
    scanner.push(text)
    assert.deepEqual([marks, scanner.spare], [alone?.marks, alone?.spare])
  }
})
