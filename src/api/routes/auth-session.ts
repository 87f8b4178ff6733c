import type { Hono } from 'hono'
import type { z } from 'zod'
import { fail } from '../../failures.ts'
import { browserName, type Joining, type NewProof, type Profile } from '../../identity/index.ts'
import {
  codeInput,
  invitationCodeInput,
  type invitationLookedAt,
  newPasskey,
  passkeyRename,
  passkeysShown,
  passwordChange,
  type profileShown,
  proofInput,
  recoveryCodesShown,
  sessionsShown,
  signInChangesShown,
  totpShown,
} from '../contract/index.ts'
import type { ApiDependencies, ApiEnv } from '../dependencies.ts'
import { readBody } from '../json-body.ts'
import { renewSession } from '../renew-session.ts'
import { requireAnySession, requireFresh, requireProfiled, requireSession } from '../require-session.ts'
import { clearSessionCookie } from '../session-cookie.ts'
import { visitorOf } from '../visitor.ts'

type Dependencies = Pick<ApiDependencies, 'identity'>

/** What people do who are signed in: see who they are and where they are signed in, sign out, change the password, show anew who they are. */
export function authSessionRoutes(app: Hono<ApiEnv>, { identity }: Dependencies): void {
  app.get('/api/auth/me', async (c) => c.json(showProfile(await identity.readProfile(await requireProfiled(c, identity)))))
  app.post('/api/auth/sign-out', async (c) => {
    const session = await requireAnySession(c, identity)
    await identity.endSession(session, session.id)
    clearSessionCookie(c)
    return c.json({ signed_in: false })
  })
  app.get('/api/auth/sessions', async (c) => {
    const session = await requireSession(c, identity)
    const data = (await identity.listSessions(session)).map(({ id, browser, createdAt, seenAt }) => ({
      ...{ id, browser: browserName(browser), is_this: id === session.id },
      ...{ created_at: createdAt.toISOString(), seen_at: seenAt.toISOString() },
    }))
    return c.json(sessionsShown.parse({ data }))
  })
  app.get('/api/auth/sign-in-changes', async (c) => {
    const changes = await identity.listSignInChanges(await requireSession(c, identity))
    return c.json(signInChangesShown.parse({ data: changes.map(({ what, at }) => ({ what, at: at.toISOString() })) }))
  })
  app.delete('/api/auth/sessions', async (c) => c.json({ ended: await identity.endOtherSessions(await requireSession(c, identity)) }))
  app.delete('/api/auth/sessions/:id', async (c) => {
    const session = await requireSession(c, identity)
    const id = c.req.param('id')
    if (!(await identity.endSession(session, id))) fail('session_unknown')
    if (id === session.id) clearSessionCookie(c)
    return c.json({ id, ended: true })
  })
  app.put('/api/auth/password', async (c) => {
    const session = await requireFresh(c, identity)
    const { current, password } = await readBody(c, passwordChange)
    await identity.changePassword(session, { current, password })
    await renewSession(c, identity, { session, isFresh: false })
    return c.json({ changed: true })
  })
  app.post('/api/auth/invitations/look', async (c) => {
    const session = await requireSession(c, identity)
    const { code } = await readBody(c, invitationCodeInput)
    return c.json(showJoining(await identity.readInvitation(session, { code, visitor: visitorOf(c) })))
  })
  app.post('/api/auth/invitations/accept', async (c) => {
    const session = await requireSession(c, identity)
    const { accountId, role } = await identity.acceptInvitation(session, (await readBody(c, invitationCodeInput)).code, visitorOf(c))
    return c.json({ account_id: accountId, role })
  })
  app.post('/api/auth/invitations/decline', async (c) => {
    await requireSession(c, identity)
    await identity.declineInvitation({ code: (await readBody(c, invitationCodeInput)).code, visitor: visitorOf(c) })
    return c.json({ declined: true })
  })
  app.post('/api/auth/proof/options', async (c) => c.json(await identity.askProof(await requireAnySession(c, identity))))
  app.post('/api/auth/proof', async (c) => {
    const session = await requireAnySession(c, identity)
    await identity.proveAgain(session, proofOf(await readBody(c, proofInput)), visitorOf(c))
    await renewSession(c, identity, { session, isFresh: true, isOwn: true })
    return c.json({ proven: true })
  })
}

