import { gzipSync } from 'node:zlib'
import type { Flood } from './flood.ts'

/** A door that floods go to, and how a request to it begins. */
export type FloodedDoor = {
  readonly name: string
  readonly port: number
  readonly line: string
  readonly headers: readonly string[]
  /** What a body begins with that this door would read on. */
  readonly opening: string
  /** Whether bodies are forms. */
  readonly isForm?: boolean
}

/** A flood, and the answers that are right for it. */
export type FloodCase = { readonly name: string; readonly flood: Flood; readonly statuses: readonly number[] }

const MEGABYTE = 1_000_000
const [DEPTH, KEYS, VALUES, FIELDS, PARTS] = [1_000_000, 2_000_000, 9_000_000, 100_000, 100_000] as const
/** Node answers 431 to a head that is too long, and 400 to one that is none; a connection that is ended instead has cost no more. */
const HEAD_REFUSED = [431, 400, 0]
const BODY_REFUSED = [400, 413, 415, 422]

/** Every flood for a door; `marker` stands in all that is sent, `megabytes` is how long the longest bodies are. */
export function floodsOf(
  door: FloodedDoor,
  { marker, megabytes }: { readonly marker: string; readonly megabytes: number },
): readonly FloodCase[] {
  const of = (
    name: string,
    statuses: readonly number[],
    more: Partial<Flood> & { readonly extra?: readonly string[]; readonly line?: string },
  ): FloodCase => ({
    ...{ name: `${door.name}: ${name}`, statuses },
    flood: {
      ...{ port: door.port, body: () => [], ...more },
      head: [more.line ?? door.line, 'host: farebox.example', ...door.headers, ...(more.extra ?? [])],
    },
  })
  const json = door.isForm === true ? 'content-type: multipart/form-data; boundary=b' : 'content-type: application/json'
  const whole = (name: string, text: string, statuses: readonly number[] = BODY_REFUSED): FloodCase =>
    of(name, statuses, { extra: [json, `content-length: ${Buffer.byteLength(text)}`], body: () => [text] })
  const opening = `${door.opening}"${marker}`
  const target = door.line.split(' ')[1] ?? '/'
  return [
    of('a body that says how long it is', [413], {
      extra: [json, `content-length: ${megabytes * MEGABYTE}`],
      body: () => endless(opening, megabytes),
    }),
    of('a body in chunks', [413], { extra: [json], isChunked: true, body: () => endless(opening, megabytes) }),
    of('a body in chunks of a byte', [413, 400], { extra: [json], isChunked: true, body: () => tiny(opening) }),
    whole('a list in a list, a million times', `${door.opening}${'['.repeat(DEPTH)}"${marker}"${']'.repeat(DEPTH)}}`),
    whole('an object in an object', `${door.opening}${'{"a":'.repeat(DEPTH / 5)}"${marker}"${'}'.repeat(DEPTH / 5)}}`),
    whole('two million keys', `${door.opening}{${keys((index) => `k${index}`)},"${marker}":1}}`),
    whole('keys that are numbers far apart', `${door.opening}{${keys((index) => String(index * 1024))},"${marker}":1}}`),
    whole('nine million numbers', `${door.opening}[${'1,'.repeat(VALUES)}"${marker}"]}`),
    whole('escapes and nothing else', `${door.opening}["${marker}${'\\n\\u4e2d'.repeat(VALUES / 4)}"}`),
    whole('white space and nothing else', `${door.opening}["${marker}"${' '.repeat(2 * VALUES)}}`),
    whole('a number of many digits', `${door.opening}["${marker}",${'1'.repeat(2 * VALUES)}]}`),
    whole('one key two million times', `${door.opening}{${keys(() => 'a')},"${marker}":1}}`),
    of('a hundred thousand headers', HEAD_REFUSED, { extra: Array.from({ length: FIELDS }, (_, index) => `x-${index}: ${marker}`) }),
    of('a header of 100 kB', HEAD_REFUSED, { extra: [`x-long: ${marker}${'a'.repeat(100_000)}`] }),
    of('a path of 100 kB', [...HEAD_REFUSED, 414], { line: door.line.replace(target, `${target}?q=${'a'.repeat(100_000)}`) }),
    of('a gzip bomb', BODY_REFUSED, bombOf(json)),
    ...(door.isForm === true ? [formOf(of, marker)] : []),
  ]
}

/** A text that begins as the door awaits it and goes on for so many megabytes. */
function* endless(opening: string, megabytes: number): Generator<string | Buffer> {
  yield opening
  const piece = Buffer.alloc(100_000, 'a')
  for (let sent = 0; sent < megabytes * MEGABYTE; sent += piece.length) yield piece
}

function* tiny(opening: string): Generator<string> {
  yield opening
  for (let sent = 0; sent < 200_000; sent += 1) yield 'a'
}

const keys = (name: (index: number) => string): string => Array.from({ length: KEYS }, (_, index) => `"${name(index)}":1`).join(',')

function bombOf(json: string): Partial<Flood> & { readonly extra: readonly string[] } {
  const bomb = gzipSync(Buffer.alloc(100 * MEGABYTE))
  return { extra: [json, 'content-encoding: gzip', `content-length: ${bomb.length}`], body: () => [bomb] }
}

type Of = (name: string, statuses: readonly number[], more: Partial<Flood> & { readonly extra?: readonly string[] }) => FloodCase

function formOf(of: Of, marker: string): FloodCase {
  const part = (index: number): string => `--b\r\ncontent-disposition: form-data; name="p${index}"\r\n\r\n${marker}\r\n`
  return of('a form of a hundred thousand parts', BODY_REFUSED, {
    ...{ extra: ['content-type: multipart/form-data; boundary=b'], isChunked: true },
    body: function* () {
      for (let index = 0; index < PARTS; index += 1) yield part(index)
      yield '--b--\r\n'
    },
  })
}
