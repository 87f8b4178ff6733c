// Guarantee: one transaction has one spelling here, however it is written; what is no hash of a transaction is none.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { depositKey } from './transfer-log.ts'
import { readTxHash } from './tx-hash.ts'

const SEED = Date.now() % 1_000_000
const wide = (text: string): string => [...text].map((letter) => String.fromCodePoint((letter.codePointAt(0) ?? 0) + 0xfee0)).join('')

test('eight spellings and more of a hash are one', () => {
  const digits = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('hex'))
  fc.assert(
    fc.property(digits, (hash) => {
      const spellings = [
        `0x${hash}`,
        `0X${hash.toUpperCase()}`,
        `0x${hash.toUpperCase()}`,
        hash,
        `  0x${hash}\n`,
        wide(`0x${hash}`),
        `"0x${hash}"`,
        `\u200b0x${hash.slice(0, 32)} ${hash.slice(32)}`,
        `https://basescan.org/tx/0x${hash}`,
        `https://etherscan.io/tx/0x${hash}#eventlog`,
      ]
      for (const spelling of spellings) assert.equal(readTxHash(spelling), `0x${hash}`, spelling)
      assert.equal(depositKey({ chainId: 1, txHash: `0x${hash.toUpperCase()}`, logIndex: 2 }), `1:0x${hash}:2`)
    }),
    { seed: SEED },
  )
})

test('what is shorter, longer or of other letters is none', () => {
  const hash = 'ab'.repeat(32)
  for (const text of ['', '0x', hash.slice(1), `${hash}0`, `0x0x${hash}`, `0x${hash.slice(1)}g`, `0x${hash}`.repeat(20), `x${hash}`]) {
    assert.equal(readTxHash(text), undefined, text)
  }
})
