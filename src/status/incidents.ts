import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import { isUuid } from '../lib/index.ts'
import type { Language } from '../spec/index.ts'

/** How far an incident is: what is wrong is looked for, is known, is mended and watched, is over. */
export const INCIDENT_STATES = ['investigating', 'identified', 'watching', 'resolved'] as const
export type IncidentState = (typeof INCIDENT_STATES)[number]

/** What was said of an incident at a time, in every language. */
export type IncidentNote = {
  readonly id: string
  readonly state: IncidentState
  readonly words: Readonly<Record<Language, string>>
  readonly createdAt: Date
}

/** What went wrong with the service, of a model or of all of it, and its course, the newest note first; `endedAt` undefined: it goes on. */
export type Incident = {
  readonly id: string
  readonly title: Readonly<Record<Language, string>>
  readonly model: string | undefined
  readonly beganAt: Date
  readonly endedAt: Date | undefined
  readonly notes: readonly IncidentNote[]
}

/** A note that is to be written; `now` in milliseconds. */
export type NewNote = Pick<IncidentNote, 'id' | 'state' | 'words'> & { readonly now: number }

/** An incident that is to be opened, with what is said first. */
export type NewIncident = Pick<Incident, 'id' | 'title' | 'model' | 'beganAt'> & { readonly note: NewNote }

const LISTED_MAX = 50

/** Opens an incident, in a transaction of the caller's. Fails with invalid_field (began_at, model). */
export async function openIncident(tx: Database, { id, title, model, beganAt, note }: NewIncident): Promise<Incident> {
  if (beganAt.getTime() > note.now) fail('invalid_field', { field: 'began_at', expected: 'a time that has passed' })
  const [known] = model === undefined ? [] : await tx.query(sql`select from model where id = ${model}`)
  if (model !== undefined && known === undefined) fail('invalid_field', { field: 'model', expected: 'the id of a model of the catalogue' })
  await tx.query(sql`
    insert into incident (id, title_en, title_zh, model, began_at, created_at)
    values (${id}::uuid, ${title.en}, ${title.zh}, ${model ?? null}, ${beganAt}, ${new Date(note.now)}) returning 1`)
  return await noteIncident(tx, id, note)
}

/** Writes on the course of an incident; a note that it is resolved ends it. Fails with incident_unknown, incident_over. */
export async function noteIncident(tx: Database, incidentId: string, { id, state, words, now }: NewNote): Promise<Incident> {
  if (!isUuid(incidentId)) fail('incident_unknown')
  const [incident] = await tx.query<{ readonly ended_at: Date | null }>(sql`
    select ended_at from incident where id = ${incidentId}::uuid for update`)
  if (incident === undefined) fail('incident_unknown')
  if (incident.ended_at !== null) fail('incident_over')
  await tx.query(sql`
    insert into incident_note (id, incident_id, state, words_en, words_zh, created_at)
    values (${id}::uuid, ${incidentId}::uuid, ${state}, ${words.en}, ${words.zh}, ${new Date(now)}) returning 1`)
  if (state === 'resolved')
    await tx.query(sql`update incident set ended_at = greatest(began_at, ${new Date(now)}) where id = ${incidentId}::uuid returning 1`)
  const [written] = await readIncidents(tx, sql`id = ${incidentId}::uuid`)
  return written ?? fail('incident_unknown')
}

/** Incidents that go on or began after a time in milliseconds: those that go on first, then the latest; at most fifty. */
export const listIncidents = (database: Database, after: number): Promise<readonly Incident[]> =>
  readIncidents(database, sql`ended_at is null or began_at > ${new Date(after)}`)

/** How many incidents go on, and since when the oldest does. */
export async function countOpenIncidents(database: Database): Promise<{ readonly open: number; readonly since: Date | undefined }> {
  const [row] = await database.query<{ readonly open: number; readonly since: Date | null }>(sql`
    select count(*)::integer as open, min(began_at) as since from incident where ended_at is null`)
  return { open: row?.open ?? 0, since: row?.since ?? undefined }
}

type Row = {
  readonly id: string
  readonly title_en: string
  readonly title_zh: string
  readonly model: string | null
  readonly began_at: Date
  readonly ended_at: Date | null
}

type NoteRow = {
  readonly id: string
  readonly incident_id: string
  readonly state: IncidentState
  readonly words_en: string
  readonly words_zh: string
  readonly created_at: Date
}

async function readIncidents(database: Database, which: ReturnType<typeof sql>): Promise<readonly Incident[]> {
  const rows = await database.query<Row>(sql`
    select id, title_en, title_zh, model, began_at, ended_at from incident where ${which}
    order by ended_at is null desc, began_at desc, id desc limit ${LISTED_MAX}`)
  const notes = await database.query<NoteRow>(sql`
    select id, incident_id, state, words_en, words_zh, created_at from incident_note
    where incident_id = any(${rows.map(({ id }) => id)}::uuid[]) order by created_at desc, id desc`)
  const byIncident = Map.groupBy(notes, ({ incident_id: id }) => id)
  return rows.map((row) => ({
    ...{ id: row.id, title: { en: row.title_en, zh: row.title_zh }, model: row.model ?? undefined },
    ...{ beganAt: row.began_at, endedAt: row.ended_at ?? undefined },
    notes: (byIncident.get(row.id) ?? []).map(({ id, state, words_en: en, words_zh: zh, created_at: createdAt }) => ({
      ...{ id, state, words: { en, zh }, createdAt },
    })),
  }))
}
