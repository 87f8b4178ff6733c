import { type Argument, type Command, type Option, Command as Program } from 'commander'
import { COMMANDS, type CommandContext } from '../../src/commands/index.ts'

const CONTEXT: CommandContext = {
  environment: {},
  config: () => {
    throw new TypeError('nothing is run')
  },
  print: () => undefined,
  note: () => undefined,
}

/** Every command with its own commands, as the program itself defines them. */
export async function allCommands(): Promise<readonly Command[]> {
  const program = new Program('farebox')
  for (const { name, summary, load, isHidden } of COMMANDS) {
    if (isHidden === true) continue
    const command = program.command(name).description(summary)
    const register = await load()
    register(command, CONTEXT)
  }
  return program.commands
}

/** docs/cli.md: every command, argument and option, and what exit codes mean. */
export const cliPage = (commands: readonly Command[]): string =>
  [...HEAD, ...commands.flatMap((command) => [...partOf(command), ''])].join('\n')

function partOf(command: Command): readonly string[] {
  const leaves = leavesOf(command)
  const [only] = leaves
  const isAlone = leaves.length === 1 && only === command
  const head = [`## ${command.name()}`, '', `${sentence(command.description())}`, '']
  return [
    ...head,
    ...leaves.flatMap((leaf, index) => [
      ...(index === 0 ? [] : ['']),
      ...(isAlone ? [] : [`### ${pathOf(leaf)}`, '']),
      ...leafOf(leaf, isAlone),
    ]),
  ]
}

/** The commands that do something: those without commands of their own, and those that do something besides. */
function leavesOf(command: Command): readonly Command[] {
  if (command.commands.length === 0) return [command]
  const isAble = command.registeredArguments.length > 0
  return [...(isAble ? [command] : []), ...command.commands.flatMap(leavesOf)]
}

const pathOf = (command: Command): string => {
  const { parent } = command
  return parent === null || parent.name() === 'farebox' ? command.name() : `${pathOf(parent)} ${command.name()}`
}

function leafOf(command: Command, isAlone: boolean): readonly string[] {
  const words = command.registeredArguments.map((argument) => (argument.required ? `<${nameOf(argument)}>` : `[${nameOf(argument)}]`))
  const said = isAlone ? [] : [sentence(command.description()), '']
  const usage = `\`farebox ${[pathOf(command), ...words].join(' ')}\``
  const rows = [...command.registeredArguments.map(argumentRow), ...command.options.filter(({ hidden }) => !hidden).map(optionRow)]
  return [...said, usage, ...(rows.length === 0 ? [] : ['', '| | what it is | else |', '| --- | --- | --- |', ...rows])]
}

const nameOf = (argument: Argument): string => `${argument.name()}${argument.variadic ? '…' : ''}`

const argumentRow = (argument: Argument): string =>
  `| \`${nameOf(argument)}\` | ${inCell(argument.description)}${choices(argument.argChoices)} | ${argument.required ? 'has to be given' : shown(argument.defaultValue)} |`

const optionRow = (option: Option): string =>
  `| \`${inCell(option.flags)}\` | ${inCell(option.description)}${choices(option.argChoices)} | ${option.mandatory ? 'has to be given' : shown(option.defaultValue)} |`

const choices = (words: readonly string[] | undefined): string => (words === undefined ? '' : ` (${words.join(', ')})`)

const shown = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? `\`${value}\`` : '')

const inCell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')

const sentence = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}${text.endsWith('.') ? '' : '.'}`

const HEAD = [
  '# Command line',
  '',
  '<!-- Made by: node tests/tidy/write-cli-page.ts -->',
  '',
  '`npx farebox <command>` inside the checkout, `farebox <command>` where the package is installed. It is quiet when all is well, and a failure says',
  'what, where, what was expected, and how to mend it. Every command has `--help`; where it prints data, `--json` prints one document for',
  'machines, errors included. Settings are those of [configuration](configuration.md). Commands that speak of the running server find it by',
  '`FAREBOX_OPERATOR_LISTEN` and the token of the data directory, or `FAREBOX_OPERATOR_TOKEN`.',
  '',
  '| exit code | what it means |',
  '| --- | --- |',
  '| 0 | done |',
  '| 1 | failed; the message says why and what to do |',
  '| 2 | usage: no such command, or an option or argument that is not right |',
  '| 3 | nothing is wrong, and nothing is proven either (`prove`, `verify audit`); it says what was missing |',
  '| 78 | the configuration is refused; every problem is told at once |',
  '| 130 | interrupted (`prove`); what it had started is stopped |',
  '',
] as const
