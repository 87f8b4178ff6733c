/** Bytes that two readers could divide into requests at different places; `name` says by what. */
export type SmugglingVector = { readonly name: string; readonly bytes: Buffer }

/** What a request that was smuggled asks for; nobody else asks for it. */
export const SMUGGLED_PATH = '/smuggled'

const PATH = '/v1/chat/completions'
const BODY = '{"model":"sim-chat"}'
const INNER = `GET ${SMUGGLED_PATH} HTTP/1.1\r\nHost: a.example\r\n\r\n`
const CHUNKS = `${BODY.length.toString(16)}\r\n${BODY}\r\n0\r\n\r\n`

/** Ways to write Transfer-Encoding that some readers take for it and others do not. */
const CODINGS: readonly string[] = [
  'Transfer-Encoding: chunked',
  'transfer-encoding: chunked',
  'TRANSFER-ENCODING: CHUNKED',
  'Transfer-Encoding:chunked',
  'Transfer-Encoding:  chunked',
  'Transfer-Encoding:\tchunked',
  'Transfer-Encoding: chunked ',
  'Transfer-Encoding: chunked\t',
  'Transfer-Encoding : chunked',
  'Transfer-Encoding\t: chunked',
  ' Transfer-Encoding: chunked',
  'Transfer-Encoding: "chunked"',
  "Transfer-Encoding: 'chunked'",
  'Transfer-Encoding: chunked, identity',
  'Transfer-Encoding: identity, chunked',
  'Transfer-Encoding: identity',
  'Transfer-Encoding: xchunked',
  'Transfer-Encoding: chunkedx',
  'Transfer-Encoding: chunked;q=1',
  'Transfer-Encoding: gzip, chunked',
  'Transfer-Encoding: ,chunked',
  'Transfer-Encoding: chunked,',
  'Transfer-Encoding:\r\n chunked',
  'Transfer-Encoding:\r\n\tchunked',
  'Transfer-Encoding:\n chunked',
  'Transfer-Encoding: chunked\r\nTransfer-Encoding: x',
  'Transfer-Encoding: x\r\nTransfer-Encoding: chunked',
  'Transfer-Encoding: chunked\r\nTransfer-encoding: cow',
  'Transfer-Encoding: \x0bchunked',
  'Transfer-Encoding: \x00chunked',
  'Transfer-Encoding: chunked\x00',
  'Transfer-Encoding: \x85chunked',
  'Transfer-Encoding: \xa0chunked',
  'Transfer_Encoding: x\r\nTransfer-Encoding: chunked',
  'X: y\nTransfer-Encoding: chunked',
  'X: y\rTransfer-Encoding: chunked',
  'X: y\r\n\tTransfer-Encoding: chunked',
  'Transfer-Encoding\x00: chunked',
  'Transfer-Encoding\x0b: chunked',
  'Content-Encoding: x\r\nTransfer-Encoding: \r\n chunked',
]

/** Ways to write a length that some readers take for another; `N` stands for the true one. */
const LENGTHS: readonly string[] = [
  'Content-Length: N\r\nContent-Length: N',
  'Content-Length: N\r\nContent-Length: 0',
  'Content-Length: 0\r\nContent-Length: N',
  'Content-Length: N\r\ncontent-length: 1',
  'Content-Length: N, N',
  'Content-Length: N,0',
  'Content-Length: +N',
  'Content-Length: -N',
  'Content-Length: 0N',
  'Content-Length: 000N',
  'Content-Length: 0xN',
  'Content-Length: N.0',
  'Content-Length: Ne0',
  'Content-Length: N;',
  'Content-Length: "N"',
  'Content-Length: N\x00',
  'Content-Length: \x0bN',
  'Content-Length: N\x0b',
  'Content-Length: \xa0N',
  'Content-Length : N',
  'Content-Length\t: N',
  ' Content-Length: N',
  '\tContent-Length: N',
  'Content-Length:\r\n N',
  'Content-Length: N\r\n 0',
  'Content-Length: N 0',
  'Content-Length: 1_0',
  'Content-Length: 18446744073709551616',
  'Content-Length: 99999999999999999999',
  'Content-Length: ',
  'Content-Length: 0',
  'Content-Length: 00',
  'Content-Length: a',
  'Content-Length\x00: N',
  'Content-Length\x0b: N',
  'X-Length: N',
  'Content-Length: N\nX: y',
  'Content-Length: N\rX: y',
  'X: y\nContent-Length: N',
  'X: y\rContent-Length: N',
]

