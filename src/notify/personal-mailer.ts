import { type EmailSealing, emailLookupOf, getAccount } from '../accounts/index.ts'
import { type Database, sql } from '../db/index.ts'
import { errorCode, type Log } from '../lib/index.ts'
import type { Language, Mailer, MailTemplate } from '../spec/index.ts'
import { LETTERS } from './letters/index.ts'
import { renderMessage } from './render.ts'
import { type Channel, readSettings } from './settings.ts'
import { MailNotSentError, type Post } from './smtp.ts'
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
  /**
   * To an account, by mail and to its chat; resolves where it has neither, and where its chat was written to as nobody is at its address. Holds no
   * secret, as chats are read by others.
   */
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
      const fields = typeof letter.fields === 'function' ? letter.fields(way.language) : letter.fields
      const isMailed = email !== undefined && post !== undefined && way.by.mail
      const refusal = isMailed ? await refusalOf(post.post({ template, to: email, fields }, { ...way, isPatient: true })) : undefined
      if (refusal !== undefined) parts.log({ event: 'address-refused', account: accountId, code: refusal.code })
      const isOnlyWay = !isMailed || refusal !== undefined
      const isWritten = way.by.telegram && (await tellChat(parts, { accountId, template, fields, ...way, isOnlyWay }))
      if (refusal !== undefined && !isWritten) throw refusal
    },
  }
}

/** Why a mail is never taken; undefined where it was. Any other failure comes through. */
async function refusalOf(posting: Promise<void>): Promise<MailNotSentError | undefined> {
  try {
    await posting
    return undefined
  } catch (thrown) {
    if (thrown instanceof MailNotSentError && thrown.isForGood) return thrown
    throw thrown
  }
}

function addressMailer(parts: PersonalMailerParts, post: Post, language: Language | undefined): Mailer {
  return {
    send: async (template, to, fields) => {
      const accountId = await accountOf(parts, to)
      const way = await wayOf(parts, template, accountId)
      if (way.by.mail) await post.post({ template, to, fields }, accountId === undefined ? { ...way, language } : way)
    },
    inLanguage: (other) => addressMailer(parts, post, other),
  }
}

async function accountOf({ database, subjects }: PersonalMailerParts, email: string): Promise<string | undefined> {
  const [row] = await database.query<{ readonly id: string }>(sql`
    select id from account where email_lookup = ${emailLookupOf(subjects, email)} and status <> 'erased'`)
  return row?.id
}

/** In which language a letter goes, by which ways it is wanted, and how it is ended. */
type Way = { readonly language: Language; readonly by: Readonly<Record<Channel, boolean>>; readonly unsubscribe?: string }

const EVERYWHERE = { mail: true, telegram: true }
const NOWHERE = { mail: false, telegram: false }

async function wayOf(
  { database, publicUrl, unsubscribeKey, language }: PersonalMailerParts,
  template: MailTemplate,
  accountId: string | undefined,
): Promise<Way> {
  const entry = LETTERS[template]
  if (accountId === undefined) return { language, by: entry.class === 'critical' ? EVERYWHERE : NOWHERE }
  const settings = await readSettings(database, accountId)
  const own = settings.language ?? language
  if (entry.class === 'critical') return { language: own, by: EVERYWHERE }
  const { topic } = entry
  const unsubscribe = `${publicUrl}/unsubscribe/${unsubscribeToken(unsubscribeKey, { accountId, topic })}`
  return { language: own, by: { mail: settings.channels.mail[topic], telegram: settings.channels.telegram[topic] }, unsubscribe }
}

type ChatLetter = AccountLetter & { readonly fields: Fields; readonly language: Language; readonly isOnlyWay: boolean }

/** A chat is written to beside the mail, whose letter would go twice if both were tried again for it. Returns whether it was. */
async function tellChat({ chat, log }: PersonalMailerParts, letter: ChatLetter): Promise<boolean> {
  const { accountId, template, fields, language, isOnlyWay } = letter
  try {
    return (await chat?.(accountId, renderMessage(template, fields, language))) ?? false
  } catch (thrown) {
    if (isOnlyWay) throw thrown
    log({ event: 'chat-unwritten', account: accountId, code: errorCode(thrown) })
    return false
  }
}
