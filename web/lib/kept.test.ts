// Guarantee: what pages keep in a browser is what the inventory says, and nothing but lib/kept.ts keeps anything there.
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { INVENTORY } from '../../src/inventory.ts'
import { KEPT, KEPT_IN_TAB } from './kept.ts'

test('the inventory names all that a browser keeps', () => {
  assert.deepEqual([...KEPT, ...KEPT_IN_TAB].sort(), Object.keys(INVENTORY.browserKeys).sort())
})

test('only lib/kept.ts keeps something in a browser', () => {
  const keeping = globSync('web/{lib,parts,dashboard,console}/**/*.{ts,tsx}').filter((path) =>
    /localStorage|sessionStorage|indexedDB|document\.cookie|caches\./.test(readFileSync(path, 'utf8')),
  )
  assert.deepEqual(keeping, ['web/lib/kept.test.ts', 'web/lib/kept.ts'])
})
