import { type Database, sql } from '../db/index.ts'
import { ConfigRefusedError, cardOf, flatPrice, isSamePrice, type Price, priceToJson } from '../spec/index.ts'
import type { Change } from './change.ts'
import type { DesiredModel, DesiredPriceChange } from './desired.ts'
import { PRICE_COLUMNS, type PriceRow, priceOfRow } from './price-rows.ts'
import type { WrittenModel } from './write-model.ts'

type Version = { readonly id: number; readonly effectiveAt: number; readonly price: Price }

/** What a model has been priced at, oldest first; `now` by the database's clock. `coming` is scheduled and can still be cancelled. */
export type Timeline = {
  readonly now: number
  readonly past: readonly Version[]
  readonly held: Version | undefined
  readonly coming: readonly Version[]
}

/**
 * Makes the prices of a model those it wants, from now on and from later times on: a price that differs from the one that holds makes a
 * new version, scheduled versions that are not wanted are cancelled. What has begun is never changed: throws ConfigRefusedError for a
 * time that has passed, and for a price that is taken away.
 */
export async function writePrices(tx: Database, written: WrittenModel): Promise<readonly Change[]> {
  const timeline = await readTimeline(tx, written.serial)
  return [...(await writePriceNow(tx, written, timeline)), ...(await writeComing(tx, written, timeline))]
}

type VersionRow = PriceRow & { readonly id: number; readonly effective_at: Date; readonly now: Date }

/** The prices of a model. The catalogue is locked, so that the statement's time is after whatever was written before. */
export async function readTimeline(tx: Database, serial: number): Promise<Timeline> {
  const rows = await tx.query<VersionRow>(sql`
    select p.id, p.effective_at, statement_timestamp() as now, ${PRICE_COLUMNS} from price_version p
    where model_serial = ${serial} and cancelled_at is null order by effective_at, id`)
  const [clock] = rows.length > 0 ? rows : await tx.query<{ readonly now: Date }>(sql`select statement_timestamp() as now`)
  const now = clock?.now.getTime() ?? 0
  const versions = rows.map((row) => ({ id: row.id, effectiveAt: row.effective_at.getTime(), price: priceOfRow(row) }))
  const past = versions.filter((version) => version.effectiveAt <= now)
  return { now, past, held: past.at(-1), coming: versions.filter((version) => version.effectiveAt > now) }
}

async function writePriceNow(tx: Database, { serial, model }: WrittenModel, timeline: Timeline): Promise<readonly Change[]> {
  const { now, held, past } = timeline
  const begun = (model.priceChanges ?? [])
    .filter((change) => change.effectiveAt <= now)
    .toSorted((a, b) => a.effectiveAt - b.effectiveAt)
    .at(-1)
  if (begun !== undefined) return checkBegun(model, begun, timeline)
  if (model.price === undefined) return held === undefined || (model.priceChanges ?? []).length > 0 ? [] : refusePriceless(model)
  if (held !== undefined && isSamePrice(held.price, model.price)) return []
  // Should the clock have been set back, the new version still comes after the old one.
  await insertVersion(tx, { serial, price: model.price, effectiveAt: held?.effectiveAt })
  return [{ noun: 'price', id: model.id, action: past.length === 0 ? 'added' : 'changed' }]
}

/** A change whose time has come has to be there already: it was written before its time, and rules since then. */
function checkBegun(model: DesiredModel, begun: DesiredPriceChange, { held, past }: Timeline): readonly Change[] {
  if (held === undefined || !isSamePrice(held.price, begun.price)) {
    const told = {
      expected: 'a time that has not come yet, as prices are never changed backwards',
      got: timeOf(begun.effectiveAt),
      mend: 'give a later time, or give it as the price from now on',
    }
    throw refusal(model, 'effective_at', told)
  }
  const { price } = model
  if (price !== undefined && !past.some((version) => isSamePrice(version.price, price))) {
    const told = {
      expected: 'a price that held before the changes of price_changes that have begun',
      got: `a new one, which the change of ${timeOf(begun.effectiveAt)} would overrule`,
      mend: 'take the changes that have begun out of price_changes',
    }
    throw refusal(model, 'price', told)
  }
  return []
}

async function writeComing(tx: Database, { serial, model }: WrittenModel, { now, coming }: Timeline): Promise<readonly Change[]> {
  if (model.priceChanges === undefined) return []
  const wanted = model.priceChanges.filter((change) => change.effectiveAt > now)
  const isKept = (version: Version) =>
    wanted.some((change) => change.effectiveAt === version.effectiveAt && isSamePrice(change.price, version.price))
  const changes: Change[] = []
  for (const version of coming.filter((one) => !isKept(one))) {
    await tx.query(sql`update price_version set cancelled_at = clock_timestamp() where id = ${version.id}`)
    changes.push({ noun: 'price', id: scheduledId(model, version), action: 'removed' })
  }
  for (const change of wanted) {
    if (coming.some((version) => version.effectiveAt === change.effectiveAt && isSamePrice(change.price, version.price))) continue
    await insertVersion(tx, { serial, ...change })
    changes.push({ noun: 'price', id: scheduledId(model, change), action: 'added' })
  }
  return changes
}

const timeOf = (millis: number): string => new Date(millis).toISOString()

const scheduledId = (model: DesiredModel, { effectiveAt }: { readonly effectiveAt: number }) => `${model.id} from ${timeOf(effectiveAt)}`

type NewVersion = { readonly serial: number; readonly price: Price; readonly effectiveAt: number | undefined }

/** Writes a version that holds from a time on, or from now on when that has passed. */
async function insertVersion(tx: Database, { serial, price, effectiveAt }: NewVersion): Promise<void> {
  const { input, output, cacheRead, cacheWrite5m, cacheWrite1h } = cardOf(price, 0, 'standard').rates
  const from = effectiveAt === undefined ? null : new Date(effectiveAt)
  await tx.query(sql`
    insert into price_version (model_serial, input, output, cache_read, cache_write_5m, cache_write_1h, cards, effective_at)
    values (${serial}, ${input}, ${output}, ${cacheRead}, ${cacheWrite5m}, ${cacheWrite1h}, ${cardsOf(price)}::jsonb,
      greatest(clock_timestamp(), ${from}::timestamptz))`)
}

/** What the five columns of a version do not say; null when they say it all. */
function cardsOf(price: Price): string | null {
  const { input, output, cacheRead, cacheWrite5m, cacheWrite1h } = cardOf(price, 0, 'standard').rates
  const isPlain = isSamePrice(price, flatPrice({ input, output, cacheRead, cacheWrite5m, cacheWrite1h }))
  return isPlain ? null : JSON.stringify(priceToJson(price))
}

const refusePriceless = (model: DesiredModel): never => {
  const mend = 'give a price, or take the whole model out to stop selling it'
  throw refusal(model, 'price', { expected: 'a price, as this model has been sold at one', got: 'nothing', mend })
}

type Told = { readonly expected: string; readonly got: string; readonly mend: string }

const refusal = (model: DesiredModel, field: string, told: Told): ConfigRefusedError =>
  new ConfigRefusedError([{ file: 'catalogue', line: 0, column: 0, path: `models[id=${model.id}].${field}`, ...told }])
