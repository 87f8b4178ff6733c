import { request } from 'undici'
import { z } from 'zod'

/** A bot of Telegram: where its API is, without a slash at its end, and its token, which is in every address that is called. */
export type BotSettings = { readonly apiUrl: string; readonly token: string }

/** A message that somebody wrote to the bot in a chat of theirs; `text` is not kept. */
export type Update = { readonly updateId: number; readonly chatId: string | undefined; readonly text: string | undefined }

/** Why the bot could not be asked; neither an address, which has the token in it, nor a word is in it. */
export class BotError extends Error {
  readonly code: string
  /** Whether nobody was there to take any message. */
  readonly isUnreachable: boolean
  constructor(code: string) {
    super(`the bot was not served: ${code}`)
    this.name = 'BotError'
    this.code = code
    this.isUnreachable = code === 'unreachable' || code === 'stopped'
  }
}

const CALL_MS_MAX = 15_000
const UPDATES_AT_ONCE = 100
const ANSWER_BYTES_MAX = 4_194_304

const answerSchema = z.object({ ok: z.boolean(), error_code: z.int().optional(), result: z.unknown().optional() })
const updatesSchema = z.array(
  z.object({
    update_id: z.int(),
    message: z.object({ chat: z.object({ id: z.int(), type: z.string() }), text: z.string().optional() }).optional(),
  }),
)
const selfSchema = z.object({ username: z.string().regex(/^\w{3,64}$/) })

/** The name of the bot, as people find it. Throws BotError. */
export async function readBotName(settings: BotSettings, signal: AbortSignal): Promise<string> {
  return parsed(selfSchema, await call(settings, { method: 'getMe', fields: {}, signal })).username
}

/**
 * What was written to the bot since an update, waiting up to so many seconds for the first; of private chats alone, as others read along in groups. Throws
 * BotError. Source: https://core.telegram.org/bots/api#getupdates (2026-11-26).
 */
export async function readUpdates(
  settings: BotSettings,
  { from, waitSeconds, signal }: { readonly from: number; readonly waitSeconds: number; readonly signal: AbortSignal },
): Promise<readonly Update[]> {
  const fields = { offset: from, limit: UPDATES_AT_ONCE, timeout: waitSeconds, allowed_updates: ['message'] }
  const result = await call(settings, { method: 'getUpdates', fields, signal, waitMs: waitSeconds * 1_000 })
  return parsed(updatesSchema, result).map(({ update_id: updateId, message }) => {
    const isPrivate = message?.chat.type === 'private'
    return { updateId, chatId: isPrivate ? String(message.chat.id) : undefined, text: isPrivate ? message.text : undefined }
  })
}

/** Writes to a chat, as plain text without a preview of its links. Throws BotError. Source: https://core.telegram.org/bots/api#sendmessage (2026-11-26). */
export async function sendMessage(settings: BotSettings, chatId: string, text: string): Promise<void> {
  const fields = { chat_id: Number(chatId), text, link_preview_options: { is_disabled: true } }
  await call(settings, { method: 'sendMessage', fields, signal: AbortSignal.timeout(CALL_MS_MAX) })
}

type Call = { readonly method: string; readonly fields: object; readonly signal: AbortSignal; readonly waitMs?: number }

async function call({ apiUrl, token }: BotSettings, { method, fields, signal, waitMs = 0 }: Call): Promise<unknown> {
  const timeoutMs = CALL_MS_MAX + waitMs
  let text = ''
  try {
    const reply = await request(`${apiUrl}/bot${token}/${method}`, {
      ...{ method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(fields) },
      ...{ signal, headersTimeout: timeoutMs, bodyTimeout: timeoutMs },
    })
    for await (const piece of reply.body) {
      text += String(piece)
      if (text.length > ANSWER_BYTES_MAX) throw new BotError('answer_too_large')
    }
  } catch (thrown) {
    throw thrown instanceof BotError ? thrown : new BotError(signal.aborted ? 'stopped' : 'unreachable')
  }
  const answer = parsed(answerSchema, jsonOf(text))
  if (!answer.ok) throw new BotError(`refused_${answer.error_code ?? 0}`)
  return answer.result
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new BotError('answer_unread')
  }
}

function parsed<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const read = schema.safeParse(value)
  if (!read.success) throw new BotError('answer_unread')
  return read.data
}
