import type { SimRequest, SimScript } from '../../sim/index.ts'

/** Where a session of a coding tool takes place: a folder with the one file that it is to edit, and a home of its own. */
export type Place = {
  readonly home: string
  readonly folder: string
  readonly file: string
  readonly base: string
  readonly key: string
  readonly model: string
}

/** A program to start. */
export type Command = { readonly program: string; readonly args: readonly string[]; readonly env: Readonly<Record<string, string>> }

/** A coding tool from npm, as it is run without a terminal. */
export type CodingTool = {
  readonly name: string
  /** With its exact version. */
  readonly package: string
  /** Prepares a home, and tells how a session is started; `modules` is where the package lies. */
  readonly session: (place: Place, modules: string) => Command
  /** How the model answers: a wish to use the tool's own tools until the file says that the ferry takes twenty minutes. */
  readonly script: (request: SimRequest, place: Place) => SimScript
}

export const BEFORE = 'The ferry takes ten minutes.\n'
export const AFTER = 'The ferry takes twenty minutes.\n'
export const WISH = 'Make it twenty minutes in ferry.txt'
export const DONE = 'It takes twenty minutes now.'

/** How often the model has answered before. */
export const turnOf = (request: SimRequest): number =>
  request.messages.filter(({ role }) => role === 'assistant' || role === 'model').length

/** A call of one tool. */
export const callOf = (name: string, given: Readonly<Record<string, unknown>>): SimScript => ({
  toolCalls: [{ name, arguments: JSON.stringify(given) }],
})
