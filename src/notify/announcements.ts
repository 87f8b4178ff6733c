import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import { isUuid } from '../lib/index.ts'
import type { Language } from '../spec/index.ts'

/** Whom an announcement is for: everybody, or who called its model in the days that calls are kept. */
export const ANNOUNCEMENT_AUDIENCES = ['all', 'model_users'] as const

/** What the house tells customers, in every language; `effectiveAt` is when a model ends, for topic models. */
export type Announcement = {
  readonly id: string
  readonly topic: 'announcements' | 'incidents' | 'models'
  readonly model: string | undefined
  readonly effectiveAt: Date | undefined
  readonly title: Readonly<Record<Language, string>>
  readonly words: Readonly<Record<Language, string>>
  readonly createdAt: Date
  /** From when on it is for everybody to read. */
  readonly publishAt: Date
  /** When its audience was noted; undefined as long as that is to come. */
  readonly publishedAt: Date | undefined
  /** From when on it is shown no more. */
  readonly withdrawnAt: Date | undefined
}

/** An announcement that is to be made; without `publishAt`, or with one that has passed, at once. */
export type NewAnnouncement = Pick<Announcement, 'id' | 'topic' | 'model' | 'effectiveAt' | 'title' | 'words'> & {
  readonly publishAt?: Date | undefined
  readonly now: number
}

type Row = {
  readonly id: string
  readonly topic: Announcement['topic']
  readonly model: string | null
  readonly effective_at: Date | null
  readonly title_en: string
  readonly title_zh: string
  readonly words_en: string
  readonly words_zh: string
  readonly created_at: Date
  readonly publish_at: Date
  readonly published_at: Date | null
  readonly withdrawn_at: Date | null
}

/**
 * Writes an announcement and, where it is not for later, notes for each account of its audience that it is to be told, in one transaction of the
 * caller's. Fails with invalid_field (model).
 */
export async function publishAnnouncement(tx: Database, made: NewAnnouncement): Promise<Announcement> {
  const { id, topic, model, effectiveAt, title, words, now } = made
  const [known] = model === undefined ? [] : await tx.query(sql`select from model where id = ${model}`)
  if (model !== undefined && known === undefined) fail('invalid_field', { field: 'model', expected: 'the id of a model of the catalogue' })
  const publishAt = new Date(Math.max(made.publishAt?.getTime() ?? now, now))
  const [row] = await tx.query<Row>(sql`
    insert into announcement (id, topic, model, effective_at, title_en, title_zh, words_en, words_zh, created_at, publish_at)
    values (${id}::uuid, ${topic}, ${model ?? null}, ${effectiveAt ?? null}, ${title.en}, ${title.zh}, ${words.en}, ${words.zh},
      ${new Date(now)}, ${publishAt})
    returning *`)
  if (row === undefined) return fail('internal')
  return announcementOf(publishAt.getTime() > now ? row : await noteAudience(tx, row, now))
}

const DUE_AT_ONCE = 20

/** Notes the audience of announcements whose time has come, each once; `now` in milliseconds. Returns how many went out. */
export async function publishDue(database: Database, now: number): Promise<number> {
  return await database.transaction(async (tx) => {
    const due = await tx.query<Row>(sql`
      select * from announcement where published_at is null and withdrawn_at is null and publish_at <= ${new Date(now)}
      order by publish_at limit ${DUE_AT_ONCE} for update skip locked`)
    for (const row of due) await noteAudience(tx, row, now)
    return due.length
  })
}

async function noteAudience(tx: Database, { id, topic, model }: Row, now: number): Promise<Row> {
  const audience =
    model === null
      ? sql`select id as account_id from account where status <> 'erased'`
      : sql`select distinct call.account_id from usage_key_day call join account on account.id = call.account_id and account.status <> 'erased'
            where call.model_serial = (select serial from model where id = ${model})`
  await tx.query(sql`
    insert into account_event (id, account_id, kind, reference, data, created_at)
    select gen_random_uuid(), account_id, ${KIND_OF[topic]}, ${id}, ${JSON.stringify({ announcement_id: id })}::jsonb, ${new Date(now)}
    from (${audience}) as told on conflict do nothing`)
  const [row] = await tx.query<Row>(sql`update announcement set published_at = ${new Date(now)} where id = ${id}::uuid returning *`)
  return row ?? fail('internal')
}

/**
 * Takes an announcement back: it is shown no more, and letters that have not gone out stay here. One that was taken back keeps its first time. Fails
 * with announcement_unknown.
 */
export async function withdrawAnnouncement(
  tx: Database,
  { id, now }: { readonly id: string; readonly now: number },
): Promise<Announcement> {
  if (!isUuid(id)) fail('announcement_unknown')
  const [row] = await tx.query<Row>(sql`
    update announcement set withdrawn_at = coalesce(withdrawn_at, ${new Date(now)}) where id = ${id}::uuid returning *`)
  return row === undefined ? fail('announcement_unknown') : announcementOf(row)
}

/** What an account's event is called that tells of an announcement; webhooks are told of incidents. */
const KIND_OF: Readonly<Record<Announcement['topic'], string>> = {
  announcements: 'announcement',
  incidents: 'incident',
  models: 'deprecation',
}

/** Which announcements to list: those after the id `cursor`, at most `limit`; with `isAll` also those that are to come or were taken back. */
export type AnnouncementPage = { readonly cursor: string | undefined; readonly limit: number; readonly isAll?: boolean }

/** Announcements, newest first; `next` is the cursor of the following page. Fails with invalid_field (cursor). */
export async function listAnnouncements(
  database: Database,
  { cursor, limit, isAll = false }: AnnouncementPage,
): Promise<{ readonly announcements: readonly Announcement[]; readonly next: string | undefined }> {
  if (cursor !== undefined && !isUuid(cursor)) fail('invalid_field', { field: 'cursor', expected: 'the "next" of the page before' })
  const rows = await database.query<Row>(sql`
    select * from announcement
    where (${isAll} or (published_at is not null and withdrawn_at is null)) and (${cursor ?? null}::uuid is null
      or (publish_at, id) < (select publish_at, id from announcement as before where before.id = ${cursor ?? null}::uuid))
    order by publish_at desc, id desc limit ${limit + 1}`)
  const announcements = rows.slice(0, limit).map(announcementOf)
  return { announcements, next: rows.length > limit ? announcements.at(-1)?.id : undefined }
}

/** One announcement; undefined for no id of one. */
export async function getAnnouncement(database: Database, id: string): Promise<Announcement | undefined> {
  const [row] = await database.query<Row>(sql`select * from announcement where id = ${id}::uuid`)
  return row && announcementOf(row)
}

const announcementOf = (row: Row): Announcement => ({
  id: row.id,
  topic: row.topic,
  model: row.model ?? undefined,
  effectiveAt: row.effective_at ?? undefined,
  title: { en: row.title_en, zh: row.title_zh },
  words: { en: row.words_en, zh: row.words_zh },
  createdAt: row.created_at,
  publishAt: row.publish_at,
  publishedAt: row.published_at ?? undefined,
  withdrawnAt: row.withdrawn_at ?? undefined,
})
