// Guards: every error has its anchor on the page of errors, with what to do; the page of the documentation is read whole.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { FAILURES } from '../../../failures.ts'
import { errorGuide } from './error-guide.ts'

const PAGE = readFileSync(new URL('../../../../docs/errors.md', import.meta.url), 'utf8')

test('each declared failure is there once, in a group, with advice', () => {
  const entries = errorGuide(PAGE)
  assert.deepEqual(entries.map(({ code }) => code).sort(), Object.keys(FAILURES).sort())
  for (const { code, group, mend } of entries) assert.ok(group !== 'other' && mend.length > 5, code)
})

test('without the page the catalogue stands alone', () => {
  assert.ok(errorGuide('').every(({ group, mend, message }) => group === 'other' && mend === '' && message !== ''))
})
