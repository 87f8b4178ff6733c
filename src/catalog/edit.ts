import type { z } from 'zod'
import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import { ConfigRefusedError, type Strategy, type UpstreamKind } from '../spec/index.ts'
import { applyModel, mayWrite, writeUpstream } from './apply.ts'
import { adminKeyPurpose, type DesiredUpstream, keyPoolPurpose, keyPurpose, type Sealing, type Source } from './desired.ts'
import { toDesiredModel, toDesiredPlan, toDesiredUpstream } from './file.ts'
import { FIELDS, modelBody, modelId, upstreamBody, upstreamId } from './file-schema.ts'
import { placePlan } from './hold-plan.ts'
import { openKeyPool } from './key-pool.ts'
import { listModels, listUpstreams, type ModelView, type UpstreamView } from './list.ts'
import { lockCatalog } from './lock.ts'
import { writePlanChanges } from './plan-changes.ts'
import { planBody, planId } from './plan-schema.ts'
import { listPlans, type PlanView, refuseUnknownModels, writePlan } from './plans.ts'
import { findEarlyRise, type NoticeRule, newestVersion, requireNotice, takeReason } from './price-notice.ts'
import { priceField } from './price-schema.ts'

/** What the operator sends: the id from the path, the body as it came. */
export type Put = { readonly id: string; readonly body: unknown }

/** A put of something that has a price; with `notice` a rise needs so much of it, or a `shorter_notice_reason` in the body. */
export type PricedPut = Put & { readonly notice?: NoticeRule }

/** What was written, and whether a price rises with less notice than the rule says, for a reason that is kept. */
export type Written<View> = { readonly view: View; readonly isShort: boolean }

/**
 * Adds or replaces an upstream. Without `api_key`, `api_keys` or `admin_key` those keys stay as they are, as they are never shown;
 * null takes them away, and so does another host: no key goes where it was not given for.
 * Failures: invalid_field, missing_field, catalog_from_file.
 */
export async function putUpstream(database: Database, put: Put, sealing: Sealing): Promise<UpstreamView> {
  check(upstreamId, put.id, 'upstreams.id')
  const body = check(upstreamBody, put.body, 'upstreams')
  await database.transaction(async (tx) => {
    await lockCatalog(tx)
    const [row] = await tx.query<KeyRow>(sql`
      select source, is_active, base_url, api_key_sealed, key_pool_sealed, admin_key_sealed from upstream where id = ${put.id}`)
    if (!mayWrite('operator', row)) fail('catalog_from_file')
    const kept = row === undefined || !isSameHost(row.base_url, body.base_url) ? NO_KEYS : openKeys(put.id, row, sealing)
    const keys = {
      api_key: body.api_key === undefined ? kept.apiKey : (body.api_key ?? undefined),
      api_keys: body.api_keys === undefined ? kept.keyPool : (body.api_keys ?? undefined),
      admin_key: body.admin_key === undefined ? kept.adminKey : (body.admin_key ?? undefined),
    }
    const upstream = toDesiredUpstream(put.id, { ...body, ...keys, protocols: body.protocols ?? undefined })
    await writeUpstream(tx, upstream, { source: 'operator', sealing })
  })
  return found((await listUpstreams(database)).find((view) => view.id === put.id))
}

/** Adds or replaces a model; a changed price makes a new version. Failures: invalid_field, missing_field, catalog_from_file. */
export const putModel = async (database: Database, put: Put): Promise<ModelView> => (await putPricedModel(database, put)).view

/** The same under a rule of notice. Fails with price_notice_short besides. */
export async function putPricedModel(database: Database, put: PricedPut): Promise<Written<ModelView>> {
  check(modelId, put.id, 'models.id')
  const { rest, reason } = takeReason(put.body)
  const body = check(modelBody, rest, 'models')
  const isShort = await database.transaction(async (tx) => {
    await lockCatalog(tx)
    const [row] = await tx.query<ModelRow>(sql`
      select serial, id, context, output_max, strategy, source, is_active from model where id = ${put.id}`)
    if (!mayWrite('operator', row)) fail('catalog_from_file')
    const kinds = await tx.query<{ readonly id: string; readonly kind: UpstreamKind }>(sql`select id, kind from upstream where is_active`)
    const model = toDesiredModel(put.id, body, new Map(kinds.map(({ id, kind }) => [id, kind])))
    const since = row?.is_active === true ? await newestVersion(tx, put.id) : 0
    await applyModel(tx, { model, row }, 'operator').catch(refusedAsField)
    if (put.notice === undefined || since === 0) return false
    const rise = await findEarlyRise(tx, { modelId: put.id, since, days: put.notice.days })
    return await requireNotice(tx, rise, { rule: put.notice, reason })
  })
  return { isShort, view: found((await listModels(database)).find((view) => view.id === put.id)) }
}

/**
 * Adds or replaces a plan; members have its new multiplier, models and limits from their next call on, and keep their price and budget.
 * Failures: invalid_field, catalog_from_file.
 */
export const putPlan = async (database: Database, put: Put): Promise<PlanView> => (await putPricedPlan(database, put)).view

