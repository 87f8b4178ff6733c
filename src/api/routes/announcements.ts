import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import { fail } from '../../failures.ts'
import { LETTERS, listAnnouncements, publishAnnouncement, renderMail } from '../../notify/index.ts'
import { MAIL_TEMPLATES, type MailTemplate } from '../../spec/index.ts'
import { answerOnce, repeatableOf } from '../answer-once.ts'
import {
  announcementInput,
  announcementPage,
  announcementShown,
  errorBody,
  idempotencyHeader,
  json,
  jsonBody,
  letterList,
  letterPreview,
  letterQuery,
  pageQuery,
} from '../contract/index.ts'
import type { ApiDependencies, ApiEnv } from '../dependencies.ts'
import { showAnnouncement } from '../show-announcement.ts'

type Dependencies = Pick<ApiDependencies, 'appDatabase' | 'ids' | 'clock' | 'messages'>

/** What the house tells everybody, and the letters it writes, for the operator. */
export function announcementRoutes(app: OpenAPIHono<ApiEnv>, { appDatabase, ids, clock, messages }: Dependencies): void {
  app.openapi(announceRoute, async (c) => {
    const sent = c.req.valid('json')
    requireWhole(sent)
    const effectiveAt = sent.effective_at === undefined ? undefined : new Date(sent.effective_at)
    const made = await answerOnce(appDatabase, await repeatableOf(c), {
      status: 201,
      schema: announcementShown,
      work: async (tx) => {
        const { topic, title, text: words, model } = sent
        return showAnnouncement(
          await publishAnnouncement(tx, { id: ids.uuid(), topic, model, effectiveAt, title, words, now: clock.now() }),
        )
      },
    })
    return c.json(made, 201)
  })
  app.openapi(listRoute, async (c) => {
    const { cursor, limit } = c.req.valid('query')
    const { announcements, next } = await listAnnouncements(appDatabase, { cursor, limit })
    return c.json({ data: announcements.map(showAnnouncement), next: next ?? null }, 200)
  })
  app.openapi(lettersRoute, (c) =>
    c.json(
      {
        data: TEMPLATES.map((key) => {
          const entry = LETTERS[key]
          return { key, class: entry.class, topic: entry.class === 'optional' ? entry.topic : null, fields: [...MAIL_TEMPLATES[key]] }
        }),
      },
      200,
    ),
  )
  app.openapi(previewRoute, (c) => {
    const { lang: language } = c.req.valid('query')
    const key = TEMPLATES.find((one) => one === c.req.param('key')) ?? fail('not_found')
    const fields = Object.fromEntries(MAIL_TEMPLATES[key].map((name) => [name, `{${name}}`]))
    return c.json({ key, language, ...renderMail(key, fields, { language, sender: messages.service, unsubscribe: '{unsubscribe}' }) }, 200)
  })
}

const TEMPLATES = Object.keys(MAIL_TEMPLATES) as MailTemplate[]

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
  responses: { 201: json(announcementShown, 'The announcement'), ...failures },
})

const listRoute = createRoute({
  method: 'get',
  path: '/operator/v1/announcements',
  summary: 'List announcements, newest first',
  request: { query: pageQuery },
  responses: { 200: json(announcementPage, 'A page of announcements'), ...failures },
})

const lettersRoute = createRoute({
  method: 'get',
  path: '/operator/v1/letters',
  summary: 'List the letters that the house writes, with their class and what fills them',
  responses: { 200: json(letterList, 'The letters'), ...failures },
})

const previewRoute = createRoute({
  method: 'get',
  path: '/operator/v1/letters/{key}/preview',
  summary: 'Show a letter as it would be sent, with its fields in braces',
  request: { query: letterQuery },
  responses: { 200: json(letterPreview, 'The letter'), ...failures },
})
