import { z } from '@hono/zod-openapi'
import { ALERT_KINDS } from '../../events/index.ts'
import { LANGUAGES, TOPICS } from '../../spec/index.ts'
import { announcementShown } from './announcement.ts'
import { amountInput } from './credit.ts'
import { time, usd } from './fields.ts'

const LANGUAGE_EXPECTED = `one of ${LANGUAGES.join(', ')}`
const topicsInput = z.strictObject(Object.fromEntries(TOPICS.map((topic) => [topic, z.boolean().optional()])))
const topicsShown = z.object(Object.fromEntries(TOPICS.map((topic) => [topic, z.boolean()])))

/**
 * A change of how somebody is written to: absent members stay. `topics` is for every way, `channels` for one; `spendAlarm` is an amount of a UTC day,
 * null for none.
 */
export const notificationsChange = z
  .strictObject({
    language: z.enum(LANGUAGES, LANGUAGE_EXPECTED).optional(),
    topics: topicsInput.optional(),
    channels: z.strictObject({ mail: topicsInput.optional(), telegram: topicsInput.optional() }).optional(),
    spendAlarm: amountInput.nullable().optional(),
  })
  .openapi('NotificationsChange')

/**
 * How somebody is written to: in which language, by which way about what besides the letters that are always sent, and which ways there are. `topics`
 * is what they are told by any way; `telegram.boundAt` is null where no chat is bound.
 */
export const notificationsShown = z
  .object({
    language: z.enum(LANGUAGES).nullable(),
    topics: topicsShown,
    channels: z.object({ mail: topicsShown, telegram: topicsShown }),
    spendAlarm: usd.nullable(),
    mail: z.object({ offered: z.boolean() }),
    telegram: z.object({ offered: z.boolean(), boundAt: time.nullable() }),
    webhooks: z.object({ offered: z.boolean() }),
  })
  .openapi('Notifications')

/** Something that happened to the account and may want a hand: figures and ids; `keyHint` is the first and last characters of a key. */
export const ownAlertShown = z
  .object({
    ...{ id: z.string(), kind: z.enum(ALERT_KINDS), happenedAt: time },
    ...{ keyId: z.string().nullable(), keyHint: z.string().nullable(), webhookId: z.string().nullable() },
    ...{ amount: usd.nullable(), window: z.string().nullable(), seen: z.boolean() },
  })
  .openapi('Alert')

/** What was announced, and whether the caller has read it; `unread` counts those of the last 30 days. */
export const ownAnnouncements = z
  .object({ data: z.array(announcementShown.extend({ read: z.boolean() })), unread: z.int(), next: z.string().nullable() })
  .openapi('OwnAnnouncements')

/** Up to which announcement somebody has read. */
export const newsSeenInput = z.strictObject({ id: z.string().min(1).max(64) }).openapi('NewsSeen')

/** A code that binds a chat: send "/start CODE" to the bot, or follow the link. */
export const telegramCodeShown = z.object({ code: z.string(), bot: z.string(), link: z.string(), expiresAt: time }).openapi('TelegramCode')
