import { sql } from '../db/index.ts'
import { type BindingParts, bindChat, unbindChat } from './bind-chat.ts'
import { type BotSettings, readUpdates, sendMessage, type Update } from './bot-api.ts'

/** What the bot listens with; `waitSeconds` is how long one question waits for an answer, `node` names this process among those that share the database. */
export type ListeningParts = BindingParts & {
  readonly bot: BotSettings
  readonly node: string
  readonly waitSeconds: number
  readonly signal: AbortSignal
}

/** A node that listens and says nothing for so long is followed by another. */
const LISTENING_SECONDS = 60

/** In both languages, as nobody has said yet which they read. */
const REPLIES = {
  bound: 'This chat is bound. You get what you chose to be told. /stop ends it.\n此聊天已绑定，您将收到所选的通知。发送 /stop 可解除绑定。',
  unknown: 'This code is not known, or its time is over. Make a new one in your account.\n此代码无效或已过期，请在账户中重新生成。',
  stopped: 'This chat is forgotten.\n此聊天已解除绑定。',
  help: 'Make a code in your account and send: /start CODE\n请在账户中生成代码并发送：/start 代码',
} as const

/**
 * Reads what was written to the bot since the last time and does what it asks: "/start CODE" binds, "/stop" forgets. One node does so at a time: resolves
 * whether it is this one. What was written is not kept. Throws BotError.
 */
export async function readCommands(parts: ListeningParts): Promise<boolean> {
  const { bot, waitSeconds, signal } = parts
  const from = await takeListening(parts)
  if (from === undefined) return false
  const updates = await readUpdates(bot, { from, waitSeconds, signal }).catch(async (thrown: unknown) => {
    // Another node may reach Telegram, and who stops hands it on.
    await leaveListening(parts)
    throw thrown
  })
  for (const update of updates) {
    if (update.updateId < from) continue
    await obey(parts, update)
    // Before the next one, so that a crash repeats one command at most; each of them may be repeated.
    if (!(await noteObeyed(parts, update))) return false
  }
  return true
}

type Node = Pick<ListeningParts, 'database' | 'node'>

const UNTIL = sql`clock_timestamp() + make_interval(secs => ${LISTENING_SECONDS})`

/** Makes this node the one that listens, for so long; resolves with the first update that was not read, undefined where it is another. */
async function takeListening({ database, node }: Node): Promise<number | undefined> {
  const [cursor] = await database.query<{ readonly next_update: bigint }>(sql`
    update telegram_cursor set reader = ${node}, reader_until = ${UNTIL}
    where reader is null or reader = ${node} or reader_until < clock_timestamp() returning next_update`)
  return cursor && Number(cursor.next_update)
}

async function leaveListening({ database, node }: Node): Promise<void> {
  await database.query(sql`update telegram_cursor set reader = null, reader_until = null where reader = ${node}`)
}

/** Notes that an update was obeyed, and listens on; false where this took so long that another node listens. */
async function noteObeyed({ database, node }: Node, { updateId }: Update): Promise<boolean> {
  const rows = await database.query<{ readonly is_ours: boolean }>(sql`
    update telegram_cursor set next_update = greatest(next_update, ${updateId + 1}),
      reader_until = case when reader = ${node} then ${UNTIL} else reader_until end
    returning reader is not distinct from ${node} as is_ours`)
  return rows[0]?.is_ours === true
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
