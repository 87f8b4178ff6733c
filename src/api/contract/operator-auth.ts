import { z } from '@hono/zod-openapi'
import { newPasskeySchema, passkeySchema } from '../../identity/index.ts'
import { OPERATOR_NAME, OPERATOR_ROLES, OPERATOR_WAYS } from '../../operators/index.ts'
import { time } from './fields.ts'

const token = z.string('an operator token').min(1).max(512)
const name = z.string('the name of an operator').regex(OPERATOR_NAME, 'the name of an operator')
// How long a password may be is told by its rules, which count bytes and name no value.
const password = z.string('a password').max(2048)
const code = z.string('a code of 6 digits').min(1).max(32)
const invitation = z.string('the token of an invitation').min(1).max(100)

/** What an operator signs in with. */
export const operatorSignIn = z
  .union(
    [
      z.strictObject({ token }),
      z.strictObject({ name, password, code }),
      z.strictObject({ name, password: password.optional(), recovery_code: z.string('a recovery code').min(1).max(64) }),
    ],
    'a token, or a name with a password and a code, or with a recovery code',
  )
  .openapi('OperatorSignIn')

/** An answer of a passkey. */
export const operatorPasskey = z.strictObject({ passkey: passkeySchema }).openapi('OperatorPasskey')

/** What proves anew who is signed in. */
export const operatorProof = z
  .union(
    [z.strictObject({ token }), z.strictObject({ passkey: passkeySchema }), z.strictObject({ password, code })],
    'a token, an answer of a passkey, or a password and a code',
  )
  .openapi('OperatorProof')

/** Who was invited. */
export const invitationShownBy = z.strictObject({ token: invitation }).openapi('OperatorInvitationToken')

/** A passkey of somebody who was invited. */
export const invitedPasskey = z.strictObject({ token: invitation, passkey: newPasskeySchema }).openapi('InvitedPasskey')

/** A password of somebody who was invited, with the first code of their authenticator app. */
export const invitedPassword = z.strictObject({ token: invitation, password, code }).openapi('InvitedPassword')

/** What somebody who was invited is told first. */
export const invitationTold = z
  .object({ name: z.string(), role: z.enum(OPERATOR_ROLES), expires_at: time })
  .openapi('OperatorInvitationShown')

/** What an authenticator app is set up with; told once. */
export const operatorTotpShown = z.object({ secret: z.string(), uri: z.string() }).openapi('OperatorTotp')

/** What a browser is asked with for a passkey. Source: w3.org/TR/webauthn-3 §5.1 (2026-11-26). */
export const passkeyOptions = z.looseObject({ challenge: z.string() }).openapi('PasskeyOptions')

/** Who asks at the operator listener; a session of the token of the configuration is called "operator-token". */
export const operatorMe = z
  .object({
    name: z.string(),
    role: z.enum(OPERATOR_ROLES),
    /** How this operator can sign in. */
    ways: z.array(z.enum(OPERATOR_WAYS)),
    /** Whether dangerous acts need no new proof now, and until when. */
    fresh: z.boolean(),
    fresh_until: time.nullable(),
    recovery_codes_left: z.int(),
  })
  .openapi('OperatorMe')

/** Who has just joined, with recovery codes that are told this once. */
export const operatorJoined = operatorMe.extend({ recovery_codes: z.array(z.string()) }).openapi('OperatorJoined')

/** A sign-out that is done. */
export const operatorSignedOut = z.object({ signed_in: z.literal(false) })

/** Where an operator is signed in. */
export const operatorSessions = z.object({
  data: z.array(z.object({ id: z.string(), way: z.string(), browser: z.string(), is_this: z.boolean(), created_at: time, seen_at: time })),
})

/** A session that was ended. */
export const operatorSessionEnded = z.object({ id: z.string(), ended: z.literal(true) })

/** Passkeys of an operator; `transports` is how each is reached. Source: w3.org/TR/webauthn-3 §5.8.4 (2026-11-27). */
export const operatorPasskeysShown = z.object({
  data: z.array(z.object({ id: z.string(), transports: z.array(z.string()), created_at: time, used_on: z.string().nullable() })),
})

/** A passkey that an operator made. */
export const operatorNewPasskey = z.strictObject({ passkey: newPasskeySchema }).openapi('OperatorNewPasskey')

/** Recovery codes of an operator; told once, and empty where there are some already. */
export const operatorCodesShown = z.object({ recovery_codes: z.array(z.string()) }).openapi('OperatorRecoveryCodes')

/** A passkey that is gone. */
export const operatorPasskeyRemoved = z.object({ id: z.string(), removed: z.literal(true) })

/** What another authenticator app is set up with; told once, and "setup" brings it back with the app's first code. */
export const operatorAppOffered = operatorTotpShown.extend({ setup: z.string() }).openapi('OperatorAppOffered')

const setup = z.string('the "setup" of the app').min(1).max(512)

/** The first code of another authenticator app. */
export const operatorAppShown = z.strictObject({ setup, code }).openapi('OperatorApp')

/** A password, with the app that comes with it where there is none yet. */
export const operatorPasswordSet = z
  .union(
    [z.strictObject({ password, setup, code }), z.strictObject({ password })],
    'a password, and where there is no app yet its "setup" and a code',
  )
  .openapi('OperatorPassword')

/** That a way in was changed or taken away. */
export const operatorChanged = z.object({ changed: z.literal(true) })

/** How many of an operator's own sessions were ended. */
export const operatorOthersEnded = z.object({ ended: z.int() })

const email = z.string('one e-mail address such as name@example.com').min(3).max(254)

/** An e-mail that an operator wants to be written to. */
export const operatorEmailAsked = z.strictObject({ email }).openapi('OperatorEmailAsked')

/** What the link to a new e-mail holds. */
export const operatorEmailEnd = z
  .strictObject({ token: z.string('the token of the link').min(1).max(100), email })
  .openapi('OperatorEmailEnd')

/** Where an operator is written to; null where nothing is kept. */
export const operatorEmailShown = z.object({ email: z.string().nullable() }).openapi('OperatorEmail')

/** Whether an operator is written to when something needs a hand. */
export const operatorAlarmsWanted = z.strictObject({ alarms: z.boolean('true or false') }).openapi('OperatorAlarms')

/** That a link is on its way to another e-mail. */
export const operatorEmailSent = z.object({ sent: z.literal(true) })
