import type { Command as Program } from 'commander'
import type { Config, Environment } from '../config.ts'

/** One command: its arguments, options and action. The action returns the exit code, or nothing for 0; failures are thrown. */
export type Command = (program: Program, context: CommandContext) => void

/** A command's line in the registry; hidden ones are for Farebox itself. */
export type CommandEntry = {
  readonly name: string
  readonly summary: string
  readonly load: () => Promise<Command>
  readonly isHidden?: boolean
}

/** What a command works with. */
export type CommandContext = {
  readonly environment: Environment
  /** The settings; throws ConfigRefusedError. Read when asked, so that --help works with a broken setup. */
  readonly config: () => Config
  /** Prints a line for people or, with --json, one JSON document. */
  readonly print: (text: string) => void
  /** Prints a line beside the output, for people. */
  readonly note: (text: string) => void
}

/** Ends a command with an exit code of its own after it has said why. */
export class ExitError extends Error {
  readonly exitCode: number
  constructor(exitCode: number) {
    super('exit')
    this.name = 'ExitError'
    this.exitCode = exitCode
  }
}
