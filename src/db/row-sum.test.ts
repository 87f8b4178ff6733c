// Guarantee: a sum over rows is that of their hashes as whole numbers modulo 2^256, of few and of very many, so that backups of earlier versions compare.
import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { test } from 'node:test'
import { rowSum } from './row-sum.ts'

const LARGEST = Buffer.alloc(32, 255)

/** The same by big integers alone. */
const slowly = (hashes: readonly Buffer[]): string =>
  hashes
    .reduce((sum, one) => (sum + BigInt(`0x${one.toString('hex')}`)) % 2n ** 256n, 0n)
    .toString(16)
    .padStart(64, '0')

test('it is the sum of the hashes, in any order, asked for more than once', () => {
  const hashes = Array.from({ length: 1_000 }, (_, index) => hash('sha256', `row ${index}`, 'buffer'))
  const [one, other] = [rowSum(), rowSum()]
  for (const each of hashes) one.add(each)
  for (const each of hashes.toReversed()) other.add(each)
  assert.equal(one.hex(), slowly(hashes))
  assert.equal(other.hex(), one.hex())
  one.add(LARGEST)
  assert.equal(one.hex(), slowly([...hashes, LARGEST]))
  assert.equal(rowSum().hex(), '0'.repeat(64))
})

test('the largest hashes, more of them than its lanes hold at a time, lose nothing', () => {
  const sum = rowSum()
  const rows = 2 ** 20 + 3
  for (let row = 0; row < rows; row += 1) sum.add(LARGEST)
  assert.equal(sum.hex(), ((BigInt(`0x${LARGEST.toString('hex')}`) * BigInt(rows)) % 2n ** 256n).toString(16).padStart(64, '0'))
})
