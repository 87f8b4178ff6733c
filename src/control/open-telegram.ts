import type { Database } from '../db/index.ts'
import { errorCode, type Log } from '../lib/index.ts'
import type { ChatPost } from '../notify/index.ts'
import type { SubjectKeys } from '../privacy/index.ts'
import { BotError, type BotSettings, chatOf, readBotName, readCommands, sendMessage } from '../telegram/index.ts'
import { type RunningJobs, repeat } from './repeat.ts'

/** What the bot is opened with; `nodeId` names this node, `now` is the database's time in milliseconds. */
export type OpenTelegramOptions = {
  readonly bot: BotSettings
  readonly nodeId: string
  readonly appDatabase: Database
  readonly subjects: SubjectKeys
  readonly now: () => number
  readonly log: Log
}

/** The bot: what writes to chats, its name once it is known, and what listens beside the calls. */
export type OpenedTelegram = { readonly chat: ChatPost; readonly name: () => string | undefined; readonly start: () => RunningJobs }

/** One question waits so long, and the next comes at once; after a failure, or where another node listens, it is a while. */
const [WAIT_SECONDS, REST_MS, PAUSE_MS] = [25, 100, 15_000]
/** Who blocked the bot, or left: there is nobody to tell. Source: https://core.telegram.org/api/errors (2026-11-26). */
const GONE = ['refused_403', 'refused_400']

/** Opens the bot. Without an answer from Telegram nothing but chats is missing. */
export function openTelegram({ bot, nodeId, appDatabase: database, subjects, now, log }: OpenTelegramOptions): OpenedTelegram {
  const binding = { database, subjects, now }
  let name: string | undefined
  return {
    chat: async (accountId, text) => {
      const chatId = await chatOf(binding, accountId)
      if (chatId === undefined) return false
      return await sendMessage(bot, chatId, text).then(
        () => true,
        (thrown: unknown) => (thrown instanceof BotError && GONE.includes(thrown.code) ? false : Promise.reject(thrown)),
      )
    },
    name: () => name,
    start: () => {
      const stopping = new AbortController()
      let restUntil = 0
      const listen = async (): Promise<void> => {
        if (now() < restUntil) return
        try {
          name ??= await readBotName(bot, stopping.signal)
          const isOurs = await readCommands({ ...binding, bot, node: nodeId, waitSeconds: WAIT_SECONDS, signal: stopping.signal })
          if (!isOurs) restUntil = now() + PAUSE_MS
        } catch (thrown) {
          restUntil = now() + PAUSE_MS
          throw thrown
        }
      }
      const onFailed = (thrown: unknown): void => {
        if (!stopping.signal.aborted) log({ event: 'bot-unheard', code: errorCode(thrown) })
      }
      const job = repeat(listen, { name: 'telegram.listen', waitMs: REST_MS, onFailed })
      return {
        ...job,
        stop: async () => {
          stopping.abort()
          await job.stop()
        },
      }
    },
  }
}
