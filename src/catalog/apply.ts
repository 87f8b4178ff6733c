import { type Database, sql } from '../db/index.ts'
import type { Strategy } from '../spec/index.ts'
import { type Change, isSameRecord } from './change.ts'
import {
  adminKeyPurpose,
  type DesiredCatalog,
  type DesiredModel,
  type DesiredUpstream,
  keyPoolPurpose,
  keyPurpose,
  type Sealing,
  SOURCES,
  type Source,
} from './desired.ts'
import { holdModel } from './hold-model.ts'
import { openKeyPool, sealKeyPool } from './key-pool.ts'
import { lockCatalog } from './lock.ts'
import { applyPlans } from './plans.ts'
import { ACTORS, findEarlyRise, newestVersion, requireNotice } from './price-notice.ts'
import { writeRoutes } from './write-model.ts'
import { writePrices } from './write-prices.ts'

/** What one source wants. */
export type AppliedSource = { readonly source: Source; readonly desired: DesiredCatalog }

/** How keys are sealed; with `noticeDays` what rises for customers waits until it has had so many days of notice. */
export type Applying = { readonly sealing: Sealing; readonly noticeDays?: number | undefined }

/** Who writes, and how. */
export type Writer = Applying & { readonly source: Source }

/** The same with the models that were sold before anything was written. */
type SellingWriter = Writer & { readonly sold: ReadonlySet<string> }

/**
 * Makes the rows of one source equal to what it wants, in one transaction: the same again changes nothing, a changed price makes a new
 * version, what it no longer wants is put out of use and never deleted. Throws ConfigRefusedError when a price is taken away or would
 * begin in the past.
 */
export const applyCatalog = (
  database: Database,
  desired: DesiredCatalog,
  { source, ...applying }: Writer,
): Promise<{ changes: readonly Change[] }> => applySources(database, [{ source, desired }], applying)

/**
 * The same for several sources at once: each lets go first of what it no longer wants, so that another takes it over at once, and what was sold
 * until then counts as sold.
 */
export async function applySources(
  database: Database,
  sources: readonly AppliedSource[],
  applying: Applying,
): Promise<{ changes: readonly Change[] }> {
  return await database.transaction(async (tx) => {
    await lockCatalog(tx)
    const sold = new Set((await tx.query<{ readonly id: string }>(sql`select id from model where is_active`)).map(({ id }) => id))
    const gone: Change[] = []
    for (const one of sources) gone.push(...(await letGo(tx, one)))
    const changes: Change[] = []
    for (const { source, desired } of sources) changes.push(...(await writeWanted(tx, desired, { ...applying, source, sold })))
    const isTaken = ({ noun, id }: Change): boolean => changes.some((change) => change.noun === noun && change.id === id)
    return { changes: [...changes, ...gone.filter((change) => !isTaken(change))] }
  })
}

/** Puts out of use what a source has and no longer wants. */
async function letGo(tx: Database, { source, desired }: AppliedSource): Promise<readonly Change[]> {
  const upstreams = await tx.query<{ readonly id: string }>(sql`
    update upstream set is_active = false
    where source = ${source} and is_active and not id = any(${desired.upstreams.map(({ id }) => id)}::text[]) returning id`)
  const models = await tx.query<{ readonly id: string }>(sql`
    update model set is_active = false
    where source = ${source} and is_active and not id = any(${desired.models.map(({ id }) => id)}::text[]) returning id`)
  return [...upstreams.map(removed('upstream')), ...models.map(removed('model'))]
}

const removed =
  (noun: Change['noun']) =>
  ({ id }: { readonly id: string }): Change => ({ noun, id, action: 'removed' })

async function writeWanted(tx: Database, desired: DesiredCatalog, writer: SellingWriter): Promise<readonly Change[]> {
  const upstreams = await applyUpstreams(tx, desired.upstreams, writer)
  const models = await applyModels(tx, desired.models, writer)
  return [...upstreams, ...models, ...(await applyPlans(tx, desired.plans, writer))]
}

/** Whether a source may write a row: its own, a weaker source's, or one that the file has let go of. */
export function mayWrite(source: Source, row: { readonly source: Source; readonly is_active: boolean } | undefined): boolean {
  if (row === undefined || row.source === source) return true
  return SOURCES.indexOf(source) > SOURCES.indexOf(row.source) || (row.source === 'file' && !row.is_active)
}

