import { resolve } from 'node:path'
import { applyConfigured, type Change, listModels } from '../catalog/index.ts'
import type { Command, CommandContext } from './command.ts'
import { placeOf, withDatabase } from './database.ts'

/** `farebox apply [FILE]`: brings the catalogue to what the file and the provider keys say; a running Farebox hears of it at once. */
export const apply: Command = (program, context) => {
  program
    .argument('[file]', 'the configuration file; default: FAREBOX_CONFIG, or farebox.yaml here')
    .option('--json', 'print what changed as JSON')
    .action((file: string | undefined, options: { readonly json?: boolean }) => runApply(context, file, options.json === true))
}

async function runApply(context: CommandContext, file: string | undefined, wantsJson: boolean): Promise<void> {
  const config = context.config()
  const configPath = file === undefined ? config.configPath : resolve(file)
  const { changes, unpriced } = await withDatabase(context, async ({ app, keyring }) => {
    const { providerKeys } = config
    const applied = await applyConfigured(app, { configPath, providerKeys, environment: context.environment }, keyring)
    const models = await listModels(app)
    return { ...applied, unpriced: models.filter((model) => model.is_active && model.price === null).map((model) => model.id) }
  })
  const place = placeOf(config)
  if (wantsJson) context.print(JSON.stringify({ file: configPath ?? null, database: place, changes, unpriced }))
  else tell(context, { changes, unpriced, configPath, place })
  if (configPath !== undefined && configPath !== config.configPath) context.note(lastsUntilStart(configPath, config.configPath))
}

/** A start applies the usual file alone, and what came from a file before and is not in it goes. */
function lastsUntilStart(file: string, usual: string | undefined): string {
  const next = usual === undefined ? 'the provider keys, as there is no farebox.yaml' : usual
  return `This does not last: what only ${file} has is let go of by the next start, which applies ${next}. Make it your farebox.yaml, or name it in FAREBOX_CONFIG.`
}

type Applied = {
  readonly changes: readonly Change[]
  readonly unpriced: readonly string[]
  readonly configPath: string | undefined
  readonly place: string
}

function tell(context: CommandContext, { changes, unpriced, configPath, place }: Applied): void {
  const done = changes.filter(({ action }) => action !== 'skipped' && action !== 'held')
  for (const { action, noun, id } of done) context.print(`${action.padEnd(8)} ${noun.padEnd(8)} ${id}`)
  const from = configPath ?? 'the provider keys (there is no farebox.yaml)'
  context.print(
    done.length === 0
      ? `Nothing to change: the catalogue in ${place} is what ${from} says.`
      : `Applied ${from} to ${place}: ${done.length} changes.`,
  )
  for (const { id, until = '' } of changes.filter((change) => change.action === 'held'))
    context.note(
      `Held back: ${id} rises on ${until.slice(0, 10)}, when customers have had their notice. shorter_notice_reason lets it rise now.`,
    )
  for (const { noun, id } of changes.filter((change) => change.action === 'skipped'))
    context.note(`Left alone: ${noun} ${id} belongs to farebox.yaml or the operator.`)
  for (const id of unpriced) context.note(`No price: calls to ${id} are refused until you give it one.`)
}
