import { fail } from '../failures.ts'
import type { ContainerWriter } from './write-container.ts'

/** What a container is a row of: something told as JSON, or bytes that belong to what was told before them. */
export type Frame = { readonly told: unknown } | { readonly bytes: Buffer }

const [TOLD, BYTES] = [1, 2]
const HEAD_BYTES = 5
const FRAME_BYTES_MAX = 1_100_000_000

/** Writes frames into a container: a byte for the sort, four for the length, then the content. */
export async function writeFrame(container: ContainerWriter, frame: Frame): Promise<void> {
  const [sort, content] = 'told' in frame ? [TOLD, Buffer.from(JSON.stringify(frame.told), 'utf8')] : [BYTES, frame.bytes]
  const head = Buffer.alloc(HEAD_BYTES)
  head.writeUInt8(sort)
  head.writeUInt32BE(content.length, 1)
  await container.write(Buffer.concat([head, content]))
}

/** The frames of a container. Fails with backup_altered for bytes that are none; all that `plain` fails with comes through. */
export async function* readFrames(plain: AsyncIterable<Buffer>): AsyncGenerator<Frame> {
  let waiting: Buffer[] = []
  let have = 0
  let need = HEAD_BYTES
  for await (const piece of plain) {
    waiting.push(piece)
    have += piece.length
    while (have >= need) {
      const all = waiting.length === 1 && waiting[0] !== undefined ? waiting[0] : Buffer.concat(waiting)
      const length = HEAD_BYTES + lengthOf(all)
      if (have >= length) {
        yield frameOf(all.subarray(0, length))
        waiting = [all.subarray(length)]
        have -= length
        need = HEAD_BYTES
      } else {
        waiting = [all]
        need = length
      }
    }
  }
  if (have > 0) fail('backup_altered')
}

function lengthOf(bytes: Buffer): number {
  const length = bytes.readUInt32BE(1)
  return length > FRAME_BYTES_MAX ? fail('backup_altered') : length
}

function frameOf(bytes: Buffer): Frame {
  const content = bytes.subarray(HEAD_BYTES)
  if (bytes[0] === BYTES) return { bytes: content }
  return bytes[0] === TOLD ? { told: JSON.parse(content.toString('utf8')) } : fail('backup_altered')
}
