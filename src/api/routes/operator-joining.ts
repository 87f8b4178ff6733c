import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { Joined } from '../../operators/index.ts'
import {
  errorBody,
  invitationShownBy,
  invitationTold,
  invitedPasskey,
  invitedPassword,
  json,
  jsonBody,
  operatorJoined,
  operatorTotpShown,
  passkeyOptions,
} from '../contract/index.ts'
import type { ApiDependencies, ApiEnv } from '../dependencies.ts'
import { requireOperatorOrigin } from '../operator-origin.ts'
import { operatorVisitorOf } from '../operator-visitor.ts'
import { showSignedIn } from '../show-operator.ts'

type Dependencies = Pick<ApiDependencies, 'operators' | 'appDatabase'>

/** How somebody who was invited becomes an operator: with a passkey, or with a password and an authenticator app. */
export function operatorJoiningRoutes(app: OpenAPIHono<ApiEnv>, dependencies: Dependencies): void {
  const { operators } = dependencies
  app.use(`${base}/*`, async (c, next) => {
    requireOperatorOrigin(c, operators.url)
    await next()
  })
  const showJoined = async (c: Context, { token, recoveryCodes }: Joined) =>
    c.json({ ...(await showSignedIn(c, dependencies, token)), recovery_codes: [...recoveryCodes] }, 201)
  app.openapi(showRoute, async (c) => {
    const { name, role, expiresAt } = await operators.showInvitation(c.req.valid('json').token, operatorVisitorOf(c))
    return c.json({ name, role, expires_at: expiresAt.toISOString() }, 200)
  })
  app.openapi(passkeyAskedRoute, async (c) =>
    c.json(passkeyOptions.parse(await operators.offerInvitedPasskey(c.req.valid('json').token, operatorVisitorOf(c))), 200),
  )
  app.openapi(passkeyRoute, async (c) => {
    const { token, passkey: answer } = c.req.valid('json')
    return await showJoined(c, await operators.joinByPasskey({ token, answer }, operatorVisitorOf(c)))
  })
  app.openapi(totpRoute, async (c) =>
    c.json({ ...(await operators.beginInvitedTotp(c.req.valid('json').token, operatorVisitorOf(c))) }, 200),
  )
  app.openapi(passwordRoute, async (c) => showJoined(c, await operators.joinByPassword(c.req.valid('json'), operatorVisitorOf(c))))
}

const failures = { default: json(errorBody, 'What went wrong') }
const base = '/operator/auth/invitation'
const byToken = { security: [], request: { body: jsonBody(invitationShownBy) } }
const joined = { 201: json(operatorJoined, 'Who joined and is signed in, with recovery codes that are told this once'), ...failures }

const showRoute = createRoute({
  method: 'post',
  path: `${base}/shown`,
  summary: 'Show what an invitation is for',
  ...byToken,
  responses: { 200: json(invitationTold, 'The name and the role that it gives'), ...failures },
})

const passkeyAskedRoute = createRoute({
  method: 'post',
  path: `${base}/passkey/options`,
  summary: 'Begin to join with a passkey',
  ...byToken,
  responses: { 200: json(passkeyOptions, 'What the browser is asked with'), ...failures },
})

const passkeyRoute = createRoute({
  method: 'post',
  path: `${base}/passkey`,
  summary: 'Join with a passkey; uses the invitation up',
  security: [],
  request: { body: jsonBody(invitedPasskey) },
  responses: joined,
})

const totpRoute = createRoute({
  method: 'post',
  path: `${base}/totp`,
  summary: 'Begin to join with a password and an authenticator app',
  ...byToken,
  responses: { 200: json(operatorTotpShown, 'What the app is set up with'), ...failures },
})

const passwordRoute = createRoute({
  method: 'post',
  path: `${base}/password`,
  summary: 'Join with a password and the first code of an authenticator app; uses the invitation up',
  security: [],
  request: { body: jsonBody(invitedPassword) },
  responses: joined,
})
