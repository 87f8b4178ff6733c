// docs/cli.md says what the commands are. Remade by: node tests/tidy/write-cli-page.ts
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { COMMANDS } from '../../src/commands/index.ts'
import { allCommands, cliPage } from './cli-page.ts'

test('docs/cli.md is what the commands make, and has every one of them', async () => {
  const page = readFileSync('docs/cli.md', 'utf8')
  assert.equal(page, cliPage(await allCommands()))
  for (const { name, isHidden } of COMMANDS) assert.equal(page.includes(`\n## ${name}\n`), isHidden !== true, name)
})
