import { sql } from '../db/index.ts'
import { type BindingParts, bindChat, unbindChat } from './bind-chat.ts'
import { type BotSettings, readUpdates, sendMessage, type Update } from './bot-api.ts'

/** What the bot listens with; `waitSeconds` is how long one question waits for an answer. */
export type ListeningParts = BindingParts & { readonly bot: BotSettings; readonly waitSeconds: number; readonly signal: AbortSignal }

/** In both languages, as nobody has said yet which they read. */
const REPLIES = {
  bound: 'This chat is bound. You get what you chose to be told. /stop ends it.\n此聊天已绑定，您将收到所选的通知。发送 /stop 可解除绑定。',
  unknown: 'This code is not known, or its time is over. Make a new one in your account.\n此代码无效或已过期，请在账户中重新生成。',
  stopped: 'This chat is forgotten.\n此聊天已解除绑定。',
  help: 'Make a code in your account and send: /start CODE\n请在账户中生成代码并发送：/start 代码',
} as const

/**
 * Reads what was written to the bot since the last time and does what it asks: "/start CODE" binds, "/stop" forgets. One process does so at a time. What
 * was written is not kept. Throws BotError.
 */
export async function readCommands(parts: ListeningParts): Promise<void> {
  const { database, bot, waitSeconds, signal } = parts
  const [cursor] = await database.query<{ readonly next_update: bigint }>(sql`select next_update from telegram_cursor`)
  const from = Number(cursor?.next_update ?? 0n)
  const updates = await readUpdates(bot, { from, waitSeconds, signal })
  for (const update of updates) {
    if (update.updateId < from) continue
    await obey(parts, update)
    // Before the next one, so that a crash repeats one command at most; each of them may be repeated.
    await database.query(sql`update telegram_cursor set next_update = greatest(next_update, ${update.updateId + 1})`)
  }
}

async function obey(parts: ListeningParts, { chatId, text }: Update): Promise<void> {
  if (chatId === undefined || text === undefined) return
  const reply = await replyTo(parts, chatId, text.trim())
  // Who cannot be answered has blocked the bot; the next command is not held up for that.
  await sendMessage(parts.bot, chatId, REPLIES[reply]).catch(() => undefined)
}

async function replyTo(parts: ListeningParts, chatId: string, text: string): Promise<keyof typeof REPLIES> {
  const code = /^\/start ([0-9a-f]{32})$/.exec(text)?.[1]
  if (code !== undefined) return (await bindChat(parts, code, chatId)) ? 'bound' : 'unknown'
  if (text !== '/stop') return 'help'
  await unbindChat(parts, chatId)
  return 'stopped'
}
