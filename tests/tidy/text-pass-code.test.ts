// Guarantee: the routine that passes over texts is what text-pass.wat says. Its bytes are remade by: node tests/tidy/write-text-pass-code.ts
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { TEXT_PASS, textPassCode } from './text-pass-code.ts'

test(`${TEXT_PASS} is what text-pass.wat makes`, async () => {
  assert.equal(readFileSync(TEXT_PASS, 'utf8'), await textPassCode())
})