/** Bodies in chunks that some readers end elsewhere. */
const CHUNKED: readonly string[] = [
  `${BODY.length.toString(16)};a=b\r\n${BODY}\r\n0\r\n\r\n`,
  `${BODY.length.toString(16)};a="\r\n"\r\n${BODY}\r\n0\r\n\r\n`,
  `${BODY.length.toString(16)};\n${BODY}\r\n0\r\n\r\n`,
  `${BODY.length.toString(16)} \r\n${BODY}\r\n0\r\n\r\n`,
  `0${BODY.length.toString(16)}\r\n${BODY}\r\n0\r\n\r\n`,
  `0x${BODY.length.toString(16)}\r\n${BODY}\r\n0\r\n\r\n`,
  `+${BODY.length.toString(16)}\r\n${BODY}\r\n0\r\n\r\n`,
  `-1\r\n${BODY}\r\n0\r\n\r\n`,
  `${BODY.length.toString(16)}\n${BODY}\n0\n\n`,
  `${BODY.length.toString(16)}\r${BODY}\r0\r\r`,
  `${BODY.length.toString(16)}\r\n${BODY}0\r\n\r\n`,
  `${BODY.length.toString(16)}\r\n${BODY}\r\n0\r\n${INNER}`,
  `${BODY.length.toString(16)}\r\n${BODY}\r\n00000\r\n\r\n`,
  `${BODY.length.toString(16)}\r\n${BODY}\r\n0\r\nX: y\r\n\r\n`,
  `${BODY.length.toString(16)}\r\n${BODY}\r\n0\r\nContent-Length: 5\r\n\r\n`,
  `10000000000000000${BODY.length.toString(16)}\r\n${BODY}\r\n0\r\n\r\n`,
  `ffffffffffffffff\r\n${BODY}\r\n0\r\n\r\n`,
  `\r\n${BODY.length.toString(16)}\r\n${BODY}\r\n0\r\n\r\n`,
  `${BODY.length.toString(16)};${'x'.repeat(5_000)}\r\n${BODY}\r\n0\r\n\r\n`,
  `${BODY.length.toString(16)};\x00\r\n${BODY}\r\n0\r\n\r\n`,
]

/** Heads with a true length that are odd in another way; `LINE` and `HOST` stand for what is usual. */
const HEADS: readonly string[] = [
  'LINE\r\nHOST\r\nHOST',
  'LINE\r\nHOST\r\nHost: b.example',
  'LINE\r\nHOST\r\nhost: b.example',
  'LINE\r\nX: y',
  'LINE\r\nHost:',
  'LINE\r\nHost: a.example, b.example',
  'LINE\r\nHost: a.example b.example',
  'LINE\r\nHost: a@b.example',
  'LINE\r\nHost: a.example/',
  'LINE\r\nHost : a.example',
  'LINE\r\n Host: a.example',
  'LINE\r\nHost: a.example\r\n b',
  'LINE\r\nHost: a.example\r\n\tb',
  'LINE\nHOST',
  'LINE\rHOST',
  'LINE\r\r\nHOST',
  'LINE\r\n\rHOST',
  'LINE\r\nHOST\nX: y',
  'LINE\r\nHOST\rX: y',
  'LINE\r\nHOST\r\r\nX: y',
  'LINE\r\nHOST\n\r\nX: y',
  'LINE\r\nHOST\n\nX: y',
  '\r\nLINE\r\nHOST',
  '\nLINE\r\nHOST',
  '\r\n\r\nLINE\r\nHOST',
  ' LINE\r\nHOST',
  'LINE \r\nHOST',
  'LINE\t\r\nHOST',
  'LINE\x00\r\nHOST',
  'LINE\r\nHOST\r\nX',
  'LINE\r\nHOST\r\n: y',
  'LINE\r\nHOST\r\nX\x00: y',
  'LINE\r\nHOST\r\nX: \x00',
  'LINE\r\nHOST\r\nX: \x7f',
  'LINE\r\nHOST\r\nX: \x01',
  'LINE\r\nHOST\r\nX y: z',
  'LINE\r\nHOST\r\nX(: y',
  'LINE\r\nHOST\r\n\xe9: y',
  'LINE\r\nHOST\r\nX: y\r\n folded',
  'LINE\r\nHOST\r\nX: y\r\n\tfolded',
  'LINE\r\nHOST\r\nExpect: 100-continue',
  'LINE\r\nHOST\r\nexpect: 100-continue\r\nX: y',
  'LINE\r\nHOST\r\nExpect: x',
  'LINE\r\nHOST\r\nConnection: close',
  'LINE\r\nHOST\r\nConnection: Content-Length',
  'LINE\r\nHOST\r\nConnection: keep-alive, Content-Length',
  'LINE\r\nHOST\r\nConnection: Transfer-Encoding',
  'LINE\r\nHOST\r\nConnection: Upgrade\r\nUpgrade: h2c',
  'LINE\r\nHOST\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA',
  'LINE\r\nHOST\r\nConnection: Upgrade\r\nUpgrade: websocket',
  'LINE\r\nHOST\r\nUpgrade: h2c',
  'LINE\r\nHOST\r\nTE: trailers',
  'LINE\r\nHOST\r\nTrailer: Content-Length',
  'LINE\r\nHOST\r\nKeep-Alive: timeout=5',
  'LINE\r\nHOST\r\nProxy-Connection: keep-alive',
  `POST  ${PATH} HTTP/1.1\r\nHOST`,
  `POST\t${PATH} HTTP/1.1\r\nHOST`,
  `POST ${PATH}  HTTP/1.1\r\nHOST`,
  `POST ${PATH}\tHTTP/1.1\r\nHOST`,
  `POST ${PATH} HTTP/1.0\r\nHOST`,
  `POST ${PATH} HTTP/0.9\r\nHOST`,
  `POST ${PATH} HTTP/1.2\r\nHOST`,
  `POST ${PATH} HTTP/2.0\r\nHOST`,
  `POST ${PATH} HTTP/1.10\r\nHOST`,
  `POST ${PATH} HTTP/01.1\r\nHOST`,
  `POST ${PATH} http/1.1\r\nHOST`,
  `POST ${PATH} HTTP/1,1\r\nHOST`,
  `POST ${PATH}\r\nHOST`,
  `post ${PATH} HTTP/1.1\r\nHOST`,
  `Post ${PATH} HTTP/1.1\r\nHOST`,
  `GET ${PATH} HTTP/1.1\r\nHOST`,
  `HEAD ${PATH} HTTP/1.1\r\nHOST`,
  `PUT ${PATH} HTTP/1.1\r\nHOST`,
  `POST http://a.example${PATH} HTTP/1.1\r\nHOST`,
  `POST //a.example${PATH} HTTP/1.1\r\nHOST`,
  `POST ${PATH}?x=1 HTTP/1.1\r\nHOST`,
  `POST ${PATH}#x HTTP/1.1\r\nHOST`,
  `POST ${PATH}/ HTTP/1.1\r\nHOST`,
  `POST ${PATH}%00 HTTP/1.1\r\nHOST`,
  `POST ${PATH} HTTP/1.1 HTTP/1.1\r\nHOST`,
  `POST ${PATH} HTTP/1.1\r\nHOST\r\n__proto__: y`,
  'LINE\r\nHOST\r\nX: y\r\nX: z',
]

