// Guarantee: pages show each role of a team what the server lets it do, and nothing else.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { RIGHTS_OF_ROLE } from '../../src/api/index.ts'

test('the rights of roles are those of the server', () => {
  const source = readFileSync(join(import.meta.dirname, 'rights.ts'), 'utf8')
  for (const [role, rights] of Object.entries(RIGHTS_OF_ROLE)) {
    const line = new RegExp(`^ {2}${role}: \\[(.*)\\],$`, 'm').exec(source)?.[1] ?? ''
    assert.deepEqual(
      line.split(', ').map((right) => right.replaceAll("'", '')),
      rights,
      role,
    )
  }
})
