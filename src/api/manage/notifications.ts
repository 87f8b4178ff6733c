import { createRoute, z } from '@hono/zod-openapi'
import { fail } from '../../failures.ts'
import { requireRuns } from '../../identity/index.ts'
import { formatUsd, type NanoUsd, parseUsd } from '../../lib/index.ts'
import { changeSettings, type NotificationSettings, readSettings } from '../../notify/index.ts'
import { TOPICS } from '../../spec/index.ts'
import { boundSince, makeCode, unbindAccount } from '../../telegram/index.ts'
import {
  json,
  jsonBody,
  managed,
  managedError,
  notificationsChange,
  notificationsShown,
  telegramCodeShown,
  tell,
} from '../contract/index.ts'
import { accountOf, behindOf, type ManageApp, type ManageDependencies } from './manage-env.ts'

/** How the caller's account is written to: language, topics by way, the alarm of a day, and a chat of Telegram. */
export function notificationRoutes(app: ManageApp, dependencies: ManageDependencies): void {
  const { appDatabase, messages, clock, randomBytes } = dependencies
  const show = async (accountId: string, { language, channels, spendAlarm }: NotificationSettings) => {
    const boundAt = (await boundSince(appDatabase, accountId))?.toISOString() ?? null
    const topics = Object.fromEntries(
      TOPICS.map((topic) => [topic, channels.mail[topic] || (boundAt !== null && channels.telegram[topic])]),
    )
    const ways = { mail: { ...channels.mail }, telegram: { ...channels.telegram } }
    return tell({
      ...{ language: language ?? null, topics, channels: ways, spendAlarm: spendAlarm === undefined ? null : formatUsd(spendAlarm) },
      ...{ mail: { offered: messages.sendSample !== undefined }, telegram: { offered: messages.botName !== undefined, boundAt } },
      webhooks: { offered: messages.hasWebhooks },
    })
  }
  app.openapi(readRoute, async (c) => c.json(await show(accountOf(c), await readSettings(appDatabase, accountOf(c))), 200))
  app.openapi(changeRoute, async (c) => {
    const { spendAlarm, ...change } = c.req.valid('json')
    const wanted = typeof spendAlarm === 'string' ? readSpendAlarm(spendAlarm) : spendAlarm
    return c.json(await show(accountOf(c), await changeSettings(appDatabase, accountOf(c), { ...change, spendAlarm: wanted })), 200)
  })
  app.openapi(bindRoute, async (c) => {
    if (messages.botName === undefined) fail('not_offered', { what: 'Messages by Telegram' })
    const bot = messages.botName() ?? fail('unavailable', { seconds: 30 })
    const [accountId, madeBy] = [accountOf(c), behindOf(c)]
    const { code, expiresAt } = await appDatabase.transaction(async (database) => {
      if (madeBy !== undefined) await requireRuns(database, { accountId, personId: madeBy })
      return await makeCode({ database, now: () => clock.now() }, { accountId, madeBy, random: randomBytes(16) })
    })
    return c.json(tell({ code, bot, link: `https://t.me/${bot}?start=${code}`, expiresAt: expiresAt.toISOString() }), 201)
  })
  app.openapi(unbindRoute, async (c) => c.json(tell({ wasBound: await unbindAccount(appDatabase, accountOf(c)) }), 200))
}

const readSpendAlarm = (text: string): NanoUsd => parseUsd(text) ?? fail('amount_invalid', { field: 'spendAlarm' })

const failures = { default: json(managedError, 'What went wrong') }

const readRoute = createRoute({
  method: 'get',
  path: '/api/account/notifications',
  summary: 'Show in which language, about what and by which way the account is written to',
  responses: { 200: json(managed(notificationsShown), 'The choices'), ...failures },
})

const changeRoute = createRoute({
  method: 'put',
  path: '/api/account/notifications',
  summary: 'Choose the language, and about what to be written to by which way; what has to be told is told all the same',
  request: { body: jsonBody(notificationsChange) },
  responses: { 200: json(managed(notificationsShown), 'The choices as they are now'), ...failures },
})

const bindRoute = createRoute({
  method: 'post',
  path: '/api/account/telegram',
  summary: 'Make a code that binds a chat of Telegram to the account, once, within 15 minutes',
  responses: { 201: json(managed(telegramCodeShown), 'The code'), ...failures },
})

const unbindRoute = createRoute({
  method: 'delete',
  path: '/api/account/telegram',
  summary: 'Forget the chat of Telegram',
  responses: { 200: json(managed(z.object({ wasBound: z.boolean() })), 'It is forgotten'), ...failures },
})
