import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { fail } from '../../failures.ts'
import { browserName } from '../../identity/index.ts'
import { getOperator, type Operator, type OperatorSession } from '../../operators/index.ts'
import {
  errorBody,
  idParameter,
  json,
  jsonBody,
  operatorMe,
  operatorProof,
  operatorSessionEnded,
  operatorSessions,
  operatorSignedOut,
  operatorSignIn,
} from '../contract/index.ts'
import type { ApiDependencies, ApiEnv } from '../dependencies.ts'
import { operatorCookie } from '../operator-cookie.ts'
import { askingOf, requireJsonBody, requireOperatorSession } from '../operator-guard.ts'
import { requireOperatorOrigin } from '../operator-origin.ts'
import { operatorVisitorOf } from '../operator-visitor.ts'

type Dependencies = Pick<ApiDependencies, 'operators' | 'appDatabase'>

/** How operators come in by a browser: sign in, see who they are and where else they are signed in, prove it anew, sign out. */
export function operatorAuthRoutes(app: OpenAPIHono<ApiEnv>, { operators, appDatabase }: Dependencies): void {
  app.use('/operator/auth/*', requireJsonBody())
  const show = async (operator: Operator, freshUntil: number | undefined) => ({
    ...{ name: operator.name, role: operator.role },
    ways: operator.id === undefined ? (['token'] as const) : (await getOperator(appDatabase, operator.name)).ways,
    fresh: freshUntil === undefined || operators.isFresh({ freshUntil }),
    fresh_until: freshUntil === undefined ? null : new Date(freshUntil).toISOString(),
  })
  const showNew = async (c: Context, token: string) => {
    operatorCookie.set(c, token)
    const session: OperatorSession = (await operators.sessionOf(token)) ?? fail('signed_out')
    return operatorMe.parse(await show(session.operator, session.freshUntil))
  }
  app.openapi(signInRoute, async (c) => {
    requireOperatorOrigin(c, operators.url)
    const { token } = await operators.signInByToken(c.req.valid('json').token, operatorVisitorOf(c))
    return c.json(await showNew(c, token), 200)
  })
  app.openapi(meRoute, async (c) => {
    const { operator, freshUntil } = await askingOf(c, operators)
    return c.json(operatorMe.parse(await show(operator, freshUntil)), 200)
  })
  app.openapi(proofRoute, async (c) => {
    const session = await requireOperatorSession(c, operators)
    return c.json(await showNew(c, await operators.proveAgain(session, c.req.valid('json'), operatorVisitorOf(c))), 200)
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

const signInRoute = createRoute({
  method: 'post',
  path: `${base}/sign-in`,
  summary: 'Open a session in a browser with the operator token, or an operator’s own',
  security: [],
  request: { body: jsonBody(operatorSignIn) },
  ...shown,
})

const meRoute = createRoute({ method: 'get', path: `${base}/me`, summary: 'Show who asks, by session or token', ...shown })

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
