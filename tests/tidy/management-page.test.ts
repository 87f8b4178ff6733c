// docs/management-api.md says what the router serves under /api. Remade by: node tests/tidy/write-management-page.ts
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { managementDocument, managementPage } from './management-page.ts'

test('docs/management-api.md is what the router makes', async () => {
  const document = await managementDocument()
  const page = readFileSync('docs/management-api.md', 'utf8')
  assert.equal(page, managementPage(document))
  const rows = page.match(/^\| `(?:GET|POST|PUT|PATCH|DELETE) \/api\//gm)?.length
  assert.equal(rows, Object.values(document.paths).flatMap((item) => Object.keys(item)).length)
})
