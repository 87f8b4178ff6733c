import { readFile } from 'node:fs/promises'
import {
  cancelPriceVersion,
  type ImportResult,
  importPrices,
  listPriceVersions,
  PRICE_LIST_FORMATS,
  type PriceChange,
  readPaymentSettings,
  type VersionView,
} from '../catalog/index.ts'
import { fail } from '../failures.ts'
import { errorCode } from '../lib/index.ts'
import { cardName, EXTRA_TIERS, PRICE_CLASS_NAMES, type WrittenPrice, type WrittenRates } from '../spec/index.ts'
import type { Command, CommandContext } from './command.ts'
import { withDatabase } from './database.ts'
import { JSON_OPTION, printData, shortTime } from './operator-command.ts'
import { formatTable } from './table.ts'

type Flags = {
  readonly format?: string
  readonly multiplier: string
  readonly only?: string
  readonly at?: string
  readonly reason?: string
  readonly apply?: boolean
  readonly json?: boolean
}

/** `farebox catalog import | prices | cancel`: prices that others publish, shown against ours and written when asked to; our own by time. */
export const catalog: Command = (program, context) => {
  program
    .command('import')
    .description('show what a published price list would change, and write it with --apply')
    .argument('<file>', "LiteLLM's model_prices_and_context_window.json, the api.json of models.dev, or models as in farebox.yaml")
    .option('--format <format>', `${PRICE_LIST_FORMATS.join(' or ')}; default: told by the file`)
    .option('--multiplier <decimal>', 'our price is so many times the listed one, such as 1.2', '1')
    .option('--only <pattern>', 'only models whose id or listed name matches, such as "claude-*"')
    .option('--at <time>', 'from when on the prices are to hold, such as 2027-03-01T00:00:00Z; default: now')
    .option('--reason <text>', 'why what rises for customers needs no notice; without it a rise waits until its notice is over')
    .option('--apply', 'write the changes as new price versions, all or none')
    .option(...JSON_OPTION)
    .action((file: string, flags: Flags) => runImport(context, file, flags))
  program
    .command('prices')
    .description('list the price versions of a model, those that are scheduled first')
    .argument('<model>', 'id of the model')
    .option(...JSON_OPTION)
    .action(async (model: string, flags: Flags) => {
      const data = await withDatabase(context, ({ app }) => listPriceVersions(app, { model, limit: VERSIONS_MAX }))
      printData(context, { data }, { isJson: flags.json, text: tellVersions(model, data) })
    })
  program
    .command('cancel')
    .description('cancel a price version that does not hold yet')
    .argument('<version>', 'number of the version')
    .option(...JSON_OPTION)
    .action(async (version: string, flags: Flags) => {
      if (!/^\d{1,9}$/.test(version)) fail('price_unknown')
      await withDatabase(context, ({ app }) => cancelPriceVersion(app, Number(version)))
      printData(context, { version: Number(version) }, { isJson: flags.json, text: `Price version ${version} will not hold.` })
    })
}

const VERSIONS_MAX = 1_000

function tellVersions(model: string, versions: readonly VersionView[]): string {
  if (versions.length === 0) return `${model} has no price yet.`
  const rows = versions.flatMap((version) => {
    const head = [String(version.version), version.state, shortTime(version.effective_at)]
    return [...cardsOf(version.price)].map(([name, card], index) => [
      ...(index === 0 ? head : ['', '', '']),
      name,
      ratesIn(undefined, card, true),
    ])
  })
  return formatTable(['version', 'state', 'from (UTC)', 'card', 'USD per million tokens or one piece'], rows, [0])
}

async function runImport(context: CommandContext, file: string, flags: Flags): Promise<void> {
  const text = await readText(file)
  const format = PRICE_LIST_FORMATS.find((known) => known === flags.format)
  if (flags.format !== undefined && format === undefined)
    fail('invalid_field', { field: 'format', expected: `one of ${PRICE_LIST_FORMATS.join(', ')}` })
  const { multiplier, only, reason: shorterNoticeReason } = flags
  const config = context.config()
  const notice = { days: readPaymentSettings(config, context.environment).rules.priceNoticeDays, actor: 'command line' }
  const effectiveAt = flags.at === undefined ? undefined : timeOf(flags.at)
  const how = { text, format, multiplier, only, effectiveAt, notice, shorterNoticeReason, isApplied: flags.apply === true }
  const result = await withDatabase(context, ({ app }) => importPrices(app, how))
  printData(context, result, { isJson: flags.json, text: tell(result) })
}

