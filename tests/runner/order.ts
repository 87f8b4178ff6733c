import { parseArgs } from 'node:util'

/** What `npm test` was asked for, or why it cannot be told; both refusals end with the help. */
export type Order = { readonly isOlderServer: boolean } | { readonly text: string; readonly exitCode: 0 | 2 }

const HELP = `npm test -- [option]
  --older-server   all database tests on Debian's PostgreSQL 15, and nothing else
  --help           this text
One file: node --test FILE. One check: npm run prove -- NAME --n N.
`

/** Reads the arguments; what is not known is refused, so that nobody waits for another run than the one asked for. */
export function readOrder(args: readonly string[]): Order {
  try {
    const { values } = parseArgs({ args: [...args], options: { 'older-server': { type: 'boolean' }, help: { type: 'boolean' } } })
    return values.help === true ? { text: HELP, exitCode: 0 } : { isOlderServer: values['older-server'] === true }
  } catch (error) {
    return { text: `${error instanceof Error ? error.message : String(error)}\n${HELP}`, exitCode: 2 }
  }
}
