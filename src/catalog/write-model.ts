import { type Database, sql } from '../db/index.ts'
import { ConfigRefusedError } from '../spec/index.ts'
import { type Change, isSameRecord } from './change.ts'
import type { DesiredModel, DesiredRoute } from './desired.ts'

/** A model and the row it has. */
export type WrittenModel = { readonly serial: number; readonly model: DesiredModel }

type RouteRow = {
  readonly serial: number
  readonly upstream: string
  readonly upstream_model: string
  readonly priority: number
  readonly weight: number
  readonly cost: Readonly<Record<string, unknown>>
  readonly is_active: boolean
}

/** Makes the routes of a model those it wants; others are put out of use. Throws ConfigRefusedError for an upstream that is not there. */
export async function writeRoutes(tx: Database, written: WrittenModel): Promise<readonly Change[]> {
  const rows = await tx.query<RouteRow>(sql`
    select r.serial, u.id as upstream, r.upstream_model, r.priority, r.weight, r.cost, r.is_active
    from route r join upstream u on u.serial = r.upstream_serial where r.model_serial = ${written.serial} order by r.serial`)
  const byName = new Map(rows.map((row) => [routeName(row.upstream, row.upstream_model), row]))
  const changes: Change[] = []
  for (const route of written.model.routes) {
    const row = byName.get(routeName(route.upstream, route.model))
    if (row !== undefined && isSameRoute(route, row)) continue
    await writeRoute(tx, written, route)
    changes.push({ noun: 'route', id: routeId(written, route.upstream, route.model), action: row === undefined ? 'added' : 'changed' })
  }
  return [...changes, ...(await removeRoutes(tx, written, rows))]
}

async function removeRoutes(tx: Database, written: WrittenModel, rows: readonly RouteRow[]): Promise<readonly Change[]> {
  const wanted = new Set(written.model.routes.map((route) => routeName(route.upstream, route.model)))
  const gone = rows.filter((row) => row.is_active && !wanted.has(routeName(row.upstream, row.upstream_model)))
  if (gone.length > 0) await tx.query(sql`update route set is_active = false where serial = any(${gone.map((row) => row.serial)})`)
  return gone.map((row) => ({ noun: 'route', id: routeId(written, row.upstream, row.upstream_model), action: 'removed' }))
}

async function writeRoute(tx: Database, written: WrittenModel, route: DesiredRoute): Promise<void> {
  const inserted = await tx.query<{ readonly serial: number }>(sql`
    insert into route (model_serial, upstream_serial, upstream_model, priority, weight, cost, is_active)
    select ${written.serial}, serial, ${route.model}, ${route.priority}, ${route.weight ?? 1}, ${JSON.stringify(route.cost)}::jsonb, true
    from upstream where id = ${route.upstream} and is_active
    on conflict (model_serial, upstream_serial, upstream_model)
      do update set priority = excluded.priority, weight = excluded.weight, cost = excluded.cost, is_active = true
    returning serial`)
  if (inserted.length > 0) return
  const told = { expected: 'the id of an upstream in use', got: JSON.stringify(route.upstream), mend: 'add the upstream first' }
  throw new ConfigRefusedError([{ file: 'catalogue', line: 0, column: 0, path: `models[id=${written.model.id}].routes`, ...told }])
}

const routeName = (upstream: string, model: string) => JSON.stringify([upstream, model])
const routeId = (written: WrittenModel, upstream: string, model: string) => `${written.model.id} → ${upstream}/${model}`

const isSameRoute = (route: DesiredRoute, row: RouteRow) =>
  row.is_active &&
  row.priority === route.priority &&
  row.weight === (route.weight ?? 1) &&
  isSameRecord(row.cost, JSON.parse(JSON.stringify(route.cost)))
