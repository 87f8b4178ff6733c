import { type EmailSealing, emailLookupOf, getAccount } from '../accounts/index.ts'
import { type Database, sql } from '../db/index.ts'
import { errorCode, type Log } from '../lib/index.ts'
import type { Language, Mailer, MailTemplate } from '../spec/index.ts'
import { LETTERS } from './letters/index.ts'
import { renderMessage } from './render.ts'
import { readSettings } from './settings.ts'
import type { Post } from './smtp.ts'
import { unsubscribeToken } from './unsubscribe-token.ts'

type Fields = Readonly<Record<string, string>>

/** A letter to an account, whichever ways it is written to; fields whose words differ by language are told by a function. */
export type AccountLetter = {
  readonly accountId: string
  readonly template: MailTemplate
  readonly fields: Fields | ((language: Language) => Fields)
}

/** Writes to the chat of an account; false where it has none. Rejects when the message was not taken. */
export type ChatPost = (accountId: string, text: string) => Promise<boolean>

/** What letters are carried with: `post` is undefined where no mail can be sent, `chat` where there is no bot. */
export type PersonalMailerParts = {
  readonly database: Database
  readonly subjects: EmailSealing
  readonly post: Post | undefined
  readonly chat: ChatPost | undefined
  /** The address that people use, without a slash at its end. */
  readonly publicUrl: string
  /** 32 bytes that tokens to unsubscribe with are made with. */
  readonly unsubscribeKey: Buffer
  readonly language: Language
  readonly log: Log
}

/** Letters as each person wants them: in their language, and of those that need not be sent only the ones they want. */
export type PersonalMailer = {
  /** To an address, undefined where no mail can be sent; what need not be sent goes to no address without an account. */
  readonly mailer: Mailer | undefined
  /** To an account, by mail and to its chat; resolves where it has neither. Holds no secret, as chats are read by others. */
  readonly tell: (letter: AccountLetter) => Promise<void>
}

/** The one door that letters go out by; classes and choices are looked at here and nowhere else. */
export function personalMailer(parts: PersonalMailerParts): PersonalMailer {
  const { post } = parts
  return {
    mailer: post && addressMailer(parts, post, undefined),
    tell: async (letter) => {
      const { accountId, template } = letter
      const { email } = await getAccount(parts.database, parts.subjects, accountId)
      const way = await wayOf(parts, template, accountId)
      if (way === undefined) return
      const fields = typeof letter.fields === 'function' ? letter.fields(way.language) : letter.fields
      if (email !== undefined) await post?.post({ template, to: email, fields }, way)
      await tellChat(parts, { accountId, template, fields, ...way, isOnlyWay: email === undefined || post === undefined })
    },
  }
}

function addressMailer(parts: PersonalMailerParts, post: Post, language: Language | undefined): Mailer {
  return {
    send: async (template, to, fields) => {
      const accountId = await accountOf(parts, to)
      const way = await wayOf(parts, template, accountId)
      if (way !== undefined) await post.post({ template, to, fields }, accountId === undefined ? { ...way, language } : way)
    },
    inLanguage: (other) => addressMailer(parts, post, other),
  }
}

async function accountOf({ database, subjects }: PersonalMailerParts, email: string): Promise<string | undefined> {
  const [row] = await database.query<{ readonly id: string }>(sql`
    select id from account where email_lookup = ${emailLookupOf(subjects, email)} and status <> 'erased'`)
  return row?.id
}

type Way = { readonly language: Language; readonly unsubscribe?: string }

/** In which language a letter goes, and how it is ended; undefined where it is not wanted. */
async function wayOf(
  { database, publicUrl, unsubscribeKey, language }: PersonalMailerParts,
  template: MailTemplate,
  accountId: string | undefined,
): Promise<Way | undefined> {
  const entry = LETTERS[template]
  if (accountId === undefined) return entry.class === 'critical' ? { language } : undefined
  const settings = await readSettings(database, accountId)
  const way = { language: settings.language ?? language }
  if (entry.class === 'critical') return way
  const unsubscribe = `${publicUrl}/unsubscribe/${unsubscribeToken(unsubscribeKey, { accountId, topic: entry.topic })}`
  return settings.topics[entry.topic] ? { ...way, unsubscribe } : undefined
}

type ChatLetter = AccountLetter & { readonly fields: Fields; readonly language: Language; readonly isOnlyWay: boolean }

/** A chat is written to beside the mail, whose letter would go twice if both were tried again for it. */
async function tellChat({ chat, log }: PersonalMailerParts, letter: ChatLetter): Promise<void> {
  const { accountId, template, fields, language, isOnlyWay } = letter
  try {
    await chat?.(accountId, renderMessage(template, fields, language))
  } catch (thrown) {
    if (isOnlyWay) throw thrown
    log({ event: 'chat-unwritten', account: accountId, code: errorCode(thrown) })
  }
}
