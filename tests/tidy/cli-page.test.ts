// docs/cli.md says what the commands are (remade by: node tests/tidy/write-cli-page.ts), and every line of the documentation that calls
// farebox is read by the program's own parser, as is what alerts say. Each block of commands is run by a test or check, or says why it is not.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { before, test } from 'node:test'
import type { Command } from 'commander'
import { type Block, blocksOf, isShell, pagesOfDocs } from '../../checks/guides/blocks.ts'
import { GUIDES } from '../../checks/guides/index.ts'
import { COMMANDS } from '../../src/commands/index.ts'
import { allCommands, cliPage } from './cli-page.ts'
import { commandsIn, fareboxMentions, fareboxWords, runnerTrouble, troubleIn, troubleInMention } from './documented-commands.ts'

const blocks = pagesOfDocs().flatMap(blocksOf).filter(isShell)
const ALERTS = 'deploy/prometheus/farebox-alerts.yaml'
let commands: readonly Command[]

before(async () => {
  commands = await allCommands()
})

test('docs/cli.md is what the commands make, and has every one of them', () => {
  const page = readFileSync('docs/cli.md', 'utf8')
  assert.equal(page, cliPage(commands))
  for (const { name, isHidden } of COMMANDS) assert.equal(page.includes(`\n## ${name}\n`), isHidden !== true, name)
})

test('a command, an option, an argument that is not there is found', () => {
  assert.match(troubleIn(commands, ['backups', 'x']) ?? '', /unknown command/)
  assert.match(troubleIn(commands, ['import', 'one-api', 'x', '--aply', '--secrets', 'y']) ?? '', /unknown option '--aply'/)
  assert.match(troubleIn(commands, ['credit', '7', '--reason', 'x']) ?? '', /missing required argument/)
  assert.match(troubleIn(commands, ['credit', '7', '10.00', '--reason']) ?? '', /argument missing/)
  assert.match(troubleIn(commands, ['account', 'show', '7', '8']) ?? '', /too many arguments/)
  assert.match(troubleIn(commands, ['account', 'creat', 'x']) ?? '', /unknown command|too many/)
})

test('every line of the pages that calls farebox is one that it takes', () => {
  const calls = blocks.flatMap((block) =>
    commandsIn(block).flatMap((line) => {
      const words = fareboxWords(line)
      return words === undefined ? [] : [{ page: block.page, line, words }]
    }),
  )
  assert.ok(calls.length > 40)
  for (const { page, line, words } of calls) assert.equal(troubleIn(commands, words), undefined, `${page}: ${line}`)
})

test('every command that a sentence names is there, in the pages as in what an alert tells to do', () => {
  assert.match(troubleInMention(commands, ['ledger', 'verify']) ?? '', /unknown command/)
  assert.match(troubleInMention(commands, ['account', 'shown']) ?? '', /unknown command|too many/)
  const named = [...pagesOfDocs(), ALERTS].flatMap((page) => fareboxMentions(readFileSync(page, 'utf8')).map((words) => ({ page, words })))
  assert.ok(named.length > 100 && named.some(({ page }) => page === ALERTS))
  for (const { page, words } of named) assert.equal(troubleInMention(commands, words), undefined, `${page}: ${words.join(' ')}`)
})

test('every block of commands is run by a test or a check that knows its page, or says why it is not', (context) => {
  for (const block of blocks) assert.equal(runnerTrouble(block), undefined, block.page)
  const pages = (holds: (block: Block) => boolean): readonly string[] => [...new Set(blocks.filter(holds).map(({ page }) => page))].sort()
  assert.deepEqual(
    pages(({ runBy }) => runBy === 'guides'),
    [...GUIDES].sort(),
  )
  const notRun = blocks.flatMap(({ runBy }) => (typeof runBy === 'object' && 'notRun' in runBy ? [runBy.notRun] : []))
  const reasons = [...Map.groupBy(notRun, (reason) => reason)].map(([reason, all]) => `${all.length} × ${reason}`)
  context.diagnostic(`${blocks.length - notRun.length} of ${blocks.length} blocks are run; not run: ${reasons.join(', ')}`)
  assert.ok(notRun.length <= NOT_RUN_MAX, `${notRun.length} blocks are not run`)
})

/** A new block that nothing runs has to be argued for. */
const NOT_RUN_MAX = 18
