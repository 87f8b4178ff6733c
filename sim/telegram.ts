import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A message that the bot wrote. */
export type TelegramMessage = { readonly chatId: number; readonly text: string }

/** A server of Telegram's Bot API with one bot. */
export type SimTelegram = {
  readonly url: string
  readonly token: string
  readonly sent: readonly TelegramMessage[]
  /** Chats that blocked the bot. */
  readonly blocked: Set<number>
  /** While true it answers 502 and a page. */
  isDown: boolean
  /** Somebody writes to the bot; in a group when `type` says so. */
  readonly write: (chatId: number, text: string, type?: 'private' | 'group') => void
  readonly stop: () => Promise<void>
}

type Update = { readonly update_id: number; readonly message: object }

const BOT = { id: 1, is_bot: true, first_name: 'Fare', username: 'fare_bot' }
const TEXT_LENGTH_MAX = 4096

/**
 * Starts a server on this machine that serves one bot: getMe, getUpdates with its offset and its waiting, sendMessage. Source:
 * https://core.telegram.org/bots/api (2026-11-26).
 */
export async function startSimTelegram(): Promise<SimTelegram> {
  const [updates, sent, blocked]: [Update[], TelegramMessage[], Set<number>] = [[], [], new Set()]
  const waiting = new Set<() => void>()
  const token = '1234567890:simulated_token_of_a_bot_0123456'
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const fields = await readJson(request)
    const [, method] = new RegExp(`^/bot${token}/(\\w+)$`).exec(request.url ?? '') ?? []
    if (sim.isDown) response.writeHead(502, { 'content-type': 'text/html' }).end('<html>')
    else if (method === 'getMe') answer(response, BOT)
    else if (method === 'getUpdates') answer(response, await updatesFrom(fields))
    else if (method === 'sendMessage') take(response, fields)
    else refuse(response, 404, 'Not Found')
  }
  const updatesFrom = async ({ offset = 0, timeout = 0, limit = 100 }: Fields): Promise<readonly Update[]> => {
    // What lies before the offset was confirmed with it, and is forgotten.
    updates.splice(0, updates.length, ...updates.filter(({ update_id }) => update_id >= offset))
    if (updates.length === 0 && timeout > 0) await firstOf(waiting, timeout * 1_000)
    return updates.slice(0, limit)
  }
  const take = (response: ServerResponse, { chat_id: chatId = 0, text = '' }: Fields): void => {
    if (blocked.has(chatId)) refuse(response, 403, 'Forbidden: bot was blocked by the user')
    else if (text === '' || text.length > TEXT_LENGTH_MAX) refuse(response, 400, 'Bad Request: message text is wrong')
    else {
      sent.push({ chatId, text })
      answer(response, { message_id: sent.length, chat: { id: chatId, type: 'private' }, text })
    }
  }
  const server = createServer((request, response) => void serve(request, response))
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  let written = 0
  const sim: SimTelegram = {
    ...{ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, token, sent, blocked, isDown: false },
    write: (chatId, text, type = 'private') => {
      written += 1
      updates.push({ update_id: written, message: { message_id: written, chat: { id: chatId, type }, from: { id: chatId }, text } })
      for (const wake of waiting) wake()
    },
    stop: () =>
      new Promise((resolve) => {
        for (const wake of waiting) wake()
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return sim
}

type Fields = {
  readonly offset?: number
  readonly timeout?: number
  readonly limit?: number
  readonly chat_id?: number
  readonly text?: string
}

async function readJson(request: IncomingMessage): Promise<Fields> {
  let body = ''
  for await (const piece of request) body += String(piece)
  return JSON.parse(body === '' ? '{}' : body) as Fields
}

const answer = (response: ServerResponse, result: unknown): void => send(response, 200, { ok: true, result })
const refuse = (response: ServerResponse, code: number, description: string): void =>
  send(response, code, { ok: false, error_code: code, description })
const send = (response: ServerResponse, status: number, body: object): void =>
  void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))

async function firstOf(waiting: Set<() => void>, millis: number): Promise<void> {
  let wake = (): void => undefined
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, millis)
    wake = () => {
      clearTimeout(timer)
      resolve()
    }
    waiting.add(wake)
  })
  waiting.delete(wake)
}