/** The same under a rule of notice for its members. Fails with price_notice_short besides. */
export async function putPricedPlan(database: Database, put: PricedPut): Promise<Written<PlanView>> {
  check(planId, put.id, 'plans.id')
  const { rest, reason } = takeReason(put.body)
  const plan = toDesiredPlan(put.id, check(planBody, rest, 'plans'))
  const isShort = await database.transaction(async (tx) => {
    await lockCatalog(tx)
    const [row] = await tx.query<OwnedRow>(sql`select source, is_active from plan where id = ${put.id}`)
    if (!mayWrite('operator', row)) fail('catalog_from_file')
    await refuseUnknownModels(tx, plan)
    const { wanted, rise } = await placePlan(tx, plan, put.notice?.days)
    await writePlan(tx, wanted, 'operator')
    await writePlanChanges(tx, wanted.id, wanted.changes ?? [])
    return put.notice !== undefined && (await requireNotice(tx, rise, { rule: put.notice, reason }))
  })
  return { isShort, view: found((await listPlans(database)).find((view) => view.id === put.id)) }
}

/** Puts an upstream out of use. Failures: upstream_unknown, upstream_in_use, catalog_from_file. */
export async function deleteUpstream(database: Database, id: string): Promise<void> {
  await database.transaction(async (tx) => {
    await lockCatalog(tx)
    const [row] = await tx.query<OwnedRow>(sql`select source, is_active from upstream where id = ${id}`)
    if (row?.is_active !== true) fail('upstream_unknown')
    if (!mayWrite('operator', row)) fail('catalog_from_file')
    const uses = await tx.query(sql`
      select 1 from route r join upstream u on u.serial = r.upstream_serial join model m on m.serial = r.model_serial
      where u.id = ${id} and r.is_active and m.is_active limit 1`)
    if (uses.length > 0) fail('upstream_in_use')
    await tx.query(
      sql`update upstream set is_active = false, source = 'operator', api_key_sealed = null, key_pool_sealed = null, admin_key_sealed = null
        where id = ${id}`,
    )
  })
}

/** Puts a model out of use. Failures: model_unknown, catalog_from_file. */
export async function deleteModel(database: Database, id: string): Promise<void> {
  await database.transaction(async (tx) => {
    await lockCatalog(tx)
    const [row] = await tx.query<OwnedRow>(sql`select source, is_active from model where id = ${id}`)
    if (row?.is_active !== true) fail('model_unknown')
    if (!mayWrite('operator', row)) fail('catalog_from_file')
    await tx.query(sql`update model set is_active = false, source = 'operator' where id = ${id}`)
  })
}

type OwnedRow = { readonly source: Source; readonly is_active: boolean }
type KeyRow = OwnedRow & {
  readonly base_url: string
  readonly api_key_sealed: Buffer | null
  readonly key_pool_sealed: Buffer | null
  readonly admin_key_sealed: Buffer | null
}
type ModelRow = OwnedRow & {
  readonly serial: number
  readonly id: string
  readonly context: number
  readonly output_max: number
  readonly strategy: Strategy
}

type Keys = Pick<DesiredUpstream, 'apiKey' | 'keyPool' | 'adminKey'>

const NO_KEYS: Keys = { apiKey: undefined }

function openKeys(id: string, row: KeyRow, sealing: Sealing): Keys {
  const open = (sealed: Buffer | null, purpose: string) => (sealed === null ? undefined : sealing.unseal(sealed, purpose).toString('utf8'))
  return {
    apiKey: open(row.api_key_sealed, keyPurpose(id)),
    keyPool: openKeyPool(row.key_pool_sealed, keyPoolPurpose(id), sealing),
    adminKey: open(row.admin_key_sealed, adminKeyPurpose(id)),
  }
}

const isSameHost = (a: string, b: string): boolean => new URL(a).origin === new URL(b).origin

/** The value if it fits, else the failure that names the first field that does not. */
function check<T extends z.ZodType>(schema: T, value: unknown, prefix: string): z.output<T> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  const names = (issue?.path ?? []).filter((step) => typeof step === 'string')
  if (issue?.code === 'unrecognized_keys')
    return fail('invalid_field', { field: issue.keys[0]?.slice(0, 64) ?? '', expected: 'this field is not known' })
  const field = names.join('.') || (prefix.split('.')[1] ?? 'body')
  const steps = (issue?.path ?? []).map((step) => (typeof step === 'symbol' ? '' : step))
  const told = priceField([prefix, ...steps]) ?? FIELDS[[prefix, ...names].join('.')]
  const isTold = issue?.code === 'custom' && issue.params !== undefined
  const expected = isTold ? issue.message : (told?.expected ?? 'an object with the fields of the guide')
  return fail('invalid_field', { field, expected })
}

function refusedAsField(thrown: unknown): never {
  const problem = thrown instanceof ConfigRefusedError ? thrown.problems[0] : undefined
  if (problem === undefined) throw thrown
  return fail('invalid_field', { field: problem.path.split('.').at(-1) ?? '', expected: problem.expected })
}

function found<T>(view: T | undefined): T {
  if (view === undefined) throw new TypeError('a row that was just written is not there')
  return view
}