type UpstreamRow = {
  readonly id: string
  readonly kind: string
  readonly base_url: string
  readonly api_key_sealed: Buffer | null
  readonly key_pool_sealed: Buffer | null
  readonly admin_key_sealed: Buffer | null
  readonly api_version: string | null
  readonly max_concurrency: number | null
  readonly placement: string
  readonly privacy: Readonly<Record<string, string>>
  readonly protocols: readonly string[] | null
  readonly fetches_urls: boolean
  readonly source: Source
  readonly is_active: boolean
}

async function applyUpstreams(tx: Database, wanted: readonly DesiredUpstream[], writer: Writer): Promise<readonly Change[]> {
  const rows = await tx.query<UpstreamRow>(
    sql`
      select id, kind, base_url, api_key_sealed, key_pool_sealed, admin_key_sealed, api_version, max_concurrency, placement, privacy,
        protocols, fetches_urls, source, is_active
      from upstream order by serial`,
  )
  const byId = new Map(rows.map((row) => [row.id, row]))
  const changes: Change[] = []
  for (const upstream of wanted) changes.push(...(await applyUpstream(tx, { upstream, row: byId.get(upstream.id) }, writer)))
  return changes
}

async function applyUpstream(
  tx: Database,
  pair: { readonly upstream: DesiredUpstream; readonly row: UpstreamRow | undefined },
  writer: Writer,
): Promise<readonly Change[]> {
  const { upstream, row } = pair
  if (!mayWrite(writer.source, row)) return [{ noun: 'upstream', id: upstream.id, action: 'skipped' }]
  if (row !== undefined && isSameUpstream(upstream, row, writer)) return []
  await writeUpstream(tx, upstream, writer)
  return [{ noun: 'upstream', id: upstream.id, action: row === undefined ? 'added' : 'changed' }]
}

/** Writes an upstream's row, whatever was there. */
export async function writeUpstream(tx: Database, upstream: DesiredUpstream, writer: Writer): Promise<void> {
  const { id, kind, baseUrl, placement, apiKey, keyPool, adminKey, apiVersion = null, maxConcurrency = null } = upstream
  const sealed = apiKey === undefined ? null : writer.sealing.seal(Buffer.from(apiKey, 'utf8'), keyPurpose(id))
  const poolSealed = sealKeyPool(keyPool, keyPoolPurpose(id), writer.sealing)
  const adminSealed = adminKey === undefined ? null : writer.sealing.seal(Buffer.from(adminKey, 'utf8'), adminKeyPurpose(id))
  const privacy = JSON.stringify(upstream.privacy)
  const protocols = upstream.protocols === undefined ? null : [...upstream.protocols]
  const fetches = upstream.fetchesUrls ?? false
  await tx.query(sql`
    insert into upstream (id, kind, base_url, api_key_sealed, key_pool_sealed, admin_key_sealed, api_version, max_concurrency, placement,
      privacy, protocols, fetches_urls, source, is_active)
    values (${id}, ${kind}, ${baseUrl}, ${sealed}, ${poolSealed}, ${adminSealed}, ${apiVersion}, ${maxConcurrency}, ${placement},
      ${privacy}::jsonb, ${protocols}::text[], ${fetches}, ${writer.source}, true)
    on conflict (id) do update set kind = excluded.kind, base_url = excluded.base_url, api_key_sealed = excluded.api_key_sealed,
      key_pool_sealed = excluded.key_pool_sealed, admin_key_sealed = excluded.admin_key_sealed, api_version = excluded.api_version,
      max_concurrency = excluded.max_concurrency, placement = excluded.placement, privacy = excluded.privacy,
      protocols = excluded.protocols, fetches_urls = excluded.fetches_urls, source = excluded.source, is_active = true`)
}

