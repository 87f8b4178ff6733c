import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import { isoTime, isUuid } from '../lib/index.ts'

/** Announced work on the service; times in milliseconds. */
export type NewMaintenance = { readonly id: string; readonly title: string; readonly startsAt: number; readonly endsAt: number }

/** The same as it is kept. */
export type Maintenance = {
  readonly id: string
  readonly title: string
  readonly startsAt: Date
  readonly endsAt: Date
  readonly announcedAt: Date
  readonly cancelledAt: Date | undefined
  /** Whether it was announced a day ahead, so that its minutes do not count against the service. */
  readonly isExcluded: boolean
}

const DAY_MS = 86_400_000
const LENGTH_MS_MAX = 7 * DAY_MS

/** Announces work that has not begun. Fails with invalid_field (starts_at, ends_at). */
export async function announceMaintenance(
  database: Database,
  { id, title, startsAt, endsAt }: NewMaintenance,
  now: number,
): Promise<Maintenance> {
  if (startsAt <= now) fail('invalid_field', { field: 'starts_at', expected: 'a time that is still to come' })
  if (endsAt <= startsAt || endsAt - startsAt > LENGTH_MS_MAX)
    fail('invalid_field', { field: 'ends_at', expected: 'a time after starts_at, by seven days at most' })
  const [row] = await database.query<Row>(sql`
    insert into maintenance (id, title, starts_at, ends_at, announced_at)
    values (${id}::uuid, ${title}, ${isoTime(startsAt)}::timestamptz, ${isoTime(endsAt)}::timestamptz, ${isoTime(now)}::timestamptz)
    returning ${COLUMNS}`)
  return maintenanceOf(row ?? fail('internal'))
}

/** Calls off work that has not ended; from then on its minutes count. Fails with maintenance_unknown. */
export async function cancelMaintenance(database: Database, id: string, now: number): Promise<Maintenance> {
  if (!isUuid(id)) fail('maintenance_unknown')
  const [row] = await database.query<Row>(sql`
    update maintenance set cancelled_at = coalesce(cancelled_at, ${isoTime(now)}::timestamptz)
    where id = ${id}::uuid and (ends_at > ${isoTime(now)}::timestamptz or cancelled_at is not null) returning ${COLUMNS}`)
  return maintenanceOf(row ?? fail('maintenance_unknown'))
}

/** Work that ends after a time, the first to begin first. */
export async function listMaintenance(database: Database, after: number): Promise<readonly Maintenance[]> {
  const rows = await database.query<Row>(sql`
    select ${COLUMNS} from maintenance where ends_at > ${isoTime(after)}::timestamptz order by starts_at limit 200`)
  return rows.map(maintenanceOf)
}

type Row = {
  readonly id: string
  readonly title: string
  readonly starts_at: Date
  readonly ends_at: Date
  readonly announced_at: Date
  readonly cancelled_at: Date | null
}

const COLUMNS = sql`id, title, starts_at, ends_at, announced_at, cancelled_at`

const maintenanceOf = (row: Row): Maintenance => ({
  ...{ id: row.id, title: row.title, startsAt: row.starts_at, endsAt: row.ends_at, announcedAt: row.announced_at },
  cancelledAt: row.cancelled_at ?? undefined,
  isExcluded: row.cancelled_at === null && row.starts_at.getTime() - row.announced_at.getTime() >= DAY_MS,
})
