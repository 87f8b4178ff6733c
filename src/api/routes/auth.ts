import type { Context, Hono } from 'hono'
import type { z } from 'zod'
import type { Credentials, KeysLeft, SecondProof, SignedIn } from '../../identity/index.ts'
import {
  emailAsked,
  numberedSignUp,
  passkeySignIn,
  resetEnd,
  resetShown,
  secondStepInput,
  signedInShown,
  signInInput,
  type signInShown,
  signUpAsked,
  signUpEnd,
  stepAsked,
} from '../contract/index.ts'
import type { ApiDependencies, ApiEnv } from '../dependencies.ts'
import { readBody } from '../json-body.ts'
import { requireJsonBody } from '../operator-guard.ts'
import { onlySameOrigin } from '../same-origin.ts'
import { setSessionCookie } from '../session-cookie.ts'
import { visitorOf } from '../visitor.ts'

/**
 * How people come in: sign-up, sign-in with its second step, passkeys, forgotten passwords. What is answered to e-mails is the same for known and
 * unknown ones. Each sign-in gives a new cookie, whatever was sent.
 */
export function authRoutes(app: Hono<ApiEnv>, { identity, publicUrl }: Pick<ApiDependencies, 'identity' | 'publicUrl'>): void {
  app.use('/api/auth/*', onlySameOrigin(publicUrl), requireJsonBody())
  app.post('/api/auth/sign-up', async (c) => {
    const { email, ...brought } = await readBody(c, signUpAsked)
    await identity.beginSignUp(email, visitorOf(c), brought)
    return c.json({ accepted: true }, 202)
  })
  app.post('/api/auth/sign-up/confirm', async (c) => welcome(c, await identity.endSignUp(await readBody(c, signUpEnd), visitorOf(c)), 201))
  app.post('/api/auth/sign-up/number', async (c) => {
    const { password } = await readBody(c, numberedSignUp)
    const { token, number } = await identity.signUpByNumber(password, visitorOf(c))
    setSessionCookie(c, token)
    return c.json(signedInShown.parse({ signed_in: true, account_number: number }), 201)
  })
  app.post('/api/auth/sign-in', async (c) => {
    const signedIn = await identity.signIn(credentialsOf(await readBody(c, signInInput)), visitorOf(c))
    if ('token' in signedIn) setSessionCookie(c, signedIn.token)
    return c.json(showSignedIn(signedIn), 200)
  })
  app.post('/api/auth/sign-in/second-step', async (c) => {
    const sent = await readBody(c, secondStepInput)
    return welcome(c, await identity.takeSecondStep({ step: sent.step, proof: proofOf(sent) }, visitorOf(c)))
  })
  app.post('/api/auth/sign-in/second-step/passkey', async (c) =>
    c.json(await identity.askSecondPasskey((await readBody(c, stepAsked)).step)),
  )
  app.post('/api/auth/passkey-sign-in/options', async (c) => c.json(await identity.askPasskey(visitorOf(c))))
  app.post('/api/auth/passkey-sign-in', async (c) => {
    const { passkey } = await readBody(c, passkeySignIn)
    return welcome(c, await identity.signInByPasskey(passkey, visitorOf(c)))
  })
  app.post('/api/auth/reset', async (c) => {
    await identity.beginReset((await readBody(c, emailAsked)).email, visitorOf(c))
    return c.json({ accepted: true }, 202)
  })
  app.post('/api/auth/reset/confirm', async (c) => {
    const { end_keys_since: endKeysSince, ...shown } = await readBody(c, resetEnd)
    const since = endKeysSince === undefined ? undefined : Date.parse(endKeysSince)
    return c.json(showReset(await identity.endReset({ ...shown, endKeysSince: since }, visitorOf(c))), 200)
  })
}

const showReset = ({
  passkeys,
  apps,
  links,
  keys,
  keysEnded,
  membersJoined,
}: Awaited<ReturnType<ApiDependencies['identity']['endReset']>>) =>
  resetShown.parse({
    changed: true,
    ways: { passkeys, authenticator_apps: apps, linked_services: links },
    members_joined: membersJoined ?? null,
    keys: { ended: keysEnded, managing: showKeys(keys.managing), calling: showKeys(keys.calling) },
  })

const showKeys = ({ count, newest }: KeysLeft['managing']) => ({
  count,
  newest: newest.map(({ hint, createdAt }) => ({ hint, created_at: createdAt.toISOString() })),
})

function welcome(c: Context, token: string, status: 200 | 201 = 200): Response {
  setSessionCookie(c, token)
  return c.json(signedInShown.parse({ signed_in: true }), status)
}

const credentialsOf = (sent: z.output<typeof signInInput>): Credentials =>
  'email' in sent ? sent : { accountNumber: sent.account_number, password: sent.password }

function proofOf(sent: z.output<typeof secondStepInput>): SecondProof {
  if ('code' in sent) return { code: sent.code }
  return 'recovery_code' in sent ? { recoveryCode: sent.recovery_code } : { passkey: sent.passkey }
}

const showSignedIn = (signedIn: SignedIn): z.output<typeof signInShown> =>
  'token' in signedIn ? { signed_in: true } : { signed_in: false, step: signedIn.step, ways: [...signedIn.ways] }
