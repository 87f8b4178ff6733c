import { createRoute, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { type Alert, listAlerts, noteAlertsSeen } from '../../events/index.ts'
import { fail } from '../../failures.ts'
import { formatUsd, isUuid } from '../../lib/index.ts'
import { type Announcement, countNews, getAnnouncement, listAnnouncements, newsSeenAt, noteNewsSeen } from '../../notify/index.ts'
import { SPEND_WINDOWS } from '../../spec/index.ts'
import {
  json,
  jsonBody,
  managed,
  managedError,
  newsSeenInput,
  ownAlertShown,
  ownAnnouncements,
  pageQuery,
  tell,
} from '../contract/index.ts'
import type { CustomerEnv } from '../customer-guard.ts'
import { readSessionCookie } from '../session-cookie.ts'
import { showAnnouncement } from '../show-announcement.ts'
import { accountOf, type ManageApp, type ManageDependencies, makerOf } from './manage-env.ts'

const UNREAD_DAYS = 30
const DAY_MS = 86_400_000

/** What happened to the account that may want a hand, and what was announced, with what of it is read. */
export function ownNewsRoutes(app: ManageApp, dependencies: ManageDependencies): void {
  const { appDatabase, clock } = dependencies
  const seenAt = async (c: Context<CustomerEnv>) => await newsSeenAt(appDatabase, await readerOf(c, dependencies))
  app.openapi(alertsRoute, async (c) => c.json(tell((await listAlerts(appDatabase, accountOf(c))).map(showAlert)), 200))
  app.openapi(alertsSeenRoute, async (c) => {
    await noteAlertsSeen(appDatabase, accountOf(c), clock.now())
    return c.json(tell({ seen: true as const }), 200)
  })
  app.openapi(newsRoute, async (c) => {
    const [{ announcements, next }, seen] = await Promise.all([
      listAnnouncements(appDatabase, { cursor: undefined, ...c.req.valid('query') }),
      seenAt(c),
    ])
    const since = new Date(Math.max(seen?.getTime() ?? 0, clock.now() - UNREAD_DAYS * DAY_MS))
    const unread = await countNews(appDatabase, since)
    const isRead = ({ publishAt }: Announcement): boolean => seen !== undefined && publishAt <= seen
    const data = announcements.map((one) => ({ ...showAnnouncement(one), read: isRead(one) }))
    return c.json(tell({ data, unread, next: next ?? null }), 200)
  })
  app.openapi(seenRoute, async (c) => {
    const { id } = c.req.valid('json')
    const found = isUuid(id) ? await getAnnouncement(appDatabase, id) : undefined
    if (found?.publishedAt === undefined) return fail('announcement_unknown')
    await noteNewsSeen(appDatabase, await readerOf(c, dependencies), found.publishAt)
    return c.json(tell({ id }), 200)
  })
}

/** Whose reading it is: of somebody who is signed in their own account, whichever account they act for; in a session that is confined to a team, the team's. */
async function readerOf(c: Context<CustomerEnv>, { identity }: Pick<ManageDependencies, 'identity'>): Promise<string> {
  const own = makerOf(c) === undefined ? undefined : await identity.sessionOf(readSessionCookie(c), accountOf(c))
  return own === undefined || own.confinedTo !== undefined ? accountOf(c) : own.homeAccountId
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

/** In the words of the contract; what is not of its kind is left out. */
function showAlert({ id, kind, data, keyHint, happenedAt, isSeen }: Alert) {
  const nano = textOf(data['amount']) ?? textOf(data['threshold'])
  const window = typeof data['window'] === 'number' ? SPEND_WINDOWS[data['window']] : undefined
  return {
    ...{ id, kind, happenedAt: happenedAt.toISOString(), keyHint: keyHint ?? null, window: window ?? null, seen: isSeen },
    ...{ keyId: textOf(data['key_id']) ?? null, webhookId: textOf(data['endpoint_id']) ?? null },
    amount: nano !== undefined && /^\d{1,19}$/.test(nano) ? formatUsd(BigInt(nano)) : null,
  }
}

const failures = { default: json(managedError, 'What went wrong') }

const alertsRoute = createRoute({
  method: 'get',
  path: '/api/account/alerts',
  summary: 'List what happened to the account in the last seven days that may want a hand, newest first',
  responses: { 200: json(managed(z.array(ownAlertShown)), 'At most fifty'), ...failures },
})

const alertsSeenRoute = createRoute({
  method: 'put',
  path: '/api/account/alerts/seen',
  summary: 'Note that all that happened until now is seen',
  responses: { 200: json(managed(z.object({ seen: z.literal(true) })), 'It is seen'), ...failures },
})

const newsRoute = createRoute({
  method: 'get',
  path: '/api/account/announcements',
  summary: 'List what the house announced, newest first, with what of it the caller has read',
  request: { query: pageQuery },
  responses: { 200: json(managed(ownAnnouncements), 'A page of announcements'), ...failures },
})

const seenRoute = createRoute({
  method: 'put',
  path: '/api/account/announcements/seen',
  summary: 'Note that announcements are read, up to one of them',
  request: { body: jsonBody(newsSeenInput) },
  responses: { 200: json(managed(z.object({ id: z.string() })), 'They are read'), ...failures },
})