/** Every vector, the same each time: ${CL.TE, TE.CL, TE.TE}, doubtful lengths, chunks and heads, each with another request right behind. */
export function smugglingVectors(): readonly SmugglingVector[] {
  const usual = `POST ${PATH} HTTP/1.1\r\nHost: a.example\r\n`
  const at = (name: string, head: string, rest: string): SmugglingVector => ({ name, bytes: Buffer.from(head + rest, 'latin1') })
  const length = (text: string): string => `Content-Length: ${text.length}\r\n`
  const both = CODINGS.flatMap((coding, index) => [
    at(`CL.TE ${index}`, `${usual}${length(`0\r\n\r\n${INNER}`)}${coding}\r\n\r\n`, `0\r\n\r\n${INNER}`),
    at(`TE.CL ${index}`, `${usual}${coding}\r\n${length(BODY)}\r\n`, `${INNER.length.toString(16)}\r\n${INNER}\r\n0\r\n\r\n`),
    at(`TE.TE ${index}`, `${usual}${coding}\r\nTransfer-Encoding: chunked\r\n\r\n`, CHUNKS + INNER),
    at(`TE alone ${index}`, `${usual}${coding}\r\n\r\n`, CHUNKS + INNER),
  ])
  const lengths = LENGTHS.flatMap((spelled, index) => {
    const line = spelled.replaceAll('N', String(BODY.length))
    return [
      at(`CL ${index}`, `${usual}${line}\r\n\r\n`, BODY + INNER),
      at(`CL first ${index}`, `POST ${PATH} HTTP/1.1\r\n${line}\r\nHost: a.example\r\n\r\n`, BODY + INNER),
    ]
  })
  const chunks = CHUNKED.flatMap((body, index) => [
    at(`chunks ${index}`, `${usual}Transfer-Encoding: chunked\r\n\r\n`, body + INNER),
    at(`chunks and CL ${index}`, `${usual}${length(body)}Transfer-Encoding: chunked\r\n\r\n`, body + INNER),
  ])
  const heads = HEADS.flatMap((spelled, index) => {
    const head = spelled.replace('LINE', `POST ${PATH} HTTP/1.1`).replaceAll('HOST', 'Host: a.example')
    return [
      at(`head ${index}`, `${head}\r\n${length(BODY)}\r\n`, BODY + INNER),
      at(`head and CL.0 ${index}`, `${head}\r\nContent-Length: 0\r\n\r\n`, INNER),
    ]
  })
  return [...both, ...lengths, ...chunks, ...heads]
}
