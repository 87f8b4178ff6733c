import { createHmac, randomBytes } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import { sealChunk } from './chunk.ts'
import { type BackupHeader, type BackupKind, CHUNK_BYTES, CONTAINER_VERSION, END_MARK, MAGIC } from './header.ts'
import { type BackupSecret, closeWith } from './secret.ts'

/** A container that is being written: `write` takes bytes in any pieces, `finish` seals the end. Without the end it is no backup. */
export type ContainerWriter = { readonly write: (bytes: Buffer) => Promise<void>; readonly finish: () => Promise<void> }

/** What a container is made of; `madeAt` in milliseconds since 1970. */
export type NewContainer = { readonly kind: BackupKind; readonly secret: BackupSecret; readonly madeAt: number }

/** Begins a container in an empty file. Fails with backup_secret_weak and backup_secret_invalid. */
export async function writeContainer(file: FileHandle, { kind, secret, madeAt }: NewContainer): Promise<ContainerWriter> {
  const salt = randomBytes(32)
  const { key, keys } = await closeWith(secret, salt)
  const header: BackupHeader = {
    ...{ version: CONTAINER_VERSION, kind, made_at: new Date(madeAt).toISOString(), salt: salt.toString('hex') },
    key,
  }
  await file.appendFile(beginning(Buffer.from(JSON.stringify(header), 'utf8'), keys.header))
  return chunked(file, keys.body)
}

/** Magic, length of the header in four bytes, header, and a MAC of 32 bytes over all of that. */
function beginning(header: Buffer, key: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(header.length)
  const told = Buffer.concat([MAGIC, length, header])
  return Buffer.concat([told, createHmac('sha256', key).update(told).digest()])
}

function chunked(file: FileHandle, key: Buffer): ContainerWriter {
  let waiting: Buffer = Buffer.alloc(0)
  let index = 0
  const seal = async (plain: Buffer, isLast: boolean): Promise<void> => {
    await file.appendFile(sealChunk(key, { index, isLast }, plain))
    index += 1
  }
  return {
    write: async (bytes) => {
      waiting = waiting.length === 0 ? bytes : Buffer.concat([waiting, bytes])
      // A full piece may be the last one, so it waits until more comes.
      while (waiting.length > CHUNK_BYTES) {
        await seal(waiting.subarray(0, CHUNK_BYTES), false)
        waiting = waiting.subarray(CHUNK_BYTES)
      }
    },
    finish: async () => {
      await seal(waiting, true)
      await file.appendFile(END_MARK)
      await file.sync()
    },
  }
}
