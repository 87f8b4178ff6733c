// docs/configuration.md says what is read, from the environment and from farebox.yaml. Remade by: node tests/tidy/write-configuration-page.ts
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { SCHEMA_FILE } from '../../src/catalog/schema.ts'
import { PROVIDER_KEY_NAMES, SETTINGS } from '../../src/config.ts'
import { configurationPage, type FileSchema } from './configuration-page.ts'
import { BLOCK_WORDS } from './configuration-words.ts'

const schema = JSON.parse(readFileSync(SCHEMA_FILE, 'utf8')) as FileSchema
const page = readFileSync('docs/configuration.md', 'utf8')

test('docs/configuration.md is what the settings and the schema make', () => {
  assert.equal(page, configurationPage(schema))
})

test('every variable and every block is there, and every row says what the field takes', () => {
  for (const name of [...Object.keys(SETTINGS), ...PROVIDER_KEY_NAMES]) assert.ok(page.includes(`\`${name}\``), name)
  assert.deepEqual(Object.keys(BLOCK_WORDS), Object.keys(schema.properties ?? {}))
  const silent = page.split('\n').filter((line) => /^\| `[^`]+` \| \| /.test(line) || /^\| `[A-Z_]+` \|.*\| {1,2}\| [^|]* \|$/.test(line))
  assert.deepEqual(silent, [])
})

test('no address of the page takes along what stands behind it', () => {
  // What is no code is a link from its scheme to the next space, but for punctuation at its end. Source: https://github.github.com/gfm/#autolinks-extension- (2026-11-29)
  const addresses: readonly string[] = page.replaceAll(/`[^`\n]*`/g, '').match(/https?:\/\/[^\s<)]+/g) ?? []
  assert.ok(addresses.includes('https://pay.example.com'))
  assert.deepEqual(
    addresses.filter((href) => /["'\][{}>;]|,./.test(href)),
    [],
  )
})
