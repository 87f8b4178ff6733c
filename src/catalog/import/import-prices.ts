import { type Database, sql } from '../../db/index.ts'
import { fail } from '../../failures.ts'
import type { Strategy } from '../../spec/index.ts'
import { applyModel, mayWrite } from '../apply.ts'
import type { DesiredModel, Source } from '../desired.ts'
import { listModels, listUpstreams } from '../list.ts'
import { lockCatalog } from '../lock.ts'
import { type Decimal, DecimalError, parseDecimal } from './decimal.ts'
import { type ImportPlan, type PriceChange, planImport } from './plan-import.ts'
import type { PriceListFormat } from './price-list.ts'
import { type PriceList, readPriceList } from './read-price-list.ts'

/** A price list and what to make of it; without `isApplied` nothing is written. */
export type ImportOptions = {
  readonly text: string
  readonly format?: PriceListFormat | undefined
  /** A decimal above 0 and up to 1000; our price is so many times the listed one. */
  readonly multiplier?: string | undefined
  /** A pattern with * and ? that ids or listed names have to match. */
  readonly only?: string | undefined
  readonly isApplied: boolean
}

/** What a list changes, and whether it was written. */
export type ImportResult = { readonly format: PriceListFormat; readonly changes: readonly PriceChange[]; readonly isApplied: boolean }

/**
 * Compares a price list with the catalogue and, when asked to, writes the changes as new price versions, all or none.
 * Fails with price_list_invalid, price_list_refused, invalid_field.
 */
export async function importPrices(database: Database, options: ImportOptions): Promise<ImportResult> {
  const list = readPriceList(options.text, options.format)
  const how = { multiplier: readMultiplier(options.multiplier ?? '1'), only: patternOf(options.only ?? '*') }
  const plan = (on: Database): Promise<ImportPlan> => planOn(on, list, how)
  if (!options.isApplied) return { format: list.format, changes: (await plan(database)).changes, isApplied: false }
  const { changes } = await database.transaction(async (tx) => {
    await lockCatalog(tx)
    const made = await plan(tx)
    for (const model of made.writes) await writeModel(tx, model)
    return made
  })
  return { format: list.format, changes, isApplied: true }
}

type How = { readonly multiplier: Decimal; readonly only: RegExp }

async function planOn(database: Database, list: PriceList, how: How): Promise<ImportPlan> {
  const models = await listModels(database)
  return planImport({ listed: list.models, models, upstreams: await listUpstreams(database), ...how })
}

type ModelRow = {
  readonly serial: number
  readonly id: string
  readonly context: number
  readonly output_max: number
  readonly strategy: Strategy
  readonly source: Source
  readonly is_active: boolean
}

async function writeModel(tx: Database, model: DesiredModel): Promise<void> {
  const [row] = await tx.query<ModelRow>(sql`
    select serial, id, context, output_max, strategy, source, is_active from model where id = ${model.id}`)
  if (!mayWrite('operator', row)) fail('catalog_from_file')
  await applyModel(tx, { model, row }, 'operator')
}

const MULTIPLIER_MAX = 1000n

function readMultiplier(text: string): Decimal {
  const refuse = (): never => fail('invalid_field', { field: 'multiplier', expected: 'a decimal above 0 and up to 1000, such as 1.2' })
  try {
    const multiplier = parseDecimal(text)
    const isTooLarge = /[eE]/.test(text) || multiplier.digits > MULTIPLIER_MAX * 10n ** BigInt(-multiplier.exponent)
    return multiplier.digits <= 0n || isTooLarge ? refuse() : multiplier
  } catch (thrown) {
    if (thrown instanceof DecimalError) return refuse()
    throw thrown
  }
}

/** A pattern with * and ? as an expression for the whole text. */
function patternOf(glob: string): RegExp {
  const escaped = glob.replace(/[.+^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`^${escaped.replace(/\*+/g, '.*').replaceAll('?', '.')}$`, 'su')
}