/** What people do with their second step: an authenticator app, passkeys, recovery codes. */
export function secondFactorRoutes(app: Hono<ApiEnv>, { identity }: Dependencies): void {
  const { secondFactors } = identity
  app.post('/api/auth/totp', async (c) => c.json(totpShown.parse(await secondFactors.beginTotp(await requireFresh(c, identity))), 201))
  app.post('/api/auth/totp/confirm', async (c) => {
    const session = await requireFresh(c, identity)
    const codes = await secondFactors.confirmTotp(session, (await readBody(c, codeInput)).code)
    await renewSession(c, identity, { session, isFresh: false })
    return c.json(showCodes(codes))
  })
  app.delete('/api/auth/totp', async (c) => {
    const session = await requireFresh(c, identity)
    await secondFactors.endTotp(session)
    await renewSession(c, identity, { session, isFresh: false })
    return c.json({ has_totp: false })
  })
  app.post('/api/auth/recovery-codes', async (c) =>
    c.json(showCodes(await secondFactors.renewRecoveryCodes(await requireFresh(c, identity))), 201),
  )
  app.get('/api/auth/passkeys', async (c) => {
    const passkeys = await secondFactors.listPasskeys(await requireSession(c, identity))
    const data = passkeys.map(({ id, name, createdAt, usedOn }) => ({
      ...{ id, name: name ?? null, created_at: createdAt.toISOString(), used_on: usedOn ?? null },
    }))
    return c.json(passkeysShown.parse({ data }))
  })
  app.post('/api/auth/passkeys/options', async (c) => c.json(await secondFactors.offerPasskey(await requireFresh(c, identity))))
  app.post('/api/auth/passkeys', async (c) => {
    const session = await requireFresh(c, identity)
    const { name, passkey } = await readBody(c, newPasskey)
    const { id, recoveryCodes } = await secondFactors.addPasskey(session, { name, answer: passkey })
    await renewSession(c, identity, { session, isFresh: false })
    return c.json({ id, ...showCodes(recoveryCodes) }, 201)
  })
  app.patch('/api/auth/passkeys/:id', async (c) => {
    const [session, id] = [await requireSession(c, identity), c.req.param('id')]
    const { name } = await readBody(c, passkeyRename)
    await secondFactors.renamePasskey(session, { id, name })
    return c.json({ id, name })
  })
  app.delete('/api/auth/passkeys/:id', async (c) => {
    const session = await requireFresh(c, identity)
    const id = c.req.param('id')
    await secondFactors.removePasskey(session, id)
    await renewSession(c, identity, { session, isFresh: false })
    return c.json({ id, removed: true })
  })
}

const showCodes = (codes: readonly string[]) => recoveryCodesShown.parse({ recovery_codes: codes })

const proofOf = (sent: z.output<typeof proofInput>): NewProof =>
  'passkey' in sent ? sent : { password: sent.password, accountNumber: sent.account_number, code: sent.code }

const showJoining = (joining: Joining): z.output<typeof invitationLookedAt> => ({
  ...{ account_id: joining.accountId, role: joining.role, expires_at: joining.expiresAt.toISOString() },
  ...{ from: joining.from ?? null, team: joining.team ?? null, invited_by: joining.invitedBy ?? null },
  ...{ is_for_another: joining.isForAnother, is_member: joining.isMember },
})

const showProfile = (profile: Profile): z.output<typeof profileShown> => ({
  person: { id: profile.personId, email: profile.email ?? null },
  account: { id: profile.accountId, role: profile.role },
  accounts: profile.accounts.map(({ accountId, role, name, team, signOn }) => ({
    id: accountId,
    role,
    name: name ?? null,
    team: team ?? null,
    sign_on: signOn ?? null,
  })),
  confined_to:
    profile.confinedTo === undefined ? null : { account: profile.confinedTo.accountId, issuer: profile.confinedTo.issuer ?? null },
  ...{ has_password: profile.hasPassword, has_account_number: profile.hasNumber, has_totp: profile.hasTotp, passkeys: profile.passkeys },
  ...{ recovery_codes_left: profile.recoveryCodesLeft, fresh_until: profile.freshUntil.toISOString() },
})
