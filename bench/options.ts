import { parseArgs } from 'node:util'
import { PROXY_NAMES, type ProxyName, USUAL_PROXIES } from './proxies/index.ts'
import { SCENARIO_NAMES, type ScenarioName } from './scenarios.ts'

/** What the command line asked for. */
export type Options = {
  readonly quick: boolean
  readonly rounds: number
  readonly only: readonly ScenarioName[]
  readonly proxies: readonly ProxyName[]
  readonly writeReadme: boolean
  readonly help: boolean
}

/** What --help prints. */
export const HELP = `node bench/run.ts [options]
  --quick               2 rounds of short measurements, to see that it runs; its figures are not for quoting
  --rounds N            rounds, 1 to 50 (5; with --quick 2)
  --only a,b            some of ${SCENARIO_NAMES.join(', ')}
  --proxies a,b         some of nginx, node-sockets, farebox, farebox-cores (paid only), farebox-tls (tls and handshake only), farebox-before (FAREBOX_BENCH_BEFORE), portkey; direct is always there
  --write-readme        measure nothing; write the table of the latest whole run into bench/README.md
  --help                this text
`

/** Reads the arguments; throws with one line that says what is wrong. */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      only: { type: 'string' },
      proxies: { type: 'string' },
      'write-readme': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  const rounds = Number(values.rounds ?? (values.quick ? 2 : 5))
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 50) throw new Error('--rounds takes a whole number from 1 to 50')
  const proxies = values.proxies === undefined ? USUAL_PROXIES : namesOf('--proxies', values.proxies, PROXY_NAMES)
  return {
    quick: values.quick,
    rounds,
    only: namesOf('--only', values.only, SCENARIO_NAMES),
    proxies: proxies.includes('direct') ? proxies : ['direct', ...proxies],
    writeReadme: values['write-readme'],
    help: values.help,
  }
}

/** The known names in a comma-separated list, in their own order; all of them when nothing was said. */
function namesOf<T extends string>(flag: string, list: string | undefined, known: readonly T[]): readonly T[] {
  if (list === undefined) return known
  const wanted = list.split(',').map((name) => name.trim())
  const unknown = wanted.find((name) => !known.some((one) => one === name))
  if (unknown !== undefined) throw new Error(`${flag} does not know "${unknown}"; it takes ${known.join(', ')}`)
  return known.filter((name) => wanted.includes(name))
}
