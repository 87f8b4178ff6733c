import { CommanderError, Command as Program } from 'commander'
import { type Environment, readConfig } from '../config.ts'
import type { CommandContext, CommandEntry } from './command.ts'
import { tellFailure } from './tell-failure.ts'

/** A command line without node and script, and its environment. */
export type Invocation = { readonly argv: readonly string[]; readonly environment: Environment }

const USAGE = 2

/** Runs the command that the first word names; loads that one alone. Returns the exit code and never throws. */
export async function run(entries: readonly CommandEntry[], invocation: Invocation): Promise<number> {
  const { argv, environment } = invocation
  const wantsJson = argv.includes('--json')
  try {
    const program = buildProgram(entries)
    const entry = entries.find(({ name }) => name === argv[0])
    if (entry !== undefined) await addCommand(program, entry, contextOf(environment))
    if (argv.length === 0) {
      program.outputHelp({ error: true })
      return USAGE
    }
    await program.parseAsync([...argv], { from: 'user' })
    return 0
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : USAGE
    return tellFailure(thrown, wantsJson)
  }
}

/** The program with every command by name and summary; enough for help and for saying what was misspelt. */
function buildProgram(entries: readonly CommandEntry[]): Program {
  const program = new Program('farebox').description('A self-hosted AI API business in one program.').helpCommand(false).exitOverride()
  program.addHelpText('after', '\nStart with: npm start. Ask each command for its options with --help.')
  program.showSuggestionAfterError(true)
  program.configureOutput({ outputError: (text, write) => write(`${text.trim()}\n  mend      see farebox --help\n`) })
  for (const { name, summary, isHidden } of entries)
    program
      .command(name, { hidden: isHidden ?? false })
      .summary(summary)
      .description(summary)
  return program
}

async function addCommand(program: Program, entry: CommandEntry, context: CommandContext): Promise<void> {
  const command = program.commands.find((known) => known.name() === entry.name)
  if (command === undefined) return
  const register = await entry.load()
  register(command, context)
}

const contextOf = (environment: Environment): CommandContext => ({
  environment,
  config: () => readConfig(environment),
  print: (text) => process.stdout.write(`${text}\n`),
  note: (text) => process.stderr.write(`${text}\n`),
})
