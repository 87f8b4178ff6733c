import { inflateRawSync } from 'node:zlib'

const END = 0x06054b50
const ENTRY = 0x02014b50
const DEFLATED = 8

/**
 * The files of a ZIP archive, read by its central directory with code that has nothing in common with what writes it; throws RangeError for what is
 * none. Archives above 4 GiB are not read. Source: APPNOTE.TXT 6.3.10 §4.3, pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT (2026-11-26).
 */
export function readZip(bytes: Buffer): ReadonlyMap<string, Buffer> {
  const end = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]))
  if (end < 0 || bytes.readUInt32LE(end) !== END) throw new RangeError('no end of a central directory')
  const files = new Map<string, Buffer>()
  let at = bytes.readUInt32LE(end + 16)
  for (let count = bytes.readUInt16LE(end + 10); count > 0; count -= 1) {
    if (bytes.readUInt32LE(at) !== ENTRY) throw new RangeError('no entry of a central directory')
    const [method, size, length] = [bytes.readUInt16LE(at + 10), bytes.readUInt32LE(at + 20), bytes.readUInt32LE(at + 24)]
    const [nameLength, extra, comment] = [bytes.readUInt16LE(at + 28), bytes.readUInt16LE(at + 30), bytes.readUInt16LE(at + 32)]
    const name = bytes.toString('utf8', at + 46, at + 46 + nameLength)
    const local = bytes.readUInt32LE(at + 42)
    const begin = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28)
    const packed = bytes.subarray(begin, begin + size)
    const file = method === DEFLATED ? inflateRawSync(packed) : packed
    if (file.length !== length || files.has(name)) throw new RangeError(`the file ${name} is not as the directory says`)
    files.set(name, file)
    at += 46 + nameLength + extra + comment
  }
  return files
}
