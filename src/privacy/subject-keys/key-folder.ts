import type { FileHandle } from 'node:fs/promises'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { hasCode } from './has-code.ts'
import type { KeyStore } from './key-store.ts'
import { oneAtATime } from './one-at-a-time.ts'
import { makePrivateFolder, openExisting, openPrivateFile } from './private-files.ts'

/** A slot never crosses a sector of 512 bytes, so that a power cut leaves it as it was or as it should be. */
const SLOT_BYTES = 128
const TAG_BYTES = 32
const WRAPPED_AT = 2 + TAG_BYTES
const WRAPPED_BYTES_MAX = SLOT_BYTES - WRAPPED_AT
const USED = 1
const EMPTY = Buffer.alloc(SLOT_BYTES)

/**
 * Keys in files of a folder that is no part of any backup of the database: 4,096 files at most, each a row of slots of 128 bytes
 * (used, length, tag, wrapped key), so that a million keys are 125 MiB and a look-up reads 31 KiB. A key is destroyed by zeros over its slot.
 */
export async function openKeyFolder(folder: string): Promise<KeyStore> {
  await makePrivateFolder(folder)
  const inTurn = oneAtATime()
  const pathOf = (shard: string) => join(folder, `${shard}.keys`)
  return {
    read: (tag) => inTurn(shardOf(tag), () => readFrom(pathOf(shardOf(tag)), tag)),
    add: (tag, wrapped) => inTurn(shardOf(tag), () => addTo(pathOf(shardOf(tag)), tag, wrapped)),
    remove: async (tags) => {
      for (const [shard, wanted] of byShard(tags)) await inTurn(shard, () => removeFrom(pathOf(shard), wanted))
    },
    tidy: async () => undefined,
    close: async () => undefined,
  }
}

/** Files of such a folder that hold bytes which were never written there, by path; a torn last slot is none. Reads all, changes nothing. */
export async function damagedKeyFiles(folder: string): Promise<readonly string[]> {
  const damaged: string[] = []
  for (const name of await namesIn(folder)) {
    const shard = KEY_FILE.exec(name)?.[1]
    if (shard === undefined) continue
    const slots = await readFile(join(folder, name))
    if (!areSlotsWhole(slots, shard)) damaged.push(join(folder, name))
  }
  return damaged
}

const KEY_FILE = /^([0-9a-f]{3})\.keys$/

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).sort()
  } catch (thrown) {
    if (hasCode(thrown, 'ENOENT')) return []
    throw thrown
  }
}

/** A slot is empty, or its key is of a length that there is, under a tag that belongs into this file. */
function areSlotsWhole(slots: Buffer, shard: string): boolean {
  for (let index = 0; index < countOf(slots); index += 1) {
    const slot = slots.subarray(index * SLOT_BYTES, (index + 1) * SLOT_BYTES)
    const length = slot.readUInt8(1)
    const isKey = slot[0] === USED && length > 0 && length <= WRAPPED_BYTES_MAX && shardOf(slot.subarray(2, WRAPPED_AT)) === shard
    if (!isKey && !slot.equals(EMPTY)) return false
  }
  return true
}

const shardOf = (tag: Buffer): string => tag.toString('hex', 0, 2).slice(0, 3)

function byShard(tags: readonly Buffer[]): ReadonlyMap<string, readonly Buffer[]> {
  const shards = new Map<string, Buffer[]>()
  for (const tag of tags) {
    const shard = shards.get(shardOf(tag)) ?? []
    shard.push(tag)
    shards.set(shardOf(tag), shard)
  }
  return shards
}

async function readFrom(path: string, tag: Buffer): Promise<Buffer | undefined> {
  const file = await openExisting(path, 'r')
  if (file === undefined) return undefined
  try {
    const slots = await file.readFile()
    const index = indexOf(slots, tag)
    return index === undefined ? undefined : wrappedAt(slots, index)
  } finally {
    await file.close()
  }
}

async function addTo(path: string, tag: Buffer, wrapped: Buffer): Promise<Buffer> {
  if (tag.length !== TAG_BYTES || wrapped.length > WRAPPED_BYTES_MAX)
    throw new TypeError('a slot holds a tag of 32 bytes and a wrapped key')
  const file = await openPrivateFile(path)
  try {
    const slots = await file.readFile()
    const known = indexOf(slots, tag)
    if (known !== undefined) return wrappedAt(slots, known)
    const slot = Buffer.concat([Buffer.from([USED, wrapped.length]), tag, wrapped], SLOT_BYTES)
    await writeSlot(file, slot, freeIndex(slots))
    await file.datasync()
    return wrapped
  } finally {
    await file.close()
  }
}

async function removeFrom(path: string, tags: readonly Buffer[]): Promise<void> {
  const file = await openExisting(path, 'r+')
  if (file === undefined) return
  try {
    const slots = await file.readFile()
    const known = tags.map((tag) => indexOf(slots, tag)).filter((index) => index !== undefined)
    for (const index of known) await writeSlot(file, EMPTY, index)
    if (known.length > 0) await file.datasync()
  } finally {
    await file.close()
  }
}

async function writeSlot(file: FileHandle, slot: Buffer, index: number): Promise<void> {
  await file.write(slot, 0, SLOT_BYTES, index * SLOT_BYTES)
}

/** A torn last slot does not count, as nobody was told that it was written. */
const countOf = (slots: Buffer): number => Math.floor(slots.length / SLOT_BYTES)

function indexOf(slots: Buffer, tag: Buffer): number | undefined {
  for (let index = 0; index < countOf(slots); index += 1) {
    const at = index * SLOT_BYTES
    if (slots[at] === USED && slots.compare(tag, 0, TAG_BYTES, at + 2, at + WRAPPED_AT) === 0) return index
  }
  return undefined
}

function freeIndex(slots: Buffer): number {
  for (let index = 0; index < countOf(slots); index += 1) if (slots[index * SLOT_BYTES] === 0) return index
  return countOf(slots)
}

function wrappedAt(slots: Buffer, index: number): Buffer {
  const at = index * SLOT_BYTES
  return Buffer.from(slots.subarray(at + WRAPPED_AT, at + WRAPPED_AT + slots.readUInt8(at + 1)))
}
