import { z } from '@hono/zod-openapi'
import { newPasskeySchema, passkeySchema, ROLES, SECOND_STEPS, SIGN_IN_CHANGES } from '../../identity/index.ts'
import { ownWords, time } from './fields.ts'

const email = z.string('one e-mail address such as name@example.com').min(3).max(254)
// How long a password may be is told by its rules, which count bytes and name no value.
const password = z.string('a password').max(2048)
const accountNumber = z.string('an account number of 16 digits').min(1).max(64)
const linkToken = z.string('the token of a mailed link').min(1).max(100)
const moment = z.iso.datetime({ offset: true, error: 'a time such as 2026-11-21T12:00:00Z' })
const step = z.string('the "step" of the sign-in').min(1).max(100)
const code = z.string('a code of 6 digits').min(1).max(32)

/** Whose account is to be opened, or whose password is forgotten. */
export const emailAsked = z.strictObject({ email })

/** Whose account is to be opened, with the code of an invitation that they come with, and that of an account which brings them. */
export const signUpAsked = z.strictObject({
  email,
  invitation: z
    .string('the code of an invitation')
    .regex(/^fbt_[\w-]{43}$/, 'the code of an invitation')
    .optional(),
  from: z
    .string('the code of an account')
    .regex(/^[2-9A-HJKMNP-Z]{10}$/, 'the code of an account')
    .optional(),
})

/** What opens an account by a mailed link. */
export const signUpEnd = z.strictObject({ token: linkToken, email, password })

/** What opens an account without an e-mail. */
export const numberedSignUp = z.strictObject({ password: password.optional() })

/** What somebody signs in with: an e-mail or an account number. */
export const signInInput = z.union(
  [z.strictObject({ email, password }), z.strictObject({ account_number: accountNumber, password: password.optional() })],
  'an e-mail and a password, or an account number',
)

/** What ends a sign-in that asked for a second step: one of these. */
export const secondStepInput = z.union(
  [
    z.strictObject({ step, code }),
    z.strictObject({ step, recovery_code: z.string('a recovery code').min(1).max(64) }),
    z.strictObject({ step, passkey: passkeySchema }),
  ],
  'a step, and a code, a recovery code or an answer of a passkey',
)

/** Which sign-in a passkey is asked for. */
export const stepAsked = z.strictObject({ step })

/** An answer of a passkey. */
export const passkeySignIn = z.strictObject({ passkey: passkeySchema })

/** What sets a new password by a mailed link. */
export const resetEnd = z.strictObject({ token: linkToken, password, end_keys_since: moment.optional() })

const keysLeft = z.object({ count: z.int(), newest: z.array(z.object({ hint: z.string(), created_at: time })) })

/** That a new password is set, how many other ways into the account outlast it, and which keys do, of which as many ended as were made since the moment that was said. */
export const resetShown = z.object({
  changed: z.literal(true),
  keys: z.object({ ended: z.int(), managing: keysLeft, calling: keysLeft }),
  members_joined: z.int().nullable(),
  ways: z.object({ passkeys: z.int(), authenticator_apps: z.int(), linked_services: z.int() }),
})

/** What changes a password; the current one is left out where there is none. */
export const passwordChange = z.strictObject({ current: password.optional(), password })

/** What proves anew who is signed in. */
export const proofInput = z.union(
  [
    z.strictObject({ passkey: passkeySchema }),
    z.strictObject({ password: password.optional(), account_number: accountNumber.optional(), code: code.optional() }),
  ],
  'a password, an account number or an answer of a passkey',
)

/** The first code of an authenticator app. */
export const codeInput = z.strictObject({ code })

/** A passkey that was made, and what it is called. */
export const newPasskey = z.strictObject({ name: ownWords(64), passkey: newPasskeySchema })

const role = z.enum(ROLES)

/** Who is signed in, as they see it. */
export const profileShown = z.object({
  person: z.object({ id: z.string(), email: z.string().nullable() }),
  account: z.object({ id: z.string(), role }),
  /**
   * All that can be acted for, their own first; the name is the e-mail of who opened it, `team` what its owners call it, `sign_on` the issuer that has
   * to sign them in first.
   */
  accounts: z.array(
    z.object({ id: z.string(), role, name: z.string().nullable(), team: z.string().nullable(), sign_on: z.string().nullable() }),
  ),
  /** The team that the session acts for alone, as its issuer opened it, until a proof of the person's own; then `accounts` has no other. */
  confined_to: z.object({ account: z.string(), issuer: z.string().nullable() }).nullable(),
  has_password: z.boolean(),
  has_account_number: z.boolean(),
  has_totp: z.boolean(),
  passkeys: z.int(),
  recovery_codes_left: z.int(),
  fresh_until: time,
})

/** A sign-in that is done, with the account of the team whose issuer vouched, or lacks its second step, which can be taken in these ways. */
export const signInShown = z.union([
  z.object({ signed_in: z.literal(true), account: z.string().optional() }),
  z.object({ signed_in: z.literal(false), step: z.string(), ways: z.array(z.enum(SECOND_STEPS)) }),
])

/** That somebody is signed in; their account number where they have just got one, which is told this once. */
export const signedInShown = z.object({ signed_in: z.literal(true), account_number: z.string().optional() })

/** What an authenticator app is set up with; told once. */
export const totpShown = z.object({ secret: z.string(), uri: z.string() })

/** Recovery codes; told once, and empty where there are some already. */
export const recoveryCodesShown = z.object({ recovery_codes: z.array(z.string()) })

/** Passkeys of a person. */
export const passkeysShown = z.object({
  data: z.array(z.object({ id: z.string(), name: z.string().nullable(), created_at: time, used_on: z.string().nullable() })),
})

/** What a passkey is called from now on. */
export const passkeyRename = z.strictObject({ name: ownWords(64) })

/** What changed of how a person signs in, in the last seven days. */
export const signInChangesShown = z.object({ data: z.array(z.object({ what: z.enum(SIGN_IN_CHANGES), at: time })) })

/** Where a person is signed in. */
export const sessionsShown = z.object({
  data: z.array(z.object({ id: z.string(), browser: z.string(), is_this: z.boolean(), created_at: time, seen_at: time })),
})
