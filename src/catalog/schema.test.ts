// Guarantee: the published schema of farebox.yaml is the one the code checks by. Remade by: node src/catalog/schema.ts
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileJsonSchema, SCHEMA_FILE } from './schema.ts'

test('docs/farebox.schema.json is what src/catalog/schema.ts makes', () => {
  assert.equal(readFileSync(SCHEMA_FILE, 'utf8'), fileJsonSchema())
})
