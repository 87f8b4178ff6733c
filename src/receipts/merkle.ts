import { hash } from 'node:crypto'
import { setImmediate as breathe } from 'node:timers/promises'

/** One step of a path: the hash beside, and on which side it stands. */
export type Step = { readonly left: Buffer } | { readonly right: Buffer }

/** A tree of hashes: level 0 are the leaves, the last level is the root alone. */
export type Tree = readonly (readonly Buffer[])[]

/** Bytes of a hash. */
export const HASH_BYTES = 32
const STEP_BYTES = HASH_BYTES + 1
const [LEAF, NODE] = [Buffer.from([0]), Buffer.from([1])]
/** Hashes made before others get their turn: less than a millisecond. */
const HASHES_AT_ONCE = 500

const sha256 = (bytes: Buffer | string): Buffer => hash('sha256', bytes, 'buffer')

/** SHA-256 of a zero byte and the content. Source: RFC 6962 §2.1 (2013-06). */
export const hashLeaf = (content: Buffer): Buffer => sha256(Buffer.concat([LEAF, content]))

/** The same of a text in UTF-8, where a zero byte is the character zero. */
export const hashLeafText = (content: string): Buffer => sha256(`\0${content}`)

/** Writes that hash at a place of bytes. */
export const writeLeafHash = (content: string, bytes: Buffer, at: number): void =>
  void bytes.write(hash('sha256', `\0${content}`, 'binary'), at, 'latin1')

/** SHA-256 of a one byte and both children. Source: RFC 6962 §2.1 (2013-06). */
export const hashNode = (left: Buffer, right: Buffer): Buffer => sha256(Buffer.concat([NODE, left, right]))

/**
 * The tree over leaf hashes, of the shape of RFC 6962 §2.1: the last of an odd level stands for itself on the next. Gives way to
 * others while it works. Throws RangeError for no leaves.
 */
export async function buildTree(leaves: readonly Buffer[]): Promise<Tree> {
  if (leaves.length === 0) throw new RangeError('a tree needs a leaf')
  const levels = [leaves]
  for (let level = leaves; level.length > 1; level = levels.at(-1) ?? []) levels.push(await levelAbove(level))
  return levels
}

async function levelAbove(level: readonly Buffer[]): Promise<readonly Buffer[]> {
  const above: Buffer[] = []
  for (const [index, left] of level.entries()) {
    if (index % 2 === 1) continue
    const right = level[index + 1]
    above.push(right === undefined ? left : hashNode(left, right))
    if (above.length % HASHES_AT_ONCE === 0) await breathe()
  }
  return above
}

/**
 * The root of the tree over leaf hashes that stand one after another, for whoever needs no path: in one block of bytes, where the tree itself
 * is an object for each hash. Throws RangeError for no leaves.
 */
export async function rootOfLeaves(leaves: Buffer): Promise<Buffer> {
  if (leaves.length === 0) throw new RangeError('a tree needs a leaf')
  const level = Buffer.from(leaves)
  const pair = Buffer.concat([NODE, Buffer.alloc(2 * HASH_BYTES)])
  let hashed = 0
  for (let size = level.length; size > HASH_BYTES; size = Math.ceil(size / HASH_BYTES / 2) * HASH_BYTES) {
    for (let from = 0; from < size; from += 2 * HASH_BYTES) {
      level.copy(pair, 1, from, from + 2 * HASH_BYTES)
      const isAlone = from + HASH_BYTES === size
      if (isAlone) level.copyWithin(from / 2, from, size)
      else level.write(hash('sha256', pair, 'binary'), from / 2, 'latin1')
      hashed += 1
      if (hashed % HASHES_AT_ONCE === 0) await breathe()
    }
  }
  return level.subarray(0, HASH_BYTES)
}

/** The root of a tree. */
export const rootOf = (tree: Tree): Buffer => tree.at(-1)?.[0] ?? fail()

/** The steps from a leaf to the root. Throws RangeError when there is no such leaf. */
export function pathOf(tree: Tree, index: number): readonly Step[] {
  if (tree[0]?.[index] === undefined) return fail()
  const steps: Step[] = []
  for (const [height, level] of tree.slice(0, -1).entries()) {
    const at = Math.floor(index / 2 ** height)
    const beside = level[at % 2 === 0 ? at + 1 : at - 1]
    if (beside !== undefined) steps.push(at % 2 === 0 ? { right: beside } : { left: beside })
  }
  return steps
}

/** The root that a path leads to from a leaf hash. */
export function climb(leaf: Buffer, path: readonly Step[]): Buffer {
  let at = leaf
  for (const step of path) at = 'left' in step ? hashNode(step.left, at) : hashNode(at, step.right)
  return at
}

/** A path as bytes: for each step 0 for left or 1 for right, and the hash. */
export const packPath = (path: readonly Step[]): Buffer =>
  Buffer.concat(path.flatMap((step) => ('left' in step ? [LEAF, step.left] : [NODE, step.right])))

/** The path of such bytes. */
export function unpackPath(bytes: Buffer): readonly Step[] {
  const steps: Step[] = []
  for (let at = 0; at < bytes.length; at += STEP_BYTES) {
    const beside = bytes.subarray(at + 1, at + STEP_BYTES)
    steps.push(bytes[at] === 0 ? { left: beside } : { right: beside })
  }
  return steps
}

/** Hashes that stand one after another. */
export function splitHashes(bytes: Buffer): readonly Buffer[] {
  const hashes: Buffer[] = []
  for (let at = 0; at < bytes.length; at += HASH_BYTES) hashes.push(bytes.subarray(at, at + HASH_BYTES))
  return hashes
}

function fail(): never {
  throw new RangeError('no such leaf')
}
