/** Taking over from LiteLLM, new-api and one-api: reads their tables, shows what would come of it, writes it once. Never writes to them, and takes no key of theirs. */
import { existsSync, writeFileSync } from 'node:fs'
import { connect, lockDataDir } from '../../db/index.ts'
import { FailureError, fail, failure } from '../../failures.ts'
import { makeLedger } from '../../ledger/index.ts'
import { errorCode, systemClock, systemIds } from '../../lib/index.ts'
import { openKeyVault } from '../../privacy/index.ts'
import type { Command, CommandContext } from '../command.ts'
import { type OpenedDatabase, withDatabase } from '../database.ts'
import { JSON_OPTION, printData } from '../operator-command.ts'
import { formatTable } from '../table.ts'
import { applyImport, type MintedKey } from './apply-import.ts'
import { catalogOf } from './catalog-of.ts'
import type { Imported } from './imported.ts'
import { fromLitellm, LITELLM_TABLES } from './litellm.ts'
import { fromOneApi, ONE_API_TABLES } from './one-api.ts'
import { type ImportPlan, type ImportStep, planImport } from './plan-import.ts'
import { readTables } from './read-tables.ts'

type Flags = {
  readonly apply?: boolean
  readonly secrets?: string
  readonly catalog?: string
  readonly budgetsAreCredit?: boolean
  readonly json?: boolean
}

/** `farebox import litellm|new-api|one-api FROM`: what would be taken over, and with --apply it is. */
export const importCommand: Command = (program, context) => {
  for (const source of ['litellm', 'new-api', 'one-api'] as const) {
    const command = program
      .command(source)
      .description(`show what would be taken over from ${source}, and do it with --apply`)
      .argument(
        '<from>',
        'postgres://… of its database, its SQLite file, a folder with <table>.csv for each table, a dump of its MySQL, or a JSON file {"table": [rows]}',
      )
      .option('--dry-run', 'write nothing; this is what happens without --apply, too')
      .option('--apply', 'write it; Farebox must not run meanwhile. Doing it twice changes nothing')
      .option('--secrets <file>', 'where the new keys are written, for their owners; with --apply')
      .option('--catalog <file>', 'where upstreams, models and prices are written as the beginning of a farebox.yaml')
      .option(...JSON_OPTION)
    if (source === 'litellm') command.option('--budgets-are-credit', "take what is left of a user's budget for paid")
    command.action((from: string, flags: Flags & { readonly dryRun?: boolean }) => runImport(context, { source, from }, flags))
  }
}

type Order = { readonly source: Imported['source']; readonly from: string }

async function runImport(context: CommandContext, { source, from }: Order, flags: Flags & { readonly dryRun?: boolean }): Promise<void> {
  const isApplied = flags.apply === true && flags.dryRun !== true
  const imported =
    source === 'litellm'
      ? fromLitellm(await readTables(from, LITELLM_TABLES), flags.budgetsAreCredit === true)
      : fromOneApi(source, await readTables(from, ONE_API_TABLES))
  const { secrets } = flags
  if (isApplied && secrets === undefined && imported.accounts.some(({ keys }) => keys.length > 0)) fail('import_secrets_missing')
  // Said before anything is written: a file that is there is not written over.
  for (const path of [flags.catalog, isApplied ? secrets : undefined])
    if (path !== undefined && existsSync(path)) fail('file_unwritable', { path, problem: 'EEXIST' })
  const config = context.config()
  // Keys of persons are files that one process alone may write.
  if (isApplied) await (await lockDataDir(config.dataDir)).release()
  const { steps, minted } = await withDatabase(context, (opened) => carryOut(context, opened, { imported, isApplied }))
  if (flags.catalog !== undefined) writeNew(flags.catalog, catalogOf(imported))
  if (isApplied && secrets !== undefined) writeNew(secrets, tellSecrets(minted))
  printData(context, { source, steps, is_applied: isApplied }, { isJson: flags.json, text: tell(steps, isApplied) })
}

type Job = { readonly imported: Imported; readonly isApplied: boolean }
type Done = { readonly steps: readonly ImportStep[]; readonly minted: readonly MintedKey[] }

async function carryOut(
  context: CommandContext,
  { connection, app, keyring }: OpenedDatabase,
  { imported, isApplied }: Job,
): Promise<Done> {
  const clock = systemClock
  const plan: ImportPlan = await planImport(app, keyring, { imported, now: clock.now() })
  if (!isApplied) return { steps: [...plan.accounts.flatMap(({ steps }) => steps), ...plan.left], minted: [] }
  const ids = systemIds(clock.now)
  const books = connect({ connection, role: 'farebox_ledger', poolMax: 2 })
  const vault = await openKeyVault({ config: context.config(), connection, keyring, clock })
  try {
    const ledger = makeLedger(books, { ids, subjects: vault.subjects })
    return await applyImport({ app, ledger, subjects: vault.subjects, clock }, plan)
  } finally {
    await vault.close()
    await books.end()
  }
}

const tellSecrets = (minted: readonly MintedKey[]): string => minted.map((key) => `${JSON.stringify(key)}\n`).join('')

/** Writes a file that is not there yet, for its owner's eyes alone. Fails with file_unwritable. */
function writeNew(path: string, text: string): void {
  try {
    writeFileSync(path, text, { flag: 'wx', mode: 0o600 })
  } catch (thrown) {
    throw new FailureError(failure('file_unwritable', { path, problem: errorCode(thrown) }), thrown)
  }
}

function tell(steps: readonly ImportStep[], isApplied: boolean): string {
  const rows = steps.filter(({ action }) => action !== 'there').map(({ action, noun, ref, detail }) => [action, noun, ref, detail])
  const count = (action: ImportStep['action']): number => steps.filter((step) => step.action === action).length
  const sum = `${count('new')} new, ${count('there')} there already, ${count('refused')} not taken over.`
  const end = isApplied ? 'Written.' : 'Nothing is written yet: add --apply to write it.'
  return [...(rows.length === 0 ? [] : [formatTable(['what', 'of', 'there', 'here, or why not'], rows)]), `${sum} ${end}`].join('\n')
}
