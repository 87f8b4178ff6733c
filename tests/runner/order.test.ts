// Guarantee: the suite starts only when it was asked for as it can be asked for.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readOrder } from './order.ts'

test('nothing and --older-server are runs, --help is told, and what is not known is refused', () => {
  assert.deepEqual(readOrder([]), { isOlderServer: false })
  assert.deepEqual(readOrder(['--older-server']), { isOlderServer: true })
  const codeOf = (...args: string[]) => {
    const order = readOrder(args)
    return 'text' in order ? order.exitCode : undefined
  }
  assert.deepEqual([codeOf('--help'), codeOf('--quick'), codeOf('src/db')], [0, 2, 2])
})
