import { type Database, sql } from '../../db/index.ts'
import { fail } from '../../failures.ts'
import type { Strategy } from '../../spec/index.ts'
import { applyModel, mayWrite } from '../apply.ts'
import type { Source } from '../desired.ts'
import { listModels, listUpstreams } from '../list.ts'
import { lockCatalog } from '../lock.ts'
import { findEarlyRise, type NoticeRule, newestVersion, requireNotice, type Waiver } from '../price-notice.ts'
import { type Decimal, DecimalError, parseDecimal } from './decimal.ts'
import { matcherOf } from './glob.ts'
import { officialList } from './official-list.ts'
import { type PlacedPrice, placePrice } from './place-price.ts'
import { type ImportPlan, type PriceChange, planImport } from './plan-import.ts'
import type { PriceListFormat } from './price-list.ts'
import { type PriceList, readPriceList } from './read-price-list.ts'

/** A price list and what to make of it; without `isApplied` nothing is written. */
export type ImportOptions = {
  /** The text of a list; undefined: what upstreams ask, as the catalogue has it. */
  readonly text: string | undefined
  readonly format?: PriceListFormat | undefined
  /** A decimal above 0 and up to 1000; our price is so many times the listed one. */
  readonly multiplier?: string | undefined
  /** A pattern with * and ? that ids or listed names have to match. */
  readonly only?: string | undefined
  /** From when on the prices are to hold, in milliseconds; undefined: from now on. */
  readonly effectiveAt?: number | undefined
  /** With it a rise waits until customers have had so many days of notice, unless there is a reason, which is kept. */
  readonly notice?: NoticeRule | undefined
  readonly shorterNoticeReason?: string | undefined
  readonly isApplied: boolean
}

/** What a list changes, and whether it was written. */
export type ImportResult = {
  readonly format: PriceListFormat | 'official'
  readonly changes: readonly PriceChange[]
  readonly isApplied: boolean
}

/**
 * Compares a price list with the catalogue and, when asked to, writes the changes as new price versions, all or none.
 * Fails with price_list_invalid, price_list_refused, invalid_field.
 */
export async function importPrices(database: Database, options: ImportOptions): Promise<ImportResult> {
  const { text, effectiveAt, notice, shorterNoticeReason: reason, isApplied } = options
  const list = text === undefined ? undefined : readPriceList(text, options.format)
  const how = { multiplier: readMultiplier(options.multiplier ?? '1'), only: matcherOf(options.only ?? '*') }
  const noticeDays = reason === undefined ? notice?.days : undefined
  const changes = await database.transaction(async (tx) => {
    await lockCatalog(tx)
    await refusePast(tx, effectiveAt)
    const made = await planOn(tx, list, how)
    const placed: Placed[] = []
    for (const write of made.writes) placed.push({ id: write.id, ...(await placePrice(tx, write, { effectiveAt, noticeDays })) })
    if (isApplied) for (const one of placed) await writeModel(tx, one, notice === undefined ? undefined : { rule: notice, reason })
    return made.changes.map((change) => timedChange(change, placed))
  })
  return { format: list?.format ?? 'official', changes, isApplied }
}

type Placed = PlacedPrice & { readonly id: string }

function timedChange(change: PriceChange, placed: readonly Placed[]): PriceChange {
  const found = placed.find(({ id }) => id === change.id)
  if (found === undefined) return change
  const { isRise, holdsFrom } = found
  return { ...change, ...(isRise ? { isRise } : {}), ...(holdsFrom === undefined ? {} : { holdsFrom: new Date(holdsFrom).toISOString() }) }
}

async function refusePast(tx: Database, effectiveAt: number | undefined): Promise<void> {
  if (effectiveAt === undefined) return
  const passed = await tx.query(sql`select where ${new Date(effectiveAt)}::timestamptz <= clock_timestamp()`)
  if (passed.length > 0) fail('invalid_field', { field: 'effective_at', expected: 'a time that has not come yet' })
}

type How = { readonly multiplier: Decimal; readonly only: (name: string) => boolean }

async function planOn(database: Database, list: PriceList | undefined, how: How): Promise<ImportPlan> {
  const models = await listModels(database)
  const listed = list?.models ?? officialList(models)
  return planImport({ listed, models, upstreams: await listUpstreams(database), ...how })
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

async function writeModel(tx: Database, { model }: Placed, waiver: Waiver | undefined): Promise<void> {
  const [row] = await tx.query<ModelRow>(sql`
    select serial, id, context, output_max, strategy, source, is_active from model where id = ${model.id}`)
  if (!mayWrite('operator', row)) fail('catalog_from_file')
  const since = row?.is_active === true ? await newestVersion(tx, model.id) : 0
  await applyModel(tx, { model, row }, 'operator')
  if (waiver?.reason === undefined || since === 0) return
  await requireNotice(tx, await findEarlyRise(tx, { modelId: model.id, since, days: waiver.rule.days }), waiver)
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
