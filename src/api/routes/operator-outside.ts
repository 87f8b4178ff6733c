import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import {
  errorBody,
  json,
  jsonBody,
  operatorErrandAsked,
  operatorErrandReturn,
  operatorErrandShown,
  operatorIssuersShown,
  operatorJoined,
} from '../contract/index.ts'
import type { ApiDependencies, ApiEnv } from '../dependencies.ts'
import { requireOperatorOrigin } from '../operator-origin.ts'
import { operatorVisitorOf } from '../operator-visitor.ts'
import { showSignedIn } from '../show-operator.ts'

type Dependencies = Pick<ApiDependencies, 'operators' | 'appDatabase'>

/** How operators come in by an issuer that vouches for them: who was invited joins by it, who joined by it signs in. */
export function operatorOutsideRoutes(app: OpenAPIHono<ApiEnv>, dependencies: Dependencies): void {
  const { operators } = dependencies
  app.openapi(issuersRoute, (c) =>
    c.json({ data: operators.issuers().map(({ id, name, isProof }) => ({ id, name, is_proof: isProof })) }, 200),
  )
  app.openapi(beginRoute, async (c) => {
    requireOperatorOrigin(c, operators.url)
    const { issuer, invitation } = c.req.valid('json')
    return c.json(await operators.beginErrand({ issuer, invitation }, operatorVisitorOf(c)), 201)
  })
  app.openapi(endRoute, async (c) => {
    requireOperatorOrigin(c, operators.url)
    const { issuer, invitation, step, code, state, iss } = c.req.valid('json')
    const [came, visitor] = [{ issuer, step, returned: { code, state, iss } }, operatorVisitorOf(c)]
    if (invitation === undefined) {
      const { token } = await operators.signInByIssuer({ ...came, invitation }, visitor)
      return c.json({ ...(await showSignedIn(c, dependencies, token)), recovery_codes: [] }, 200)
    }
    const { token, recoveryCodes } = await operators.joinByIssuer({ ...came, invitation }, visitor)
    return c.json({ ...(await showSignedIn(c, dependencies, token)), recovery_codes: [...recoveryCodes] }, 200)
  })
}

const failures = { default: json(errorBody, 'What went wrong') }
const base = '/operator/auth/issuers'

const issuersRoute = createRoute({
  method: 'get',
  path: base,
  summary: 'List the issuers that sign operators in',
  security: [],
  responses: { 200: json(operatorIssuersShown, 'Issuers by name'), ...failures },
})

const beginRoute = createRoute({
  method: 'post',
  path: `${base}/begin`,
  summary: 'Begin to sign in, or with an invitation to join, by an issuer',
  security: [],
  request: { body: jsonBody(operatorErrandAsked) },
  responses: { 201: json(operatorErrandShown, 'Where the browser goes'), ...failures },
})

const endRoute = createRoute({
  method: 'post',
  path: `${base}/end`,
  summary: 'Open a session by what an issuer sent a browser back with; with an invitation, join and use it up',
  security: [],
  request: { body: jsonBody(operatorErrandReturn) },
  responses: { 200: json(operatorJoined, 'Who is signed in; recovery codes where they joined, told this once'), ...failures },
})
