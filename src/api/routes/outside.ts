import type { Hono } from 'hono'
import type { ReturnedCode } from '../../issuers/index.ts'
import {
  companyAsked,
  companyErrandShown,
  errandAsked,
  errandReturn,
  errandShown,
  identitiesShown,
  issuersShown,
  linkAsked,
  linkReturn,
  signInShown,
} from '../contract/index.ts'
import type { ApiDependencies, ApiEnv } from '../dependencies.ts'
import { readBody } from '../json-body.ts'
import { renewSession } from '../renew-session.ts'
import { requireAnySession, requireFresh, requireSession } from '../require-session.ts'
import { setSessionCookie } from '../session-cookie.ts'
import { visitorOf } from '../visitor.ts'

/**
 * How people come in by issuers that vouch for them, and link themselves with who they are there. The browser comes back to a page of ours, which shows what it
 * came with here, together with what it kept: nothing is done by an address alone.
 */
export function outsideRoutes(app: Hono<ApiEnv>, { identity, signOn }: Pick<ApiDependencies, 'identity' | 'signOn'>): void {
  const { outsideWays } = identity
  app.get('/api/auth/issuers', (c) => {
    const data = outsideWays.issuers().map(({ id, name, isProof }) => ({ id, name, is_proof: isProof }))
    return c.json(issuersShown.parse({ data, company: signOn !== undefined }))
  })
  app.post('/api/auth/issuers/begin', async (c) =>
    c.json(errandShown.parse(await outsideWays.begin(await readBody(c, errandAsked), visitorOf(c))), 201),
  )
  app.post('/api/auth/issuers/end', async (c) => {
    const { issuer, aim, step, ...came } = await readBody(c, errandReturn)
    const signedIn = await outsideWays.signIn({ issuer, aim, step, returned: returnedOf(came) }, visitorOf(c))
    if ('token' in signedIn) setSessionCookie(c, signedIn.token)
    return c.json(
      signInShown.parse('token' in signedIn ? { signed_in: true, account: signedIn.accountId } : { signed_in: false, ...signedIn }),
    )
  })
  app.post('/api/auth/company/begin', async (c) =>
    c.json(companyErrandShown.parse(await outsideWays.beginCompany((await readBody(c, companyAsked)).domain, visitorOf(c))), 201),
  )
  app.post('/api/auth/company/link', async (c) => {
    const session = await requireFresh(c, identity)
    return c.json(companyErrandShown.parse(await outsideWays.beginCompanyLink(session, (await readBody(c, companyAsked)).domain)), 201)
  })
  app.post('/api/auth/proof/issuer/begin', async (c) => {
    const session = await requireAnySession(c, identity)
    return c.json(errandShown.parse(await outsideWays.beginProof(session, (await readBody(c, linkAsked)).issuer)), 201)
  })
  app.post('/api/auth/proof/issuer', async (c) => {
    const session = await requireAnySession(c, identity)
    const { issuer, step, ...came } = await readBody(c, linkReturn)
    const isOwn = await outsideWays.endProof(session, { issuer, step, returned: returnedOf(came) }, visitorOf(c))
    await renewSession(c, identity, { session, isFresh: true, isOwn })
    return c.json({ proven: true })
  })
  identityRoutes(app, identity)
}

function identityRoutes(app: Hono<ApiEnv>, identity: ApiDependencies['identity']): void {
  const { outsideWays } = identity
  app.get('/api/auth/identities', async (c) => {
    const identities = await outsideWays.list(await requireSession(c, identity))
    const data = identities.map(({ id, issuer, name, createdAt }) => ({
      id,
      issuer,
      name: name ?? null,
      created_at: createdAt.toISOString(),
    }))
    return c.json(identitiesShown.parse({ data }))
  })
  app.post('/api/auth/identities/begin', async (c) => {
    const session = await requireFresh(c, identity)
    return c.json(errandShown.parse(await outsideWays.beginLink(session, (await readBody(c, linkAsked)).issuer)), 201)
  })
  app.post('/api/auth/identities', async (c) => {
    const session = await requireFresh(c, identity)
    const { issuer, step, ...came } = await readBody(c, linkReturn)
    await outsideWays.link(session, { issuer, step, returned: returnedOf(came) })
    await renewSession(c, identity, { session, isFresh: false })
    return c.json({ linked: true }, 201)
  })
  app.delete('/api/auth/identities/:id', async (c) => {
    const session = await requireFresh(c, identity)
    const id = c.req.param('id')
    await outsideWays.unlink(session, id)
    await renewSession(c, identity, { session, isFresh: false })
    return c.json({ id, removed: true })
  })
}

const returnedOf = ({ code, state, iss }: ReturnedCode): ReturnedCode => ({ code, state, iss })
