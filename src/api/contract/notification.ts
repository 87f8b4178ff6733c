import { z } from '@hono/zod-openapi'
import { LANGUAGES, TOPICS } from '../../spec/index.ts'
import { time } from './fields.ts'

const LANGUAGE_EXPECTED = `one of ${LANGUAGES.join(', ')}`
const topicsInput = z.strictObject(Object.fromEntries(TOPICS.map((topic) => [topic, z.boolean().optional()])))
const topicsShown = z.object(Object.fromEntries(TOPICS.map((topic) => [topic, z.boolean()])))

/** A change of how somebody is written to: absent members stay. */
export const notificationsChange = z
  .strictObject({ language: z.enum(LANGUAGES, LANGUAGE_EXPECTED).optional(), topics: topicsInput.optional() })
  .openapi('NotificationsChange')

/** How somebody is written to: in which language, about what besides the letters that are always sent, and whether in a chat too. */
export const notificationsShown = z
  .object({
    language: z.enum(LANGUAGES).nullable(),
    topics: topicsShown,
    telegram: z.object({ offered: z.boolean(), boundAt: time.nullable() }),
  })
  .openapi('Notifications')

/** A code that binds a chat: send "/start CODE" to the bot, or follow the link. */
export const telegramCodeShown = z.object({ code: z.string(), bot: z.string(), link: z.string(), expiresAt: time }).openapi('TelegramCode')
