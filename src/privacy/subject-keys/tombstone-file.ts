import { createHmac } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import { oneAtATime } from './one-at-a-time.ts'
import { openPrivateFile } from './private-files.ts'

/** That the key of a subject was destroyed; `destroyedAt` in milliseconds since 1970. */
export type Tombstone = { readonly tag: Buffer; readonly destroyedAt: number }

/** The tombstones in a file. */
export type TombstoneFile = {
  readonly all: () => Promise<readonly Tombstone[]>
  /** Writes more of them, flushed when it resolves. */
  readonly append: (tombstones: readonly Tombstone[]) => Promise<void>
}

/** A file of tombstones whose bytes are not what was written. */
export class TombstoneFileError extends Error {
  constructor() {
    super('TOMBSTONES_BROKEN')
    this.name = 'TombstoneFileError'
  }
}

const [TAG_BYTES, TIME_BYTES, RECORD_BYTES] = [32, 8, 64]
const CHECKED_BYTES = TAG_BYTES + TIME_BYTES

/**
 * Tombstones in a file that is only appended to: records of 64 bytes, being tag, time, and 24 bytes of a MAC under `macKey`. It lies beside
 * the keys and not among them, so that an older copy of their folder does not bring back what was destroyed. A torn last record counts for
 * nothing, as its key was not touched yet. Throws TombstoneFileError for any other that was changed.
 */
export function tombstoneFile(path: string, macKey: Buffer): TombstoneFile {
  const inTurn = oneAtATime()
  return {
    all: () => inTurn(path, () => withFile(path, async (file) => readRecords(await file.readFile(), macKey).tombstones)),
    append: (tombstones) => inTurn(path, () => withFile(path, (file) => appendTo(file, tombstones, macKey))),
  }
}

async function withFile<T>(path: string, work: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await openPrivateFile(path)
  try {
    return await work(file)
  } finally {
    await file.close()
  }
}

async function appendTo(file: FileHandle, tombstones: readonly Tombstone[], macKey: Buffer): Promise<void> {
  const { size } = await file.stat()
  const wholeBytes = await endOfWhole(file, size, macKey)
  const records = Buffer.concat(tombstones.map((tombstone) => recordOf(tombstone, macKey)))
  await file.write(records, 0, records.length, wholeBytes)
  await file.datasync()
}

/** Where the next record begins: over a torn one. */
async function endOfWhole(file: FileHandle, size: number, macKey: Buffer): Promise<number> {
  const end = size - (size % RECORD_BYTES)
  if (end === 0) return 0
  const last = Buffer.alloc(RECORD_BYTES)
  await file.read(last, 0, RECORD_BYTES, end - RECORD_BYTES)
  return isWhole(last, macKey) ? end : end - RECORD_BYTES
}

function readRecords(bytes: Buffer, macKey: Buffer): { readonly tombstones: readonly Tombstone[] } {
  const count = Math.floor(bytes.length / RECORD_BYTES)
  const records = Array.from({ length: count }, (_, index) => bytes.subarray(index * RECORD_BYTES, (index + 1) * RECORD_BYTES))
  const whole = records.filter((record) => isWhole(record, macKey))
  const isTailTorn = whole.length === count - 1 && whole.at(-1) !== records.at(-1)
  if (whole.length !== count && !isTailTorn) throw new TombstoneFileError()
  return { tombstones: whole.map(tombstoneOf) }
}

const macOf = (checked: Buffer, macKey: Buffer): Buffer =>
  createHmac('sha256', macKey)
    .update(checked)
    .digest()
    .subarray(0, RECORD_BYTES - CHECKED_BYTES)

const isWhole = (record: Buffer, macKey: Buffer): boolean =>
  macOf(record.subarray(0, CHECKED_BYTES), macKey).equals(record.subarray(CHECKED_BYTES))

function recordOf({ tag, destroyedAt }: Tombstone, macKey: Buffer): Buffer {
  const checked = Buffer.alloc(CHECKED_BYTES)
  tag.copy(checked, 0, 0, TAG_BYTES)
  checked.writeBigUInt64BE(BigInt(Math.floor(destroyedAt)), TAG_BYTES)
  return Buffer.concat([checked, macOf(checked, macKey)])
}

const tombstoneOf = (record: Buffer): Tombstone => ({
  tag: Buffer.from(record.subarray(0, TAG_BYTES)),
  destroyedAt: Number(record.readBigUInt64BE(TAG_BYTES)),
})
