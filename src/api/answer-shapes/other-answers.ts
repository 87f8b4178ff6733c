import { z } from 'zod'
import { shownReceipt } from '../../receipts/index.ts'
import {
  accessShown,
  companyErrandShown,
  erasureShown,
  errandShown,
  identitiesShown,
  invitationLookedAt,
  issuersShown,
  ownBalanceShown,
  ownUsageShown,
  passkeysShown,
  pricePage,
  profileShown,
  recoveryCodesShown,
  resetShown,
  sessionsShown,
  signedInShown,
  signInChangesShown,
  signInShown,
  statementShown,
  statusShown,
  supportShown,
  supportWordsShown,
  totpShown,
  x402Claimed,
} from '../contract/index.ts'

const done = <Name extends string>(name: Name) => z.object({ [name]: z.literal(true) })
const text = z.string()
const accepted = done('accepted')
const access = z.object({ at: z.string(), actor: z.string(), action: z.string(), concerns: z.string() })
const publicKey = z.object({
  ...{ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string(), kid: z.string(), use: z.literal('sig'), alg: z.literal('EdDSA') },
})

/** What a browser is asked to make or use a passkey with. Source: w3.org/TR/webauthn-3 §5.4 and §5.5 (2026-11-27). */
const passkeyAsked = z
  .object({
    ...{
      challenge: z.string(),
      timeout: z.number(),
      rpId: z.string(),
      allowCredentials: z.array(credential()),
      userVerification: z.string(),
    },
    ...{ rp: z.object({ id: z.string(), name: z.string() }), pubKeyCredParams: z.array(z.object({ alg: z.int(), type: z.string() })) },
    ...{ user: z.object({ id: z.string(), name: z.string(), displayName: z.string() }), excludeCredentials: z.array(credential()) },
    ...{ authenticatorSelection: z.record(z.string(), z.union([z.string(), z.boolean()])), attestation: z.string() },
    ...{ extensions: z.record(z.string(), z.boolean()), hints: z.array(z.string()) },
  })
  .partial()