function isSameUpstream(upstream: DesiredUpstream, row: UpstreamRow, writer: Writer): boolean {
  const open = (sealed: Buffer | null, purpose: string): string | undefined =>
    sealed === null ? undefined : writer.sealing.unseal(sealed, purpose).toString('utf8')
  return (
    row.is_active &&
    row.source === writer.source &&
    row.kind === upstream.kind &&
    row.base_url === upstream.baseUrl &&
    row.api_version === (upstream.apiVersion ?? null) &&
    row.placement === upstream.placement &&
    open(row.api_key_sealed, keyPurpose(row.id)) === upstream.apiKey &&
    isSameRecord(openKeyPool(row.key_pool_sealed, keyPoolPurpose(row.id), writer.sealing), upstream.keyPool ?? []) &&
    open(row.admin_key_sealed, adminKeyPurpose(row.id)) === upstream.adminKey &&
    row.max_concurrency === (upstream.maxConcurrency ?? null) &&
    isSameRecord(row.privacy, upstream.privacy) &&
    isSameRecord(row.protocols, upstream.protocols ?? null) &&
    row.fetches_urls === (upstream.fetchesUrls ?? false)
  )
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

async function applyModels(tx: Database, wanted: readonly DesiredModel[], writer: SellingWriter): Promise<readonly Change[]> {
  const rows = await tx.query<ModelRow>(sql`select serial, id, context, output_max, strategy, source, is_active from model order by serial`)
  const byId = new Map(rows.map((row) => [row.id, row]))
  const changes: Change[] = []
  for (const model of wanted) {
    const row = byId.get(model.id)
    if (mayWrite(writer.source, row)) changes.push(...(await applyWithNotice(tx, { model, row }, writer)))
    else changes.push({ noun: 'model', id: model.id, action: 'skipped' })
  }
  return changes
}

/** Writes a model; what rises too soon of one that is sold waits, or has a reason, which is kept. */
async function applyWithNotice(
  tx: Database,
  { model, row }: { readonly model: DesiredModel; readonly row: ModelRow | undefined },
  { source, sold, noticeDays: days }: SellingWriter,
): Promise<readonly Change[]> {
  const { shorterNoticeReason: reason } = model
  if (days === undefined || row === undefined || !sold.has(model.id)) return await applyModel(tx, { model, row }, source)
  if (reason === undefined) {
    const { model: held, heldUntil } = await holdModel(tx, { serial: row.serial, model }, days)
    const changes = await applyModel(tx, { model: held, row }, source)
    return [...changes, ...heldUntil.map((until): Change => ({ noun: 'price', id: model.id, action: 'held', until: timeOf(until) }))]
  }
  const since = await newestVersion(tx, model.id)
  const changes = await applyModel(tx, { model, row }, source)
  if (since > 0)
    await requireNotice(tx, await findEarlyRise(tx, { modelId: model.id, since, days }), { rule: { days, actor: ACTORS[source] }, reason })
  return changes
}

const timeOf = (millis: number): string => new Date(millis).toISOString()

/** Writes a model with its price and routes where they differ from what is there. */
export async function applyModel(
  tx: Database,
  pair: { readonly model: DesiredModel; readonly row: ModelRow | undefined },
  source: Source,
): Promise<readonly Change[]> {
  const { model, row } = pair
  const isSame = row?.is_active === true && row.source === source && isSameModel(model, row)
  const serial = isSame ? row.serial : await writeModel(tx, model, source)
  const own: readonly Change[] = isSame ? [] : [{ noun: 'model', id: model.id, action: row === undefined ? 'added' : 'changed' }]
  return [...own, ...(await writePrices(tx, { serial, model })), ...(await writeRoutes(tx, { serial, model }))]
}

const isSameModel = (model: DesiredModel, row: ModelRow): boolean =>
  row.context === model.context && row.output_max === model.outputMax && row.strategy === (model.strategy ?? 'priority')

async function writeModel(tx: Database, model: DesiredModel, source: Source): Promise<number> {
  const [row] = await tx.query<{ readonly serial: number }>(sql`
    insert into model (id, context, output_max, strategy, source, is_active)
    values (${model.id}, ${model.context}, ${model.outputMax}, ${model.strategy ?? 'priority'}, ${source}, true)
    on conflict (id) do update set context = excluded.context, output_max = excluded.output_max, strategy = excluded.strategy,
      source = excluded.source, is_active = true
    returning serial`)
  if (row === undefined) throw new TypeError('an insert that returned no row')
  return row.serial
}
