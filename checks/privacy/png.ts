import { crc32, deflateSync } from 'node:zlib'

const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex')

/**
 * A picture of grey points, with a text chunk where `text` is given; `row` becomes its points as they are, in a stream that is not packed.
 * Source: https://www.w3.org/TR/png-3/ §5 (2026-11-26).
 */
export function makePng({ text, row = Buffer.alloc(32, 128) }: { readonly text?: string; readonly row?: Buffer }): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(row.length, 0)
  header.writeUInt32BE(1, 4)
  header[8] = 8
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    ...(text === undefined ? [] : [chunk('tEXt', Buffer.from(`Comment\0${text}`))]),
    chunk('IDAT', deflateSync(Buffer.concat([Buffer.from([0]), row]), { level: 0 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(type: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type), content])
  const framed = Buffer.alloc(named.length + 8)
  framed.writeUInt32BE(content.length, 0)
  named.copy(framed, 4)
  framed.writeUInt32BE(crc32(named), named.length + 4)
  return framed
}
