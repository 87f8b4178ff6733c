// Guarantee: every line of the documentation that calls farebox names a command that there is, with options that it takes.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Command } from 'commander'
import { COMMANDS, type CommandContext } from './index.ts'

const PAGES = ['README.md', ...readdirSync('docs').map((name) => join('docs', name))].filter((name) => name.endsWith('.md'))

/** Lines in blocks of commands that call farebox, without what the shell does with their output. */
const lines = PAGES.flatMap((page) =>
  [...readFileSync(page, 'utf8').matchAll(/^```\w*\n([\s\S]*?)^```/gm)].flatMap(([, block = '']) =>
    block
      .replaceAll('\\\n', ' ')
      .split('\n')
      .filter((line) => /^(?:npx )?farebox /.test(line))
      .map((line) => ({
        page,
        words: line
          .replace(/ {2,}#.*$| [|>&].*$/g, '')
          .replace(/^(?:npx )?farebox /, '')
          .trim()
          .split(/\s+/),
      })),
  ),
)

const context: CommandContext = {
  environment: {},
  config: () => assert.fail('nothing is run'),
  print: () => undefined,
  note: () => undefined,
}

/** The command, or command of a command, that the words call, and the words after its name. */
async function find(words: readonly string[]): Promise<{ readonly command: Command; readonly rest: readonly string[] } | undefined> {
  const entry = COMMANDS.find(({ name }) => name === words[0])
  if (entry === undefined) return undefined
  const root = new Command(entry.name)
  const register = await entry.load()
  register(root, context)
  let [command, rest] = [root, words.slice(1)]
  for (let next = inner(command, rest[0]); next !== undefined; next = inner(command, rest[0])) [command, rest] = [next, rest.slice(1)]
  return { command, rest }
}

const inner = (command: Command, word: string | undefined): Command | undefined => command.commands.find((known) => known.name() === word)

/** What is wrong with a line; empty when nothing is. */
async function troubleIn(words: readonly string[]): Promise<readonly string[]> {
  const found = await find(words)
  if (found === undefined) return [`there is no command ${words[0]}`]
  const known = new Set([...found.command.options.flatMap(({ long, short }) => [long, short]), '--help'])
  return found.rest.filter((word) => word.startsWith('--') && !known.has(word.split('=')[0]))
}

test('a command and an option that are not there are found', async () => {
  assert.deepEqual(await troubleIn(['backups', 'x']), ['there is no command backups'])
  assert.deepEqual(await troubleIn(['import', 'one-api', 'x', '--aply', '--secrets', 'y']), ['--aply'])
})

test('commands and options of the pages are there', async () => {
  assert.ok(lines.length > 20)
  for (const { page, words } of lines) assert.deepEqual(await troubleIn(words), [], `${page}: ${words.join(' ')}`)
})
