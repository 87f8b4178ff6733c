import { createHash } from 'node:crypto'
import { type Database, sql } from '../db/index.ts'
import type { SubjectKeys } from '../privacy/index.ts'

/** What chats are bound with; `now` in milliseconds. */
export type BindingParts = {
  readonly database: Database
  readonly subjects: Pick<SubjectKeys, 'seal' | 'unseal' | 'lookup'>
  readonly now: () => number
}

/** How long a code to bind a chat with works. */
export const CODE_MINUTES = 15

const MINUTE_MS = 60_000
const CODES_MAX = 5

/** What a chat is sealed and looked up for. */
export const CHAT_PURPOSE = 'telegram chat'

/** Whose chat is to be bound; `madeBy` is the person who asks, undefined where nobody is known to; `random` is 16 bytes that the code is made of. */
export type NewCode = { readonly accountId: string; readonly madeBy: string | undefined; readonly random: Buffer }

/**
 * Makes a code that binds the chat of whoever shows it to an account, once; its hash alone is kept, of an account's last five. It goes when who made it runs the
 * account no more, and so does the chat.
 */
export async function makeCode(
  parts: Pick<BindingParts, 'database' | 'now'>,
  { accountId, madeBy, random }: NewCode,
): Promise<{ readonly code: string; readonly expiresAt: Date }> {
  const [code, expiresAt] = [random.toString('hex'), new Date(parts.now() + CODE_MINUTES * MINUTE_MS)]
  await parts.database.query(sql`
    insert into telegram_code (code_hash, account_id, expires_at, made_by)
    values (${hashOf(code)}, ${accountId}::uuid, ${expiresAt}, ${madeBy ?? null}::uuid)`)
  await parts.database.query(sql`
    delete from telegram_code where account_id = ${accountId}::uuid and code_hash not in (
      select code_hash from telegram_code where account_id = ${accountId}::uuid order by expires_at desc limit ${CODES_MAX})`)
  return { code, expiresAt }
}

/** Binds a chat to the account that a code was made for, in place of any other chat and account; false for a code that is none, or no more. */
export async function bindChat(parts: BindingParts, code: string, chatId: string): Promise<boolean> {
  const { database, subjects, now } = parts
  const at = new Date(now())
  return await database.transaction(async (tx) => {
    const [taken] = await tx.query<{ readonly account_id: string; readonly made_by: string | null }>(sql`
      delete from telegram_code where code_hash = ${hashOf(code)} and expires_at > ${at} returning account_id, made_by`)
    if (taken === undefined) return false
    const accountId = taken.account_id
    const lookup = subjects.lookup(chatId, CHAT_PURPOSE)
    await tx.query(sql`delete from telegram_chat where chat_lookup = ${lookup} or account_id = ${accountId}::uuid`)
    await tx.query(sql`
      insert into telegram_chat (account_id, chat_sealed, chat_lookup, bound_at, made_by)
      values (${accountId}::uuid, ${await subjects.seal(accountId, Buffer.from(chatId), CHAT_PURPOSE)}, ${lookup}, ${at}, ${taken.made_by}::uuid)`)
    return true
  })
}

/** Forgets the chat of an account, and codes that could bind one; whether there was a chat. */
export async function unbindAccount(database: Database, accountId: string): Promise<boolean> {
  await database.query(sql`delete from telegram_code where account_id = ${accountId}::uuid`)
  return (await database.query(sql`delete from telegram_chat where account_id = ${accountId}::uuid returning 1`)).length > 0
}

/** Forgets a chat, as asked from within it. */
export async function unbindChat({ database, subjects }: Pick<BindingParts, 'database' | 'subjects'>, chatId: string): Promise<void> {
  await database.query(sql`delete from telegram_chat where chat_lookup = ${subjects.lookup(chatId, CHAT_PURPOSE)}`)
}

/** The chat of an account; undefined where it has none. */
export async function chatOf({ database, subjects }: BindingParts, accountId: string): Promise<string | undefined> {
  const [row] = await database.query<{ readonly chat_sealed: Buffer }>(sql`
    select chat_sealed from telegram_chat where account_id = ${accountId}::uuid`)
  return row && (await subjects.unseal(accountId, row.chat_sealed, CHAT_PURPOSE))?.toString()
}

/** Since when an account has a chat; undefined where it has none. */
export async function boundSince(database: Database, accountId: string): Promise<Date | undefined> {
  const [row] = await database.query<{ readonly bound_at: Date }>(sql`
    select bound_at from telegram_chat where account_id = ${accountId}::uuid`)
  return row?.bound_at
}

const hashOf = (code: string): Buffer => createHash('sha256').update(`telegram ${code}`).digest()
