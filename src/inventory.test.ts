// Guarantee: whatever is kept, logged, measured, sent or called is classified whole, with the clauses of the policies that speak of it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { INVENTORY } from './inventory.ts'
import { CLAUSES } from './privacy/index.ts'

const known = new Set(CLAUSES.map(({ id }) => id))
const { columns, ...declared } = INVENTORY

test("every column that is somebody's has a ground, an end and a clause", () => {
  for (const { table, column, subject, category, basis, retention, purpose, clauses = [] } of columns) {
    const name = `${table}.${column}`
    assert.ok(purpose.length > 5 && retention.length > 0, name)
    for (const clause of clauses) assert.ok(known.has(clause), `${name} names ${clause}`)
    if (subject === 'customer') assert.ok(clauses.length > 0, `${name} has no clause`)
    if (subject === 'customer') assert.ok(basis !== 'none', `${name} has no legal ground`)
    assert.ok(category !== 'content', `${name} holds content`)
  }
})

test('every name outside the database has a purpose and clauses that there are', () => {
  for (const [kind, names] of Object.entries(declared)) {
    for (const [name, { purpose, clauses, subject, basis }] of Object.entries(names)) {
      assert.ok(purpose.length > 5, `${kind} ${name}`)
      for (const clause of clauses) assert.ok(known.has(clause), `${kind} ${name} names ${clause}`)
      if (subject !== 'nobody') assert.ok(basis !== 'none' && clauses.length > 0, `${kind} ${name}`)
    }
  }
})
