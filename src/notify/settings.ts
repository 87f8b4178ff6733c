import { type Database, sql } from '../db/index.ts'
import { ASKED_FOR, type Language, TOPICS, type Topic } from '../spec/index.ts'

/** How an account wants to be written to: its language, undefined for the house's, and whether letters about each topic are wanted. */
export type NotificationSettings = { readonly language: Language | undefined; readonly topics: Readonly<Record<Topic, boolean>> }

type Row = { readonly language: Language | null; readonly refused: readonly Topic[]; readonly wanted: readonly Topic[] }

/** The choices of an account, or what holds for who chose nothing. */
export async function readSettings(database: Database, accountId: string): Promise<NotificationSettings> {
  const [row] = await database.query<Row>(sql`
    select language, refused, wanted from notification_setting where account_id = ${accountId}::uuid`)
  return settingsOf(row)
}

const settingsOf = (row: Row | undefined): NotificationSettings => {
  const isWanted = (topic: Topic): boolean =>
    row?.wanted.includes(topic) === true || (!ASKED_FOR.includes(topic) && row?.refused.includes(topic) !== true)
  return {
    language: row?.language ?? undefined,
    topics: Object.fromEntries(TOPICS.map((topic) => [topic, isWanted(topic)])) as Readonly<Record<Topic, boolean>>,
  }
}

/** A change of choices; absent members stay. */
export type SettingsChange = {
  readonly language?: Language | undefined
  readonly topics?: Readonly<Partial<Record<Topic, boolean | undefined>>> | undefined
}

/** Changes the choices of an account; two changes at once both hold where they are of different topics. */
export async function changeSettings(
  database: Database,
  accountId: string,
  { language, topics = {} }: SettingsChange,
): Promise<NotificationSettings> {
  const chosen = TOPICS.filter((topic) => topics[topic] !== undefined)
  const [yes, no] = [chosen.filter((topic) => topics[topic] === true), chosen.filter((topic) => topics[topic] === false)]
  const [row] = await database.query<Row>(sql`
    insert into notification_setting as known (account_id, language, wanted, refused)
    values (${accountId}::uuid, ${language ?? null}, ${yes}::text[], ${no}::text[])
    on conflict (account_id) do update set
      language = coalesce(excluded.language, known.language),
      wanted = array(select unnest(known.wanted) except select unnest(${chosen}::text[])) || excluded.wanted,
      refused = array(select unnest(known.refused) except select unnest(${chosen}::text[])) || excluded.refused
    returning language, refused, wanted`)
  return settingsOf(row)
}

/** Keeps the language of who has just opened an account; one that was chosen stays. */
export async function rememberLanguage(database: Database, accountId: string, language: Language | undefined): Promise<void> {
  if (language === undefined) return
  await database.query(sql`
    insert into notification_setting (account_id, language) values (${accountId}::uuid, ${language}) on conflict do nothing`)
}
