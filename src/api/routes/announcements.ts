import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import { fail } from '../../failures.ts'
import { listAnnouncements, publishAnnouncement, withdrawAnnouncement } from '../../notify/index.ts'
import { answerOnce, repeatableOf } from '../answer-once.ts'
import {
  announcementInput,
  announcementKept,
  announcementKeptPage,
  errorBody,
  idempotencyHeader,
  idParameter,
  json,
  jsonBody,
  pageQuery,
} from '../contract/index.ts'
import type { ApiDependencies, ApiEnv } from '../dependencies.ts'
import { showKeptAnnouncement } from '../show-announcement.ts'

type Dependencies = Pick<ApiDependencies, 'appDatabase' | 'ids' | 'clock'>

/** What the house tells everybody: at once or at its time, until it is taken back. */
export function announcementRoutes(app: OpenAPIHono<ApiEnv>, { appDatabase, ids, clock }: Dependencies): void {
  app.openapi(announceRoute, async (c) => {
    const sent = c.req.valid('json')
    requireWhole(sent)
    const effectiveAt = sent.effective_at === undefined ? undefined : new Date(sent.effective_at)
    const publishAt = sent.publish_at === undefined ? undefined : new Date(sent.publish_at)
    const made = await answerOnce(appDatabase, await repeatableOf(c), {
      status: 201,
      schema: announcementKept,
      work: async (tx) => {
        const { topic, title, text: words, model } = sent
        const made = { id: ids.uuid(), topic, model, effectiveAt, title, words, publishAt, now: clock.now() }
        return showKeptAnnouncement(await publishAnnouncement(tx, made))
      },
    })
    return c.json(made, 201)
  })
  app.openapi(listRoute, async (c) => {
    const { cursor, limit } = c.req.valid('query')
    const { announcements, next } = await listAnnouncements(appDatabase, { cursor, limit, isAll: true })
    return c.json({ data: announcements.map(showKeptAnnouncement), next: next ?? null }, 200)
  })
  app.openapi(withdrawRoute, async (c) => {
    const { id } = c.req.valid('param')
    const withdrawn = await answerOnce(appDatabase, await repeatableOf(c), {
      status: 200,
      schema: announcementKept,
      work: async (tx) => showKeptAnnouncement(await withdrawAnnouncement(tx, { id, now: clock.now() })),
    })
    return c.json(withdrawn, 200)
  })
}

type Sent = {
  readonly topic: string
  readonly audience: string
  readonly model?: string | undefined
  readonly effective_at?: string | undefined
}

/** Whom it is for goes with the model, and a model that ends has a day. Fails with missing_field, invalid_field. */
function requireWhole({ topic, audience, model, effective_at: effectiveAt }: Sent): void {
  const isForUsers = audience === 'model_users'
  if (model === undefined && (isForUsers || topic === 'models')) fail('missing_field', { field: 'model' })
  if (model !== undefined && !isForUsers) fail('invalid_field', { field: 'audience', expected: 'model_users, as a model is named' })
  if (topic === 'models' && effectiveAt === undefined) fail('missing_field', { field: 'effective_at' })
  if (topic !== 'models' && effectiveAt !== undefined)
    fail('invalid_field', { field: 'effective_at', expected: 'absent, but for topic models' })
}

const failures = { default: json(errorBody, 'What went wrong') }

const announceRoute = createRoute({
  method: 'post',
  path: '/operator/v1/announcements',
  summary: 'Tell customers something, in both languages: on the site, and by mail those who want it',
  request: { headers: idempotencyHeader, body: jsonBody(announcementInput) },
  responses: { 201: json(announcementKept, 'The announcement'), ...failures },
})

const listRoute = createRoute({
  method: 'get',
  path: '/operator/v1/announcements',
  summary: 'List announcements, the latest first, with those to come and those taken back',
  request: { query: pageQuery },
  responses: { 200: json(announcementKeptPage, 'A page of announcements'), ...failures },
})

const withdrawRoute = createRoute({
  method: 'post',
  path: '/operator/v1/announcements/{id}/withdrawal',
  summary: 'Take an announcement back: it is shown no more, and letters that have not gone out stay here',
  request: { params: idParameter, headers: idempotencyHeader },
  responses: { 200: json(announcementKept, 'The announcement'), ...failures },
})
