import { createHmac, timingSafeEqual } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import { fail } from '../failures.ts'
import { openChunk, TAG_BYTES } from './chunk.ts'
import { type BackupHeader, type BackupKind, CHUNK_BYTES, END_MARK, HEADER_BYTES_MAX, MAGIC, parseHeader } from './header.ts'
import { type BackupSecret, openWith } from './secret.ts'

/** An opened container; `plain` reads what is inside from the beginning, each time it is asked. */
export type OpenedContainer = { readonly header: BackupHeader; readonly plain: () => AsyncGenerator<Buffer> }

const [LENGTH_BYTES, MAC_BYTES] = [4, 32]
const SEALED_BYTES = CHUNK_BYTES + TAG_BYTES

/**
 * Opens a container of a kind. Fails with backup_foreign, backup_newer, backup_kind, backup_truncated and backup_secret_wrong; reading what
 * is inside fails with backup_altered, at the first piece that is not the one that was written. Nothing is given out that was not checked.
 */
export async function readContainer(
  file: FileHandle,
  wanted: { readonly kind: BackupKind; readonly secret: BackupSecret },
): Promise<OpenedContainer> {
  const { size } = await file.stat()
  const told = await readBeginning(file, size)
  const header = parseHeader(told.subarray(MAGIC.length + LENGTH_BYTES))
  if (header.kind !== wanted.kind) return fail('backup_kind', { kind: header.kind, expected: wanted.kind })
  const bodyStart = told.length + MAC_BYTES
  const mark = await readAt(file, { from: size - END_MARK.length, bytes: END_MARK.length })
  if (!mark.equals(END_MARK) || size < bodyStart + TAG_BYTES + END_MARK.length) return fail('backup_truncated')
  const keys = await openWith(wanted.secret, header)
  const mac = await readAt(file, { from: told.length, bytes: MAC_BYTES })
  if (!timingSafeEqual(mac, createHmac('sha256', keys.header).update(told).digest())) return fail('backup_secret_wrong')
  return { header, plain: () => readChunks(file, { key: keys.body, from: bodyStart, end: size - END_MARK.length }) }
}

/** The header of a container without opening it; nothing vouches for it. Fails with backup_foreign and backup_newer. */
export async function peekHeader(file: FileHandle): Promise<BackupHeader> {
  const told = await readBeginning(file, (await file.stat()).size)
  return parseHeader(told.subarray(MAGIC.length + LENGTH_BYTES))
}

/** Everything before the MAC of the header. */
async function readBeginning(file: FileHandle, size: number): Promise<Buffer> {
  const head = await readAt(file, { from: 0, bytes: MAGIC.length + LENGTH_BYTES })
  if (head.length < MAGIC.length + LENGTH_BYTES || !head.subarray(0, MAGIC.length).equals(MAGIC)) return fail('backup_foreign')
  const length = head.readUInt32BE(MAGIC.length)
  if (length > HEADER_BYTES_MAX) return fail('backup_foreign')
  if (size < head.length + length + MAC_BYTES) return fail('backup_truncated')
  return await readAt(file, { from: 0, bytes: head.length + length })
}

type Body = { readonly key: Buffer; readonly from: number; readonly end: number }

async function* readChunks(file: FileHandle, { key, from, end }: Body): AsyncGenerator<Buffer> {
  for (let index = 0, at = from; at < end; index += 1, at += SEALED_BYTES) {
    const bytes = Math.min(SEALED_BYTES, end - at)
    const sealed = await readAt(file, { from: at, bytes })
    const plain = openChunk(key, { index, isLast: at + bytes === end }, sealed)
    if (plain === undefined) return fail('backup_altered')
    yield plain
  }
}

/** Bytes of a file from a place on; fewer at its end. */
async function readAt(file: FileHandle, { from, bytes }: { readonly from: number; readonly bytes: number }): Promise<Buffer> {
  const read = Buffer.alloc(bytes)
  let done = 0
  while (done < bytes && from >= 0) {
    const { bytesRead } = await file.read(read, done, bytes - done, from + done)
    if (bytesRead === 0) break
    done += bytesRead
  }
  return read.subarray(0, done)
}
