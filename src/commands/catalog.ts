import { readFile } from 'node:fs/promises'
import { type ImportResult, importPrices, PRICE_LIST_FORMATS, type PriceChange } from '../catalog/index.ts'
import { fail } from '../failures.ts'
import { errorCode } from '../lib/index.ts'
import type { Command, CommandContext } from './command.ts'
import { withDatabase } from './database.ts'
import { JSON_OPTION, printData } from './operator-command.ts'
import { formatTable } from './table.ts'

type Flags = {
  readonly format?: string
  readonly multiplier: string
  readonly only?: string
  readonly apply?: boolean
  readonly json?: boolean
}

/** `farebox catalog import FILE`: prices that others publish, shown against ours and written when asked to. */
export const catalog: Command = (program, context) => {
  program
    .command('import')
    .description('show what a published price list would change, and write it with --apply')
    .argument('<file>', "LiteLLM's model_prices_and_context_window.json, or the api.json of models.dev")
    .option('--format <format>', `${PRICE_LIST_FORMATS.join(' or ')}; default: told by the file`)
    .option('--multiplier <decimal>', 'our price is so many times the listed one, such as 1.2', '1')
    .option('--only <pattern>', 'only models whose id or listed name matches, such as "claude-*"')
    .option('--apply', 'write the changes as new price versions, all or none')
    .option(...JSON_OPTION)
    .action((file: string, flags: Flags) => runImport(context, file, flags))
}

async function runImport(context: CommandContext, file: string, flags: Flags): Promise<void> {
  const text = await readText(file)
  const format = PRICE_LIST_FORMATS.find((known) => known === flags.format)
  if (flags.format !== undefined && format === undefined)
    fail('invalid_field', { field: 'format', expected: `one of ${PRICE_LIST_FORMATS.join(', ')}` })
  const { multiplier, only } = flags
  const result = await withDatabase(context.config(), ({ app }) =>
    importPrices(app, { text, format, multiplier, only, isApplied: flags.apply === true }),
  )
  printData(context, result, { isJson: flags.json, text: tell(result) })
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (thrown) {
    return fail('price_list_invalid', { problem: `the file cannot be read (${errorCode(thrown)})` })
  }
}

const CLASSES = ['input', 'output', 'cache_read', 'cache_write_5m', 'cache_write_1h'] as const

function tell({ changes, isApplied }: ImportResult): string {
  if (changes.length === 0) return 'The list has no model of this catalogue, and none that its upstreams offer.'
  const rows = changes.filter((change) => change.action !== 'unchanged').map(rowOf)
  const table = rows.length === 0 ? [] : [formatTable(['what', 'model', 'listed as', 'USD per million tokens, or why not'], rows)]
  const count = (action: PriceChange['action']): number => changes.filter((change) => change.action === action).length
  const sum = `${count('added')} added, ${count('changed')} changed, ${count('unchanged')} unchanged, ${count('refused')} refused.`
  const hasWork = count('added') + count('changed') > 0
  const end = isApplied ? 'Written.' : hasWork ? 'Nothing is written yet: add --apply to write it.' : 'Nothing to write.'
  return [...table, `${sum} ${end}`].join('\n')
}

const rowOf = (change: PriceChange): readonly string[] => [change.action, change.id, change.listed, change.reason ?? pricesOf(change)]

const pricesOf = ({ old, new: now }: PriceChange): string =>
  CLASSES.filter((name) => old === undefined || old[name] !== now?.[name])
    .map((name) => (old === undefined ? `${name} ${now?.[name]}` : `${name} ${old[name] ?? '-'} → ${now?.[name]}`))
    .join(', ')
