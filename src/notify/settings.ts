import { type Database, sql } from '../db/index.ts'
import type { NanoUsd } from '../lib/index.ts'
import { ASKED_FOR, type Language, TOPICS, type Topic } from '../spec/index.ts'

/** The ways that letters which need not be sent can take; people choose for each. */
export const CHANNELS = ['mail', 'telegram'] as const
export type Channel = (typeof CHANNELS)[number]

type Topics = Readonly<Record<Topic, boolean>>

/** How an account wants to be written to: its language, undefined for the house's, and whether letters about each topic are wanted, by each way. */
export type NotificationSettings = {
  readonly language: Language | undefined
  readonly channels: Readonly<Record<Channel, Topics>>
  /** Nano-USD of a UTC day from which on its owner is told; undefined for never. */
  readonly spendAlarm: NanoUsd | undefined
}

type Row = {
  readonly language: Language | null
  readonly refused: readonly Topic[]
  readonly wanted: readonly Topic[]
  readonly chat_refused: readonly Topic[]
  readonly chat_wanted: readonly Topic[]
  readonly spend_alarm: NanoUsd | null
}

const COLUMNS = sql`language, refused, wanted, chat_refused, chat_wanted, spend_alarm`

/** The choices of an account, or what holds for who chose nothing. */
export async function readSettings(database: Database, accountId: string): Promise<NotificationSettings> {
  const [row] = await database.query<Row>(sql`select ${COLUMNS} from notification_setting where account_id = ${accountId}::uuid`)
  return settingsOf(row)
}

const settingsOf = (row: Row | undefined): NotificationSettings => ({
  language: row?.language ?? undefined,
  channels: {
    mail: topicsOf(row?.wanted ?? [], row?.refused ?? []),
    telegram: topicsOf(row?.chat_wanted ?? [], row?.chat_refused ?? []),
  },
  spendAlarm: row?.spend_alarm ?? undefined,
})

function topicsOf(wanted: readonly Topic[], refused: readonly Topic[]): Topics {
  const isWanted = (topic: Topic): boolean => wanted.includes(topic) || (!ASKED_FOR.includes(topic) && !refused.includes(topic))
  return Object.fromEntries(TOPICS.map((topic) => [topic, isWanted(topic)])) as Topics
}

type Chosen = Readonly<Partial<Record<Topic, boolean | undefined>>>

/** A change of choices; absent members stay. `topics` is for every way that `channels` says nothing else of; `spendAlarm` null: never. */
export type SettingsChange = {
  readonly language?: Language | undefined
  readonly topics?: Chosen | undefined
  readonly channels?: Readonly<Partial<Record<Channel, Chosen | undefined>>> | undefined
  readonly spendAlarm?: NanoUsd | null | undefined
}

/**
 * Changes the choices of an account; two changes at once both hold where they are of different topics. Of an account that is erased nothing is kept, and
 * what holds for who chose nothing is the answer.
 */
export async function changeSettings(database: Database, accountId: string, change: SettingsChange): Promise<NotificationSettings> {
  const [mail, chat] = [choiceOf(change, 'mail'), choiceOf(change, 'telegram')]
  const { language, spendAlarm } = change
  const [row] = await database.query<Row>(sql`
    insert into notification_setting as known (account_id, language, wanted, refused, chat_wanted, chat_refused, spend_alarm)
    select id, ${language ?? null}::text, ${mail.yes}::text[], ${mail.no}::text[], ${chat.yes}::text[], ${chat.no}::text[],
      ${spendAlarm ?? null}::bigint
    from account where id = ${accountId}::uuid and status <> 'erased' for share
    on conflict (account_id) do update set
      language = coalesce(excluded.language, known.language),
      wanted = array(select unnest(known.wanted) except select unnest(${mail.all}::text[])) || excluded.wanted,
      refused = array(select unnest(known.refused) except select unnest(${mail.all}::text[])) || excluded.refused,
      chat_wanted = array(select unnest(known.chat_wanted) except select unnest(${chat.all}::text[])) || excluded.chat_wanted,
      chat_refused = array(select unnest(known.chat_refused) except select unnest(${chat.all}::text[])) || excluded.chat_refused,
      spend_alarm = case when ${spendAlarm === undefined} then known.spend_alarm else excluded.spend_alarm end
    returning ${COLUMNS}`)
  return settingsOf(row)
}

function choiceOf({ topics = {}, channels = {} }: SettingsChange, channel: Channel) {
  const chosen: Chosen = { ...topics, ...channels[channel] }
  const all = TOPICS.filter((topic) => chosen[topic] !== undefined)
  return { all, yes: all.filter((topic) => chosen[topic] === true), no: all.filter((topic) => chosen[topic] === false) }
}

/** Keeps the language of who has just opened an account; one that was chosen stays. */
export async function rememberLanguage(database: Database, accountId: string, language: Language | undefined): Promise<void> {
  if (language === undefined) return
  await database.query(sql`
    insert into notification_setting (account_id, language)
    select id, ${language}::text from account where id = ${accountId}::uuid and status <> 'erased' for share on conflict do nothing`)
}
