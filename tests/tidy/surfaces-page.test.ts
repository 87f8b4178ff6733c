// docs/surfaces.md says what the gateway serves and refuses. Remade by: node tests/tidy/write-surfaces-page.ts
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { PROTOCOL_PATHS, STORING_SURFACES } from '../../src/protocols/index.ts'
import { surfacesPage } from './surfaces-page.ts'

test('docs/surfaces.md is what the tables make', () => {
  assert.equal(readFileSync('docs/surfaces.md', 'utf8'), surfacesPage())
})

test('the page has a row for each path', () => {
  const rows = surfacesPage().match(/^\| `\//gm)?.length ?? 0
  assert.ok(rows >= STORING_SURFACES.length + PROTOCOL_PATHS.size)
})
