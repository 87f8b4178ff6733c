import { Readable } from 'node:stream'
import type { Context, Hono } from 'hono'
import { EMAIL_EXPECTED, isEmail } from '../../accounts/index.ts'
import { fail } from '../../failures.ts'
import { emailInput, ownErasureInput, privacyAsked } from '../contract/index.ts'
import type { ApiDependencies, ApiEnv } from '../dependencies.ts'
import { readBody } from '../json-body.ts'
import { requireJsonBody } from '../operator-guard.ts'
import { exportHeaders, readGiveUp, showAccess, showErasure } from '../show-rights.ts'

/**
 * The rights of whoever can read the mail of an account: ask by address, then act once with the link that was mailed, as a bearer token. A key of
 * the account opens none of it, as programs hold keys.
 */
export function ownPrivacyRoutes(app: Hono<ApiEnv>, { ownRights }: Pick<ApiDependencies, 'ownRights'>): void {
  app.use('/api/privacy/*', requireJsonBody())
  app.post('/api/privacy/requests', async (c) => {
    const { email, kind } = await readBody(c, privacyAsked)
    requireEmail(email)
    ownRights.request({ email, kind })
    return c.json({ accepted: true }, 202)
  })
  app.post('/api/privacy/access', async (c) => {
    const held = await ownRights.access(linkOf(c))
    return c.json(showAccess(accountIn(held), held))
  })
  app.post('/api/privacy/export', async (c) => {
    const stream = await ownRights.exportZip(linkOf(c))
    return c.body(Readable.toWeb(stream) as ReadableStream, 200, exportHeaders('export'))
  })
  app.get('/api/privacy/erasure', async (c) => c.json(showErasure(await ownRights.planErasure(linkOf(c)))))
  app.post('/api/privacy/erasure', async (c) => {
    const { give_up: giveUp } = await readBody(c, ownErasureInput)
    return c.json(showErasure(await ownRights.erase(linkOf(c), readGiveUp(giveUp))), 202)
  })
  app.post('/api/privacy/email', async (c) => {
    const { email } = await readBody(c, emailInput)
    requireEmail(email)
    await ownRights.beginCorrection(linkOf(c), email)
    return c.json({ accepted: true }, 202)
  })
  app.post('/api/privacy/email/confirm', async (c) => {
    const { email } = await readBody(c, emailInput)
    await ownRights.confirmCorrection(linkOf(c), email)
    return c.json({ email })
  })
  app.post('/api/privacy/objection', async (c) => {
    await ownRights.object(linkOf(c))
    return c.json({ accepted: true }, 202)
  })
}

/** The token of a mailed link. Fails with link_invalid for anything else, a key too. */
const linkOf = (c: Context): string => /^bearer +(fbl_[\w-]{43}) *$/i.exec(c.req.header('authorization') ?? '')?.[1] ?? fail('link_invalid')

function requireEmail(email: string): void {
  if (!isEmail(email)) fail('invalid_field', { field: 'email', expected: EMAIL_EXPECTED })
}

function accountIn(held: Awaited<ReturnType<ApiDependencies['ownRights']['access']>>): string {
  const id = held.find(({ table, column }) => table === 'account' && column === 'id')?.value
  return typeof id === 'string' ? id : ''
}
