import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import type { z } from 'zod'
import { fail } from '../../failures.ts'
import { browserName } from '../../identity/index.ts'
import type { TypedCredentials } from '../../operators/index.ts'
import {
  errorBody,
  idParameter,
  json,
  jsonBody,
  operatorMe,
  operatorPasskey,
  operatorProof,
  operatorSessionEnded,
  operatorSessions,
  operatorSignedOut,
  operatorSignIn,
  passkeyOptions,
} from '../contract/index.ts'
import type { ApiDependencies, ApiEnv } from '../dependencies.ts'
import { operatorCookie } from '../operator-cookie.ts'
import { askingOf, requireJsonBody, requireOperatorSession } from '../operator-guard.ts'
import { requireOperatorOrigin } from '../operator-origin.ts'
import { operatorVisitorOf } from '../operator-visitor.ts'
import { showMe, showSignedIn } from '../show-operator.ts'

type Dependencies = Pick<ApiDependencies, 'operators' | 'appDatabase'>

/** How operators come in by a browser: sign in, see who they are and where else they are signed in, prove it anew, sign out. */
export function operatorAuthRoutes(app: OpenAPIHono<ApiEnv>, dependencies: Dependencies): void {
  app.use('/operator/auth/*', requireJsonBody())
  addWaysIn(app, dependencies)
  addSession(app, dependencies)
}

function addWaysIn(app: OpenAPIHono<ApiEnv>, dependencies: Dependencies): void {
  const { operators } = dependencies
  app.openapi(signInRoute, async (c) => {
    requireOperatorOrigin(c, operators.url)
    const [shown, visitor] = [c.req.valid('json'), operatorVisitorOf(c)]
    const { token } =
      'token' in shown ? await operators.signInByToken(shown.token, visitor) : await operators.signInByTyping(typedOf(shown), visitor)
    return c.json(await showSignedIn(c, dependencies, token), 200)
  })
  app.openapi(passkeyAskedRoute, async (c) => {
    requireOperatorOrigin(c, operators.url)
    return c.json(passkeyOptions.parse(await operators.askPasskey(operatorVisitorOf(c))), 200)
  })
  app.openapi(passkeySignInRoute, async (c) => {
    requireOperatorOrigin(c, operators.url)
    const { token } = await operators.signInByPasskey(c.req.valid('json').passkey, operatorVisitorOf(c))
    return c.json(await showSignedIn(c, dependencies, token), 200)
  })
}

const typedOf = (shown: Exclude<z.output<typeof operatorSignIn>, { readonly token: string }>): TypedCredentials => ({
  ...{ name: shown.name, password: shown.password },
  second: 'code' in shown ? { code: shown.code } : { recoveryCode: shown.recovery_code },
})

function addSession(app: OpenAPIHono<ApiEnv>, dependencies: Dependencies): void {
  const { operators } = dependencies
  app.openapi(meRoute, async (c) => {
    const { operator, freshUntil } = await askingOf(c, operators)
    return c.json(await showMe(dependencies, operator, freshUntil), 200)
  })
  app.openapi(proofAskedRoute, async (c) =>
    c.json(passkeyOptions.parse(await operators.askProof(await requireOperatorSession(c, operators))), 200),
  )
  app.openapi(proofRoute, async (c) => {
    const session = await requireOperatorSession(c, operators)
    const token = await operators.proveAgain(session, c.req.valid('json'), operatorVisitorOf(c))
    return c.json(await showSignedIn(c, dependencies, token), 200)
  })
  app.openapi(signOutRoute, async (c) => {
    await operators.signOut(await requireOperatorSession(c, operators))
    operatorCookie.clear(c)
    return c.json({ signed_in: false as const }, 200)
  })
  app.openapi(sessionsRoute, async (c) => {
    const session = await requireOperatorSession(c, operators)
    const data = (await operators.listSessions(session)).map(({ id, way, browser, createdAt, seenAt }) => ({
      ...{ id, way, browser: browserName(browser), is_this: id === session.id },
      ...{ created_at: createdAt.toISOString(), seen_at: seenAt.toISOString() },
    }))
    return c.json({ data }, 200)
  })
  app.openapi(endSessionRoute, async (c) => {
    const session = await requireOperatorSession(c, operators)
    const { id } = c.req.valid('param')
    if (!(await operators.endSession(session, id))) fail('session_unknown')
    if (id === session.id) operatorCookie.clear(c)
    return c.json({ id, ended: true as const }, 200)
  })
}

const failures = { default: json(errorBody, 'What went wrong') }
const base = '/operator/auth'
const shown = { responses: { 200: json(operatorMe, 'Who is signed in; a cookie keeps the session'), ...failures } }
const asked = { responses: { 200: json(passkeyOptions, 'What the browser is asked with'), ...failures } }

const signInRoute = createRoute({
  method: 'post',
  path: `${base}/sign-in`,
  summary: 'Open a session in a browser: by a token, by a password and a code, or by a recovery code',
  security: [],
  request: { body: jsonBody(operatorSignIn) },
  ...shown,
})

const passkeyAskedRoute = createRoute({
  method: 'post',
  path: `${base}/passkey-sign-in/options`,
  summary: 'Begin to sign in by a passkey',
  security: [],
  ...asked,
})

const passkeySignInRoute = createRoute({
  method: 'post',
  path: `${base}/passkey-sign-in`,
  summary: 'Open a session by a passkey',
  security: [],
  request: { body: jsonBody(operatorPasskey) },
  ...shown,
})

const meRoute = createRoute({ method: 'get', path: `${base}/me`, summary: 'Show who asks, by session or token', ...shown })

const proofAskedRoute = createRoute({
  method: 'post',
  path: `${base}/proof/options`,
  summary: 'Begin to prove anew who is signed in, by a passkey',
  ...asked,
})

const proofRoute = createRoute({
  method: 'post',
  path: `${base}/proof`,
  summary: 'Prove anew who is signed in; dangerous acts can be done for ten minutes',
  request: { body: jsonBody(operatorProof) },
  ...shown,
})

const signOutRoute = createRoute({
  method: 'post',
  path: `${base}/sign-out`,
  summary: 'End the session of this browser',
  responses: { 200: json(operatorSignedOut, 'Nobody is signed in here'), ...failures },
})

const sessionsRoute = createRoute({
  method: 'get',
  path: `${base}/sessions`,
  summary: 'List where this operator is signed in',
  responses: { 200: json(operatorSessions, 'Open sessions, the newest first'), ...failures },
})

const endSessionRoute = createRoute({
  method: 'delete',
  path: `${base}/sessions/{id}`,
  summary: 'End one session of this operator',
  request: { params: idParameter },
  responses: { 200: json(operatorSessionEnded, 'It has ended'), ...failures },
})
