/** Bytes of a request that may be whole, plain, both or neither; of two readers that know where it ends each has to know the same. */
export type RequestCase = { readonly bytes: Buffer }

type Random = () => number

const FIELDS: readonly string[] = [
  'User-Agent: a/1.0 (b; c)',
  'Accept: */*',
  'accept: application/json, text/event-stream;q=0.5',
  'Authorization: Bearer sk-abc',
  'x-api-key:sk-abc',
  'Content-Type: application/json; charset="utf-8"',
  'Connection: keep-alive',
  'connection: Keep-Alive',
  'Accept-Encoding: gzip, deflate, br',
  'X-Empty:',
  'X-Blank: \t ',
  'X-Forwarded-For: 192.0.2.1, [2001:db8::1]:80',
  'cookie: a=b; c="d"',
  "x!#$%&'*+-.^_`|~9: y",
  'traceparent: 00-0-0-01',
  'constructor: y',
]
const ODD_FIELDS: readonly string[] = [
  'Transfer-Encoding: chunked',
  'Transfer-Encoding: identity',
  'Content-Length: 3',
  'Content-Length: 2',
  'content-length : 2',
  'Host: b',
  'Expect: 100-continue',
  'Connection: close',
  'Connection: upgrade',
  'Upgrade: websocket',
  '__proto__: y',
  'X: y\r\n folded',
  ' X: y',
  'X\t: y',
  'X',
  ': y',
  'X: \x7f',
  'X: \xe9',
  'X: a\rb',
  'X: a\nb',
  'TE: trailers',
  'Trailer: x',
]
const LINES: readonly string[] = [
  'POST /v1/chat/completions HTTP/1.1',
  'POST /v1/messages HTTP/1.1',
  'POST /v1/messages HTTP/1.0',
  'GET /v1/messages HTTP/1.1',
  'POST /v1/messages?a=b HTTP/1.1',
  'POST  /v1/messages HTTP/1.1',
]
const BYTES: readonly string[] = [...'\r\n\t \0:;,\v\f\x7f\x80\xff0129aAxX/-_"\'', '\r\n', '\n\n', '\r\n ', '\r\n\r\n', ' :', '\r\n\t']

/** One request out of a seed: mostly plain, some odd by a field or a line, some with bytes put in, taken out or made others. */
export function requestCase(random: Random): RequestCase {
  const pick = <T>(from: readonly T[], otherwise: T): T => from[Math.floor(random() * from.length)] ?? otherwise
  const line = random() < 0.9 ? pick(LINES.slice(0, 2), '') : pick(LINES, '')
  const fields = FIELDS.filter(() => random() < 0.25)
  if (random() < 0.15) fields.push(pick(ODD_FIELDS, ''))
  if (random() < 0.98) fields.push(pick(['Host: a.example', 'host:127.0.0.1:80', 'HOST: [::1]:8080'], ''))
  const body = 'b'.repeat(Math.floor(random() * 20))
  if (random() < 0.98) fields.push(pick(['Content-Length: ', 'content-length:', 'CONTENT-LENGTH:\t'], '') + body.length)
  fields.sort(() => random() - 0.5)
  let text = `${line}\r\n${fields.join('\r\n')}\r\n\r\n${body}`
  for (let times = random() < 0.45 ? 1 + Math.floor(random() * 3) : 0; times > 0; times -= 1) text = mutated(text, random, pick(BYTES, ''))
  return { bytes: Buffer.from(text, 'latin1') }
}

/** Lengths as they may be told, of which some are none. */
const LENGTHS: readonly string[] = [
  ...['1', '7', '12', '19', '345', '1000000', '9999999999', '12345678901'],
  ...['0', '00', '007', '', '+1', '1 2', '1 ', '1\t', ' 5', '1,1', '0x1', '1\x00'],
]

/** A request that is like another one, as the next on its connection often is: the same, of another length, with bytes made others, or cut short. */
export function nextCase({ bytes }: RequestCase, random: Random): RequestCase {
  const kind = random()
  let text = bytes.toString('latin1')
  if (kind < 0.6) text = text.replace(/^(content-length:[\t ]*)[^\r\n]*/im, `$1${LENGTHS[Math.floor(random() * LENGTHS.length)]}`)
  if (kind > 0.5 && kind < 0.8) text = mutated(text, random, BYTES[Math.floor(random() * BYTES.length)] ?? '')
  if (kind > 0.95) text = text.slice(0, Math.floor(random() * text.length))
  return { bytes: Buffer.from(text, 'latin1') }
}

function mutated(text: string, random: Random, bytes: string): string {
  const at = Math.floor(random() * (text.length + 1))
  const gone = random() < 0.5 ? 0 : 1 + Math.floor(random() * 3)
  return text.slice(0, at) + (random() < 0.2 ? '' : bytes) + text.slice(at + gone)
}
