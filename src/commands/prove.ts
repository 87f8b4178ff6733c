import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  CHECKS,
  type Check,
  type CheckLine,
  chooseServer,
  clauseTable,
  endedAs,
  keepResult,
  type LiveTarget,
  livePrivacy,
  NotRunError,
  PROOF_DIRECTORY,
  runCheck,
  SERVERS,
  type ServerKind,
  TIERS,
  type Tier,
  unlessInterrupted,
} from '../../checks/index.ts'
import { systemClock } from '../lib/index.ts'
import { type Command, type CommandContext, ExitError } from './command.ts'

/** `farebox prove`: runs checks of the catalogue, or all of a tier; each prints one JSON line and adds it to proof/results.jsonl. */
export const prove: Command = (program, context) => {
  program
    .argument('[ids...]', 'the checks to run, such as MON-03, or CLAUSES to list what they show; without any all of the tier')
    .option('--tier <tier>', `how much: ${TIERS.join(', ')}`, 'pr')
    .option('--n <count>', 'how much of what the check counts, instead of the size of the tier')
    .option('--seed <number>', 'the seed of what is random')
    .option('--postgres <server>', `the PostgreSQL to run it on: ${SERVERS.join(', ')} (of the system's packages), or both`, 'embedded')
    .option('--privacy', 'run what a running deployment can stand of the privacy checks, with --address, --operator and --model')
    .option('--address <url>', 'where customers reach it')
    .option('--operator <url>', 'where its operator does; the token is FAREBOX_OPERATOR_TOKEN in the environment')
    .option('--model <model>', 'the model to call, which costs what it costs')
    .option('--data-dir <folder>', 'its data directory, where that is on this machine')
    .option('--list', 'print the checks and their sizes')
    .option('--json', 'print nothing but the JSON lines')
    .addHelpText('after', '\nExit codes: 0 all hold, 1 a check failed, 3 the one check could not run here, 130 interrupted.')
    .action((ids: readonly string[], options: Options) => runProve(context, ids, options))
}

type Options = {
  readonly tier: string
  readonly n?: string
  readonly seed?: string
  readonly postgres: string
  readonly privacy?: boolean
  readonly address?: string
  readonly operator?: string
  readonly model?: string
  readonly dataDir?: string
  readonly list?: boolean
  readonly json?: boolean
}

const USAGE = 2
const FAILED = 1
const NOT_RUN = 3
const INTERRUPTED = 130

async function runProve(context: CommandContext, ids: readonly string[], options: Options): Promise<void> {
  if (options.list === true) return listChecks(context)
  if (ids[0] === 'CLAUSES') return listClauses(context)
  const tier =
    TIERS.find((name) => name === options.tier) ?? refuse(context, `There is no tier "${options.tier}". Use ${TIERS.join(', ')}.`)
  const asked = { tier, ...wholeOption(context, 'n', options.n), ...wholeOption(context, 'seed', options.seed) }
  const progress = (text: string): void => {
    if (options.json !== true) context.note(`  ${text}`)
  }
  const lines: CheckLine[] = []
  const servers = chosenServers(context, options.postgres)
  const checks = options.privacy === true ? [livePrivacy(liveTarget(context, options))] : chosenChecks(context, ids, tier)
  for (const check of checks) {
    for (const server of servers) {
      if (options.json !== true) context.note(`${check.id}  ${check.title}${servers.length > 1 ? ` (${server})` : ''}`)
      const line = await unlessInterrupted(() => runOn(server, check, { ...asked, progress }))
      if (line === 'interrupted') return endInterrupted(context, check)
      keepResult(PROOF_DIRECTORY, line)
      context.print(JSON.stringify(line))
      lines.push(line)
    }
  }
  const count = (ended: ReturnType<typeof endedAs>): number => lines.filter((line) => endedAs(line) === ended).length
  if (ids.length !== 1) context.print(`${count('passed')} passed, ${count('failed')} failed, ${count('not run')} not run`)
  if (count('failed') > 0) throw new ExitError(FAILED)
  if (ids.length === 1 && count('not run') > 0) {
    context.note(`not run: ${lines.find((line) => line.notRun !== undefined)?.notRun ?? ''}`)
    throw new ExitError(NOT_RUN)
  }
}

/** Ends at once, as the check knows nothing of it; it has no line, as it came to nothing. */
function endInterrupted(context: CommandContext, { id }: Check): never {
  context.note(`${id} was interrupted. What it had started is stopped.`)
  process.exit(INTERRUPTED)
}

/** The deployment that is named; a token on a command line could be read by anyone on the machine, so it comes in the environment. */
function liveTarget(context: CommandContext, { address, operator, model, dataDir }: Options): LiveTarget {
  const operatorToken = context.environment['FAREBOX_OPERATOR_TOKEN']
  if (address === undefined || operator === undefined || model === undefined || operatorToken === undefined)
    return refuse(context, 'Name the deployment: --address, --operator and --model, with FAREBOX_OPERATOR_TOKEN in the environment.')
  return { address, operatorAddress: operator, operatorToken, model, dataDir }
}

function runOn(server: ServerKind, check: Check, options: Parameters<typeof runCheck>[1]): Promise<CheckLine> {
  const chosen = chooseServer(server)
  if ('name' in chosen) return runCheck(check, { ...options, on: chosen.name })
  return runCheck({ ...check, load: () => Promise.reject(new NotRunError(chosen.notRun)) }, { ...options, on: server })
}

function chosenServers(context: CommandContext, named: string): readonly ServerKind[] {
  if (named === 'both') return SERVERS
  const found = SERVERS.filter((server) => server === named)
  return found.length > 0 ? found : refuse(context, `There is no server "${named}". Use ${SERVERS.join(', ')} or both.`)
}

function chosenChecks(context: CommandContext, ids: readonly string[], tier: Tier): readonly Check[] {
  if (ids.length === 0) return CHECKS.filter((check) => check.sizes[tier] > 0)
  const unknown = ids.find((id) => CHECKS.every((check) => check.id !== id))
  if (unknown !== undefined) refuse(context, `There is no check "${unknown}". See them with: farebox prove --list`)
  return CHECKS.filter((check) => ids.includes(check.id))
}

function wholeOption<Name extends 'n' | 'seed'>(context: CommandContext, name: Name, text: string | undefined): { [key in Name]?: number } {
  if (text === undefined) return {}
  if (!/^\d{1,12}$/.test(text)) return refuse(context, `--${name} takes a whole number, not "${text}".`)
  return { [name]: Number(text) } as { [key in Name]?: number }
}

function listChecks(context: CommandContext): void {
  for (const { id, title, sizes, unit } of CHECKS) {
    const shown = TIERS.map((tier) => `${tier} ${sizes[tier]}`).join(', ')
    context.print(`${id.padEnd(11)} ${title} (${unit}: ${shown})`)
  }
}

/** Prints every clause of the privacy policy with its checks and how they last ended, here and under the data directory; exits 1 when one is red. */
function listClauses(context: CommandContext): void {
  const places = [PROOF_DIRECTORY, join(context.config().dataDir, PROOF_DIRECTORY)].map((place) => join(place, 'results.jsonl'))
  const texts = places.filter((path) => existsSync(path)).map((path) => readFileSync(path, 'utf8'))
  const { lines, isRed } = clauseTable(texts, systemClock.now())
  for (const line of lines) context.print(line)
  if (isRed) throw new ExitError(FAILED)
}

function refuse(context: CommandContext, message: string): never {
  context.note(message)
  throw new ExitError(USAGE)
}