/** What routes answer in JSON that are written without a declaration of their own, so that this list is theirs. */
export const OTHER_ANSWERS: Readonly<Record<string, z.ZodType>> = {
  'GET /': z.object({ ...{ name: text, health: text, ready: text }, ...{ models: text, usage: text, balance: text } }),
  'GET /healthz': z.object({ status: z.literal('ok') }),
  'GET /readyz': z.object({ status: z.enum(['ready', 'not ready']) }),
  'GET /v1/usage': ownUsageShown,
  'GET /v1/balance': ownBalanceShown,
  'GET /v1/statements/:month': statementShown,
  'GET /v1/accesses': z.object({ object: z.literal('list'), data: z.array(access), next: z.string().nullable() }),
  'GET /v1/receipts/:id': shownReceipt,
  'GET /v1/prices': pricePage,
  'GET /v1/prices/:version': pricePage.shape.data.element,
  'GET /v1/privacy': z.object({
    ...{ object: z.literal('privacy'), version: z.int(), effective_at: z.string() },
    coming: z.object({ version: z.int(), effective_at: z.string() }).nullable(),
    seen: z.array(z.object({ version: z.int(), how: z.string(), at: z.string() })),
  }),
  'GET /.well-known/audit-checkpoints': z.object({
    data: z.array(z.object({ day: z.string(), last_serial: z.string(), head: z.string(), jws: z.string() })),
    next: z.string().nullable(),
  }),
  'GET /.well-known/jwks.json': z.object({ keys: z.array(publicKey) }),
  'GET /.well-known/day-roots': z.object({
    data: z.array(z.object({ day: z.string(), root: z.string(), salt: z.string(), batches: z.int() })),
    next: z.string().nullable(),
  }),
  'GET /.well-known/agent.json': z.looseObject({}),
  'GET /openapi.json': z.looseObject({}),
  'GET /api/openapi.json': z.looseObject({}),
  'GET /operator/v1/openapi.json': z.looseObject({}),
  'GET /status.json': statusShown,
  'POST /webhooks/:rail': z.object({ received: z.boolean() }),
  'POST /api/privacy/seen/:version{[0-9]{1,9}}': z.object({ object: z.literal('privacy'), version: z.int(), seen: z.literal(true) }),
  'POST /api/privacy/requests': accepted,
  'POST /api/privacy/access': accessShown,
  'GET /api/privacy/erasure': erasureShown,
  'POST /api/privacy/erasure': erasureShown,
  'POST /api/privacy/email': accepted,
  'POST /api/privacy/email/confirm': z.object({ email: z.string() }),
  'POST /api/privacy/objection': accepted,
  'GET /api/agent/x402-claim': z.object({ success: z.literal(true), data: z.object({ message: z.string() }) }),
  'POST /api/agent/x402-claim': z.object({ success: z.literal(true), data: x402Claimed.extend({ api_key: z.string() }) }),
  'POST /api/support/requests': supportShown,
  'GET /api/support/requests': z.object({ data: z.array(supportWordsShown) }),
  'DELETE /api/support/requests/:id': supportShown,
  'POST /api/auth/sign-up': accepted,
  'POST /api/auth/sign-up/confirm': signedInShown,
  'POST /api/auth/sign-up/number': signedInShown,
  'POST /api/auth/sign-in': signInShown,
  'POST /api/auth/sign-in/second-step': signedInShown,
  'POST /api/auth/sign-in/second-step/passkey': passkeyAsked,
  'POST /api/auth/passkey-sign-in/options': passkeyAsked,
  'POST /api/auth/passkey-sign-in': signedInShown,
  'POST /api/auth/reset': accepted,
  'POST /api/auth/reset/confirm': resetShown,
  'GET /api/auth/me': profileShown,
  'POST /api/auth/sign-out': z.object({ signed_in: z.literal(false) }),
  'GET /api/auth/sessions': sessionsShown,
  'GET /api/auth/sign-in-changes': signInChangesShown,
  'DELETE /api/auth/sessions': z.object({ ended: z.int() }),
  'DELETE /api/auth/sessions/:id': z.object({ id: z.string(), ended: z.literal(true) }),
  'PUT /api/auth/password': done('changed'),
  'POST /api/auth/invitations/look': invitationLookedAt,
  'POST /api/auth/invitations/accept': z.object({ account_id: z.string(), role: z.string() }),
  'POST /api/auth/invitations/decline': done('declined'),
  'POST /api/auth/proof/options': passkeyAsked,
  'POST /api/auth/proof': done('proven'),
  'POST /api/auth/totp': totpShown,
  'POST /api/auth/totp/confirm': recoveryCodesShown,
  'DELETE /api/auth/totp': z.object({ has_totp: z.literal(false) }),
  'POST /api/auth/recovery-codes': recoveryCodesShown,
  'GET /api/auth/passkeys': passkeysShown,
  'POST /api/auth/passkeys/options': passkeyAsked,
  'POST /api/auth/passkeys': recoveryCodesShown.extend({ id: z.string() }),
  'PATCH /api/auth/passkeys/:id': z.object({ id: z.string(), name: z.string() }),
  'DELETE /api/auth/passkeys/:id': z.object({ id: z.string(), removed: z.literal(true) }),
  'GET /api/auth/issuers': issuersShown,
  'POST /api/auth/issuers/begin': errandShown,
  'POST /api/auth/issuers/end': signInShown,
  'POST /api/auth/company/begin': companyErrandShown,
  'POST /api/auth/company/link': companyErrandShown,
  'POST /api/auth/proof/issuer/begin': errandShown,
  'POST /api/auth/proof/issuer': done('proven'),
  'GET /api/auth/identities': identitiesShown,
  'POST /api/auth/identities/begin': errandShown,
  'POST /api/auth/identities': done('linked'),
  'DELETE /api/auth/identities/:id': z.object({ id: z.string(), removed: z.literal(true) }),
  'GET /api/auth/held': accessShown,
  'GET /api/auth/erasure': erasureShown,
  'POST /api/auth/erasure': erasureShown,
}

function credential() {
  return z.object({ id: z.string(), type: z.string().optional(), transports: z.array(z.string()).optional() })
}
