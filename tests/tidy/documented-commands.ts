import { existsSync, readFileSync } from 'node:fs'
import { Command } from 'commander'
import type { Block } from '../../checks/guides/blocks.ts'

/** The commands of a block, one a line, without comments and without the lines of a text that is handed to one. */
export const commandsIn = ({ text }: Block): readonly string[] =>
  text
    .replaceAll('\\\n', ' ')
    .split('\n')
    .map((line) => line.replace(/(^| {2,})# .*$/, '').trim())
    .filter((line) => line !== '')

/** The words after "farebox" where a line calls it, without settings before it and without what the shell does with its output. */
export function fareboxWords(line: string): readonly string[] | undefined {
  const [, called] = /^(?:[A-Z_]+=\S* )*(?:npx )?farebox (.*)$/.exec(line) ?? []
  if (called === undefined) return undefined
  const alone = called.replace(/ (?:[|>&]|2>).*$/, '').trim()
  return (alone.match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replace(/^"(.*)"$/, '$1'))
}

/** The words after "farebox" wherever a text names a command within a sentence. */
export const fareboxMentions = (text: string): readonly (readonly string[])[] =>
  [...text.matchAll(/`(?:npx )?farebox ([^`<]+)[^`]*`/g)].map(([, called = '']) => called.trim().split(/\s+/))

/** What is wrong with a command that is named and not written out: it, or an option of it, is not there. */
export function troubleInMention(commands: readonly Command[], words: readonly string[]): string | undefined {
  const trouble = troubleIn(commands, words)
  return trouble !== undefined && /unknown|too many/.test(trouble) ? trouble : undefined
}

/**
 * What is wrong with words, as the program's own parser reads them; undefined when nothing is. Options have to be known, values given,
 * arguments neither too few nor too many.
 */
export function troubleIn(commands: readonly Command[], words: readonly string[]): string | undefined {
  if (words.includes('--help')) return undefined
  let trouble: string | undefined
  const program = quiet(new Command('farebox'))
  for (const command of commands) program.addCommand(parsedOnly(command))
  try {
    program.parse([...words], { from: 'user' })
  } catch (thrown) {
    trouble = thrown instanceof Error ? thrown.message : String(thrown)
  }
  return trouble
}

const quiet = (command: Command): Command =>
  command.exitOverride().configureOutput({ writeErr: () => undefined, writeOut: () => undefined })

/** The same command with nothing to do. */
function parsedOnly(command: Command): Command {
  const copy = quiet(new Command(command.name()))
  for (const argument of command.registeredArguments) copy.addArgument(argument)
  for (const option of command.options) copy.addOption(option)
  for (const inner of command.commands) copy.addCommand(parsedOnly(inner))
  const isAble = command.commands.length === 0 || command.registeredArguments.length > 0
  return isAble ? copy.action(() => undefined) : copy
}

/** What is wrong with who is said to run a block; undefined when nothing is. */
export function runnerTrouble({ page, runBy }: Block): string | undefined {
  if (runBy === 'guides' || 'notRun' in runBy) return undefined
  if (!existsSync(runBy.file)) return `${runBy.file} is not there`
  return readFileSync(runBy.file, 'utf8').includes(page) ? undefined : `${runBy.file} does not speak of ${page}`
}
