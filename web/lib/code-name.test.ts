// Guarantee: a code is shown by its name, and one that a page has no name for as it is, also where it is called as something that every object has.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { codeName } from './code-name.ts'

test('a code has its name, and one that is not known stays as it is', () => {
  const names = { completed: '完成', voided: '未发送' }
  const told = ['completed', 'voided', 'not-known-yet', 'constructor', ''].map((code) => codeName(names, code))
  assert.deepEqual(told, ['完成', '未发送', 'not-known-yet', 'constructor', ''])
})
