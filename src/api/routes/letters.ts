import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { EMAIL_EXPECTED, isEmail } from '../../accounts/index.ts'
import { fail } from '../../failures.ts'
import { LETTERS, renderMail, sampleFields } from '../../notify/index.ts'
import { emailOfOperator } from '../../operators/index.ts'
import { type Language, MAIL_TEMPLATES, type MailTemplate } from '../../spec/index.ts'
import { answerOnce, repeatableOf } from '../answer-once.ts'
import {
  errorBody,
  idempotencyHeader,
  json,
  jsonBody,
  letterList,
  letterPreview,
  letterQuery,
  letterTested,
  letterTestInput,
} from '../contract/index.ts'
import type { ApiDependencies, ApiEnv } from '../dependencies.ts'

type Dependencies = Pick<ApiDependencies, 'appDatabase' | 'subjects' | 'messages'>

/** The letters that the house writes: which there are, how each looks, and one to oneself. */
export function letterRoutes(app: OpenAPIHono<ApiEnv>, { appDatabase, subjects, messages }: Dependencies): void {
  app.openapi(lettersRoute, (c) => c.json({ data: TEMPLATES.map(showLetter) }, 200))
  app.openapi(previewRoute, (c) => {
    const { lang: language, filled } = c.req.valid('query')
    const key = templateOf(c.req.param('key'))
    return c.json({ key, language, ...rendered({ key, language, isFilled: filled === 'yes', sender: messages.service }) }, 200)
  })
  app.openapi(pageRoute, (c) => {
    const { lang: language } = c.req.valid('query')
    const { html } = rendered({ key: templateOf(c.req.param('key')), language, isFilled: true, sender: messages.service })
    // A letter loads nothing and runs nothing; its look is in its elements, as mail programs want it.
    c.header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; sandbox")
    return c.html(html)
  })
  app.openapi(testRoute, async (c) => {
    const { sendSample } = messages
    if (sendSample === undefined) fail('not_offered', { what: 'Mail' })
    const key = templateOf(c.req.param('key'))
    const { lang: language, to: wanted } = c.req.valid('json')
    if (wanted !== undefined && !isEmail(wanted)) fail('invalid_field', { field: 'to', expected: EMAIL_EXPECTED })
    const name = c.get('operator').replace(/^operator:/, '')
    const to = wanted ?? (await emailOfOperator({ database: appDatabase, subjects }, name)) ?? fail('missing_field', { field: 'to' })
    const work = async () => {
      // The cause may name the address; that it was not taken is all that leaves.
      await sendSample({ template: key, to, language }).catch(() => fail('unavailable', { seconds: 30 }))
      return { key, sent: true as const }
    }
    return c.json(await answerOnce(appDatabase, await repeatableOf(c), { status: 200, schema: letterTested, work }), 200)
  })
}

const TEMPLATES = Object.keys(MAIL_TEMPLATES) as MailTemplate[]

/** Fails with not_found. */
const templateOf = (key: string | undefined): MailTemplate => TEMPLATES.find((one) => one === key) ?? fail('not_found')

function showLetter(key: MailTemplate) {
  const entry = LETTERS[key]
  return { key, class: entry.class, topic: entry.class === 'optional' ? entry.topic : null, fields: [...MAIL_TEMPLATES[key]] }
}

type Rendering = { readonly key: MailTemplate; readonly language: Language; readonly isFilled: boolean; readonly sender: string }

function rendered({ key, language, isFilled, sender }: Rendering) {
  const braces = Object.fromEntries(MAIL_TEMPLATES[key].map((name) => [name, `{${name}}`]))
  const fields = isFilled ? sampleFields(key, language) : braces
  return renderMail(key, fields, { language, sender, unsubscribe: isFilled ? 'https://example.com/unsubscribe' : '{unsubscribe}' })
}

const failures = { default: json(errorBody, 'What went wrong') }

const lettersRoute = createRoute({
  method: 'get',
  path: '/operator/v1/letters',
  summary: 'List the letters that the house writes, with their class and what fills them',
  responses: { 200: json(letterList, 'The letters'), ...failures },
})

const previewRoute = createRoute({
  method: 'get',
  path: '/operator/v1/letters/{key}/preview',
  summary: 'Show a letter as it would be sent, with its fields in braces, or filled',
  request: { query: letterQuery },
  responses: { 200: json(letterPreview, 'The letter'), ...failures },
})

const pageRoute = createRoute({
  method: 'get',
  path: '/operator/v1/letters/{key}/page',
  summary: 'Show a letter as the page that it is, filled as if it were about somebody',
  request: { query: letterQuery },
  responses: { 200: { content: { 'text/html': { schema: z.string() } }, description: 'The letter' }, ...failures },
})

const testRoute = createRoute({
  method: 'post',
  path: '/operator/v1/letters/{key}/test',
  summary: 'Send a letter, filled as if it were about somebody, to oneself; the address is kept nowhere',
  request: { headers: idempotencyHeader, body: jsonBody(letterTestInput) },
  responses: { 200: json(letterTested, 'The mail server took it'), ...failures },
})
