import { createRoute } from '@hono/zod-openapi'
import { listAnnouncements } from '../../notify/index.ts'
import { announcementPage, json, managed, managedError, pageQuery, tell } from '../contract/index.ts'
import { showAnnouncement } from '../show-announcement.ts'
import type { ManageApp, ManageDependencies } from './manage-env.ts'

/** What the house told everybody, for anybody. */
export function announcementsShownRoute(app: ManageApp, { appDatabase }: Pick<ManageDependencies, 'appDatabase'>): void {
  app.openapi(route, async (c) => {
    const { announcements, next } = await listAnnouncements(appDatabase, { cursor: undefined, ...c.req.valid('query') })
    return c.json(tell({ data: announcements.map(showAnnouncement), next: next ?? null }), 200)
  })
}

const route = createRoute({
  method: 'get',
  path: '/api/announcements',
  security: [],
  summary: 'List what the house announced, newest first; without a key',
  request: { query: pageQuery },
  responses: { 200: json(managed(announcementPage), 'A page of announcements'), default: json(managedError, 'What went wrong') },
})
