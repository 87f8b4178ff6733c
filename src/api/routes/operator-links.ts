import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import {
  errorBody,
  idParameter,
  json,
  jsonBody,
  operatorErrandShown,
  operatorIdentitiesShown,
  operatorLinkAsked,
  operatorLinked,
  operatorLinkReturn,
  operatorMe,
  operatorUnlinked,
} from '../contract/index.ts'
import type { ApiDependencies, ApiEnv } from '../dependencies.ts'
import { requireOperatorSession } from '../operator-guard.ts'
import { operatorVisitorOf } from '../operator-visitor.ts'
import { showSignedIn } from '../show-operator.ts'
import { requireFreshSession } from './operator-own-ways.ts'

/** How operators who are signed in link themselves with who they are at issuers, and show by one anew who they are. */
export function operatorLinkRoutes(app: OpenAPIHono<ApiEnv>, dependencies: Pick<ApiDependencies, 'operators' | 'appDatabase'>): void {
  const { operators } = dependencies
  const { own } = operators
  app.openapi(listRoute, async (c) => {
    const identities = await own.listIdentities(await requireOperatorSession(c, operators))
    const data = identities.map(({ id, issuer, name, createdAt }) => ({
      ...{ id, issuer, name: name ?? null, created_at: createdAt.toISOString() },
    }))
    return c.json({ data }, 200)
  })
  app.openapi(beginRoute, async (c) =>
    c.json(await own.beginLink(await requireFreshSession(c, operators), c.req.valid('json').issuer), 201),
  )
  app.openapi(linkRoute, async (c) => {
    const { issuer, step, code, state, iss } = c.req.valid('json')
    await own.link(await requireFreshSession(c, operators), { issuer, step, returned: { code, state, iss } })
    return c.json({ linked: true as const }, 201)
  })
  app.openapi(unlinkRoute, async (c) => {
    const { id } = c.req.valid('param')
    await own.unlink(await requireFreshSession(c, operators), id)
    return c.json({ id, removed: true as const }, 200)
  })
  app.openapi(beginProofRoute, async (c) =>
    c.json(await operators.beginIssuerProof(await requireOperatorSession(c, operators), c.req.valid('json').issuer), 201),
  )
  app.openapi(proofRoute, async (c) => {
    const { issuer, step, code, state, iss } = c.req.valid('json')
    const came = { issuer, step, returned: { code, state, iss } }
    const token = await operators.proveByIssuer(await requireOperatorSession(c, operators), { came, visitor: operatorVisitorOf(c) })
    return c.json(await showSignedIn(c, dependencies, token), 200)
  })
}

const failures = { default: json(errorBody, 'What went wrong') }
const base = '/operator/auth/identities'
const begun = { 201: json(operatorErrandShown, 'Where the browser goes'), ...failures }

const listRoute = createRoute({
  method: 'get',
  path: base,
  summary: 'List whom issuers sign in as this operator',
  responses: { 200: json(operatorIdentitiesShown, 'The newest first'), ...failures },
})

const beginRoute = createRoute({
  method: 'post',
  path: `${base}/begin`,
  summary: 'Begin to link this operator with who they are at an issuer',
  request: { body: jsonBody(operatorLinkAsked) },
  responses: begun,
})

const linkRoute = createRoute({
  method: 'post',
  path: base,
  summary: 'Link this operator with whom an issuer vouches for',
  request: { body: jsonBody(operatorLinkReturn) },
  responses: { 201: json(operatorLinked, 'The issuer signs them in from now on'), ...failures },
})

const unlinkRoute = createRoute({
  method: 'delete',
  path: `${base}/{id}`,
  summary: 'Take a link away, and end all other sessions; the last way in stays',
  request: { params: idParameter },
  responses: { 200: json(operatorUnlinked, 'The issuer signs them in no more'), ...failures },
})

const beginProofRoute = createRoute({
  method: 'post',
  path: '/operator/auth/proof/issuer/begin',
  summary: 'Begin to show anew who one is by an issuer, for who has no other way in',
  request: { body: jsonBody(operatorLinkAsked) },
  responses: begun,
})

const proofRoute = createRoute({
  method: 'post',
  path: '/operator/auth/proof/issuer',
  summary: 'Show that an issuer has just signed one in',
  request: { body: jsonBody(operatorLinkReturn) },
  responses: { 200: json(operatorMe, 'Dangerous acts can be done for ten minutes; a cookie keeps the session'), ...failures },
})