function timeOf(text: string): number {
  const time = Date.parse(text)
  return Number.isNaN(time) ? fail('invalid_field', { field: 'at', expected: 'a time such as 2027-03-01T00:00:00Z' }) : time
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (thrown) {
    return fail('price_list_invalid', { problem: `the file cannot be read (${errorCode(thrown)})` })
  }
}

function tell({ changes, isApplied }: ImportResult): string {
  if (changes.length === 0) return 'The list has no model of this catalogue, and none that its upstreams offer.'
  const rows = changes.filter((change) => change.action !== 'unchanged').flatMap(rowsOf)
  const table =
    rows.length === 0 ? [] : [formatTable(['what', 'model', 'listed as', 'card', 'USD per million tokens or one piece, or why not'], rows)]
  const count = (action: PriceChange['action']): number => changes.filter((change) => change.action === action).length
  const sum = `${count('added')} added, ${count('changed')} changed, ${count('unchanged')} unchanged, ${count('skipped')} skipped, ${count('refused')} refused.`
  const hasWork = count('added') + count('changed') > 0
  const waiting = changes.filter(({ isRise, holdsFrom }) => isRise === true && holdsFrom !== undefined)
  const waits = waiting.map(({ id, holdsFrom = '' }) => `${id} costs customers more from ${holdsFrom.slice(0, 10)} on.`)
  const end = isApplied ? 'Written.' : hasWork ? 'Nothing is written yet: add --apply to write it.' : 'Nothing to write.'
  return [...table, ...waits, `${sum} ${end}`].join('\n')
}

/** A row for each card that changes; the first names the model. */
function rowsOf(change: PriceChange): readonly (readonly string[])[] {
  const head = [change.action, change.id, change.listed]
  if (change.reason !== undefined) return [[...head, '', change.reason]]
  const [old, now] = [cardsOf(change.old), cardsOf(change.new)]
  const names = [...new Set([...now.keys(), ...old.keys()])]
  const rows = names.flatMap((name) => {
    const words = ratesIn(old.get(name), now.get(name), old.size === 0)
    return words === '' ? [] : [[name, words]]
  })
  return rows.map((row, index) => [...(index === 0 ? head : ['', '', '']), ...row])
}

/** The cards of a price by what they are called, the order being that of the price. */
function cardsOf(price: WrittenPrice | undefined): ReadonlyMap<string, WrittenRates> {
  const tiers = [['standard', price] as const, ...EXTRA_TIERS.map((tier) => [tier, price?.service_tiers?.[tier]] as const)]
  const cards = tiers.flatMap(([serviceTier, cards]) =>
    cards === undefined
      ? []
      : [
          [cardName({ serviceTier, inputAbove: 0 }), cards] as const,
          ...(cards.above ?? []).map((card) => [cardName({ serviceTier, inputAbove: card.prompt_tokens }), card] as const),
        ],
  )
  return new Map(cards)
}

function ratesIn(old: WrittenRates | undefined, now: WrittenRates | undefined, isNew: boolean): string {
  if (now === undefined) return 'no card of its own any more'
  const names = Object.values(PRICE_CLASS_NAMES).filter((name) => (isNew ? now[name] !== undefined : old?.[name] !== now[name]))
  const told = (name: (typeof names)[number]) =>
    isNew || old === undefined ? `${name} ${now[name]}` : `${name} ${old[name] ?? FOLLOWS} → ${now[name] ?? FOLLOWS}`
  return names.map(told).join(', ')
}

/** A class that is not shown costs what follows from input and output, and a piece what it costs on the first card. */
const FOLLOWS = 'as usual'
