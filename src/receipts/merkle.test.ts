// Guarantee: a path leads from its leaf to the root of its tree, of any size, and from nothing else; the tree is that of RFC 6962.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  buildTree,
  climb,
  hashLeaf,
  hashLeafText,
  hashNode,
  packPath,
  pathOf,
  rootOf,
  rootOfLeaves,
  splitHashes,
  unpackPath,
  writeLeafHash,
} from './merkle.ts'

const leavesOf = (size: number): readonly Buffer[] => Array.from({ length: size }, (_, index) => hashLeaf(Buffer.from(`call ${index}`)))

/** The definition of RFC 6962 §2.1, split at the largest power of two below n. */
function treeHash(leaves: readonly Buffer[]): Buffer {
  const [first] = leaves
  if (first === undefined) throw new RangeError('no leaves')
  if (leaves.length === 1) return first
  const split = 2 ** (Math.ceil(Math.log2(leaves.length)) - 1)
  return hashNode(treeHash(leaves.slice(0, split)), treeHash(leaves.slice(split)))
}

test('hashes of leaves and nodes are told apart by their first byte', () => {
  const sha256 = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest()
  assert.deepEqual(hashLeaf(Buffer.from('a')), sha256(Buffer.from('\u0000a')))
  for (const text of ['', 'a', '{"é":"€😀\\u0000"}']) {
    assert.deepEqual(hashLeafText(text), hashLeaf(Buffer.from(text, 'utf8')))
    const bytes = Buffer.alloc(34, 7)
    writeLeafHash(text, bytes, 1)
    assert.deepEqual(bytes, Buffer.concat([Buffer.from([7]), hashLeafText(text), Buffer.from([7])]))
  }
  assert.deepEqual(hashNode(Buffer.from('a'), Buffer.from('b')), sha256(Buffer.from('\u0001ab')))
})

test('every leaf of every tree of 1 to 70 leaves has a path to the root, and the root is the one of the definition', async () => {
  for (let size = 1; size <= 70; size += 1) {
    const leaves = leavesOf(size)
    const tree = await buildTree(leaves)
    assert.deepEqual(rootOf(tree), treeHash(leaves), `root of ${size}`)
    const flat = Buffer.concat(leaves)
    assert.deepEqual(await rootOfLeaves(flat), rootOf(tree), `root of ${size} without a tree`)
    assert.deepEqual(flat, Buffer.concat(leaves), 'the leaves are changed')
    for (const [index, leaf] of leaves.entries()) {
      const path = pathOf(tree, index)
      assert.deepEqual(climb(leaf, path), rootOf(tree), `${index} of ${size}`)
      assert.deepEqual(unpackPath(packPath(path)), path)
      const other = leaves[(index + 1) % size] ?? leaf
      assert.equal(climb(other, path).equals(rootOf(tree)), size === 1, `another leaf on the path of ${index} of ${size}`)
    }
    assert.throws(() => pathOf(tree, size), RangeError)
  }
  await assert.rejects(buildTree([]), RangeError)
  await assert.rejects(rootOfLeaves(Buffer.alloc(0)), RangeError)
})

test('a changed leaf, step or side leads elsewhere', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 2, max: 70 }), fc.nat(), fc.nat(), fc.nat(), async (size, at, place, bit) => {
      const leaves = leavesOf(size)
      const tree = await buildTree(leaves)
      const index = at % size
      const path = packPath(pathOf(tree, index))
      const changed = Buffer.from(path)
      const byte = place % path.length
      // Of a side byte only the lowest bit is read.
      changed[byte] = (changed[byte] ?? 0) ^ (byte % 33 === 0 ? 1 : 1 << (bit % 8))
      const leaf = leaves[index] ?? Buffer.alloc(0)
      assert.notDeepEqual(climb(leaf, unpackPath(changed)), rootOf(tree))
      const wrong = Buffer.from(leaf)
      wrong[bit % 32] = (wrong[bit % 32] ?? 0) ^ 1
      assert.notDeepEqual(climb(wrong, unpackPath(path)), rootOf(tree))
    }),
    { numRuns: 200 },
  )
})

test('hashes that stand one after another come apart', () => {
  const leaves = leavesOf(5)
  assert.deepEqual(splitHashes(Buffer.concat(leaves)), leaves)
  assert.deepEqual(splitHashes(Buffer.alloc(0)), [])
})
