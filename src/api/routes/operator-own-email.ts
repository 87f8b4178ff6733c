import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import {
  errorBody,
  json,
  jsonBody,
  operatorAlarmsWanted,
  operatorEmailAsked,
  operatorEmailEnd,
  operatorEmailSent,
  operatorEmailShown,
} from '../contract/index.ts'
import type { ApiDependencies, ApiEnv } from '../dependencies.ts'
import { requireOperatorSession } from '../operator-guard.ts'
import { requireFreshSession } from './operator-own-ways.ts'

/** Where operators are written to: shown, and changed by a link that goes to the new address; and whether they are when something needs a hand. */
export function operatorOwnEmailRoutes(app: OpenAPIHono<ApiEnv>, { operators }: Pick<ApiDependencies, 'operators'>): void {
  const { own } = operators
  app.openapi(showRoute, async (c) => {
    const email = await own.readEmail(await requireOperatorSession(c, operators))
    return c.json({ email: email ?? null }, 200)
  })
  app.openapi(askRoute, async (c) => {
    await own.beginEmail(await requireFreshSession(c, operators), c.req.valid('json').email)
    return c.json({ sent: true as const }, 202)
  })
  app.openapi(endRoute, async (c) => {
    const made = c.req.valid('json')
    await own.endEmail(await requireOperatorSession(c, operators), made)
    return c.json({ email: made.email }, 200)
  })
  app.openapi(showAlarmsRoute, async (c) => c.json({ alarms: await own.readAlarms(await requireOperatorSession(c, operators)) }, 200))
  app.openapi(setAlarmsRoute, async (c) => {
    const { alarms } = c.req.valid('json')
    await own.setAlarms(await requireOperatorSession(c, operators), alarms)
    return c.json({ alarms }, 200)
  })
}

const failures = { default: json(errorBody, 'What went wrong') }
const path = '/operator/auth/email'

const showRoute = createRoute({
  method: 'get',
  path,
  summary: 'Show where this operator is written to',
  responses: { 200: json(operatorEmailShown, 'The e-mail, or null'), ...failures },
})

const askRoute = createRoute({
  method: 'post',
  path,
  summary: 'Begin to change the e-mail: a link goes to the new one, which is kept nowhere until it is used',
  request: { body: jsonBody(operatorEmailAsked) },
  responses: { 202: json(operatorEmailSent, 'The link is on its way'), ...failures },
})

const endRoute = createRoute({
  method: 'put',
  path,
  summary: 'Change the e-mail by the link that went to the new one, for who asked for it; the old one is told',
  request: { body: jsonBody(operatorEmailEnd) },
  responses: { 200: json(operatorEmailShown, 'The e-mail as it is now'), ...failures },
})

const alarmsPath = '/operator/auth/alarms'

const showAlarmsRoute = createRoute({
  method: 'get',
  path: alarmsPath,
  summary: 'Show whether this operator is written to when something needs a hand',
  responses: { 200: json(operatorAlarmsWanted, 'Whether they are'), ...failures },
})

const setAlarmsRoute = createRoute({
  method: 'put',
  path: alarmsPath,
  summary: 'Be written to when something needs a hand, or not',
  request: { body: jsonBody(operatorAlarmsWanted) },
  responses: { 200: json(operatorAlarmsWanted, 'As it is now'), ...failures },
})
