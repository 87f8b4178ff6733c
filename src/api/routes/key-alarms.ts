import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import { type KeyAlarm, listAlarms } from '../../abuse/index.ts'
import { EMAIL_EXPECTED, isEmail } from '../../accounts/index.ts'
import { fail } from '../../failures.ts'
import { allowSignUp, countAllowances } from '../../identity/index.ts'
import { formatUsd } from '../../lib/index.ts'
import { answerOnce, repeatableOf } from '../answer-once.ts'
import {
  errorBody,
  idempotencyHeader,
  json,
  jsonBody,
  keyAlarmList,
  signUpAllowanceCount,
  signUpAllowanceInput,
  signUpAllowanceShown,
} from '../contract/index.ts'
import type { ApiDependencies, ApiEnv } from '../dependencies.ts'

type Dependencies = Pick<ApiDependencies, 'appDatabase' | 'subjects' | 'clock'>

const ALARMS_MAX = 500

/** Alarms over keys, and what an operator undoes of what is done against abuse. */
export function keyAlarmRoutes(app: OpenAPIHono<ApiEnv>, { appDatabase, subjects, clock }: Dependencies): void {
  app.openapi(listRoute, async (c) => c.json({ data: (await listAlarms(appDatabase, ALARMS_MAX)).map(showAlarm) }, 200))
  app.openapi(countRoute, async (c) => c.json({ open: await countAllowances(appDatabase, { clock }) }, 200))
  app.openapi(allowRoute, async (c) => {
    const { email } = c.req.valid('json')
    if (!isEmail(email)) fail('invalid_field', { field: 'email', expected: EMAIL_EXPECTED })
    const allowed = await answerOnce(appDatabase, await repeatableOf(c), {
      status: 201,
      schema: signUpAllowanceShown,
      work: async (tx) => ({ allowed_until: (await allowSignUp(tx, { subjects, clock }, email)).toISOString() }),
    })
    return c.json(allowed, 201)
  })
}

const failures = { default: json(errorBody, 'What went wrong') }

const listRoute = createRoute({
  method: 'get',
  path: '/operator/v1/key-alarms',
  summary: 'List alarms over keys: those that spent too much, or were used from too many addresses',
  responses: { 200: json(keyAlarmList, 'The last five hundred, newest first'), ...failures },
})

const countRoute = createRoute({
  method: 'get',
  path: '/operator/v1/sign-up-allowances',
  summary: 'Count who may open an account although each person may have one; whose e-mails they are is known nowhere',
  responses: { 200: json(signUpAllowanceCount, 'How many'), ...failures },
})

const allowRoute = createRoute({
  method: 'post',
  path: '/operator/v1/sign-up-allowances',
  summary: 'Let an e-mail open one account within a week although each person may have one',
  request: { headers: idempotencyHeader, body: jsonBody(signUpAllowanceInput) },
  responses: { 201: json(signUpAllowanceShown, 'Until when'), ...failures },
})

const showAlarm = (alarm: KeyAlarm) => ({
  ...{ id: alarm.id, account_id: alarm.accountId, key_id: alarm.keyId, kind: alarm.kind },
  amount: alarm.amount === undefined ? null : formatUsd(alarm.amount),
  addresses: alarm.addresses ?? null,
  is_paused: alarm.isPaused,
  raised_at: alarm.raisedAt.toISOString(),
  ...{ key_hint: alarm.keyHint, key_state: alarm.keyState },
})
