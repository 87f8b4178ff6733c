// Guarantee: the threat model has a row for every module there is, says of each to whom it is hardened, and names checks that exist.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { CHECKS } from '../../checks/index.ts'
import { owaspTable } from './owasp-table.ts'

const page = readFileSync('docs/threat-model.md', 'utf8')
const rows = [...page.matchAll(/^\| (`[^|]+) \| (\S+) \| (\S+) \| (\S+) \| (.+) \|$/gm)].map(([, modules = '', ...cells]) => ({
  modules: [...modules.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
  tags: cells.slice(0, 3),
}))

test('every folder of src has one row, and no row is of a folder that is gone', () => {
  const folders = readdirSync('src', { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [`src/${entry.name}`] : []))
  const named = rows.flatMap(({ modules }) => modules)
  assert.deepEqual(named.filter((name) => name.startsWith('src/')).toSorted(), folders.toSorted())
  for (const name of ['web', 'sim', 'checks', 'tests', 'bench', 'deploy']) assert.ok(named.includes(name), name)
})

test('each says of client, upstream and operator whether it is hardened', () => {
  assert.ok(rows.length > 30)
  for (const { modules, tags } of rows)
    assert.ok(tags.length === 3 && tags.every((tag) => tag === 'hardened' || tag === '–'), modules.join())
})

test('each check that is named exists', () => {
  const ids = new Set(CHECKS.map(({ id }) => id))
  const named = [...page.matchAll(/`((?:MON|PRV|SEC|CRA|PLN|WALL|X402)-\w+)`/g)].map(([, id = '']) => id)
  assert.ok(named.length > 20)
  for (const id of named) assert.ok(ids.has(id), id)
})

test('the table of the OWASP risks is that of the checks; it is remade by: node tests/tidy/write-owasp-table.ts', () => {
  assert.equal(page, owaspTable(page))
})
