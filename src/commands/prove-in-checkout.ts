import { type Command, ExitError } from './command.ts'

const NOT_RUN = 3

/** `farebox prove` of the package, in which no check is: it says where they are, and ends with 3, as a check does that cannot run. */
export const prove: Command = (program, context) => {
  program
    .argument('[ids...]', 'the checks to run')
    .allowUnknownOption()
    .action(() => {
      context.note('not run: the checks come with the sources of this version. In a checkout of it: npm ci && npm run prove -- --list')
      throw new ExitError(NOT_RUN)
    })
}
