import { EMAIL_EXPECTED, isEmail } from '../accounts/index.ts'
import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import { countAccountGuess } from '../identity/index.ts'
import { noteAtDoor } from './note.ts'
import { emailOfOperator, keepOperatorEmail } from './operator-email.ts'
import type { OperatorOptions } from './options.ts'
import type { OperatorParts } from './parts.ts'
import type { OperatorSession } from './sessions.ts'
import { beginOperatorStep, endOperatorStep, hasOperatorStep } from './steps.ts'

/** How many hours the link to a new e-mail can be used. */
export const EMAIL_LINK_HOURS = 24

/** What links to a new e-mail begin with, so that none is taken for another. */
const PREFIX = 'fbe_'
const HOUR_MS = 3_600_000

/** An e-mail that an operator is about to have, with the token that went to it. */
export type NewOperatorEmail = { readonly token: string; readonly email: string }

/**
 * What operators who are signed in do with the e-mail that they are written to: the old one counts until the new one has answered, and both are told.
 * Fails with operator_nameless for the token of the configuration.
 */
export type OwnEmail = {
  readonly readEmail: (session: OperatorSession) => Promise<string | undefined>
  /** Mails a link to another e-mail, which is kept nowhere until it is used. Fails with invalid_field (email), mail_off, sign_in_limited. */
  readonly beginEmail: (session: OperatorSession, email: string) => Promise<void>
  /** Puts the other e-mail in the place of the one there is, by the link, for who asked for it alone. Fails with sign_in_link_invalid. */
  readonly endEmail: (session: OperatorSession, made: NewOperatorEmail) => Promise<void>
}

/** The e-mail of operators on these parts. */
export const makeOwnEmail = (parts: OperatorParts): OwnEmail => ({
  readEmail: async ({ operator }) => {
    nameOf(operator)
    return await emailOfOperator(parts, operator.name)
  },
  beginEmail: (session, email) => beginEmail(parts, session, email),
  endEmail: (session, made) => endEmail(parts, session, made),
})

const nameOf = ({ id }: OperatorSession['operator']): string => id ?? fail('operator_nameless')

async function beginEmail(parts: OperatorOptions, { operator }: OperatorSession, email: string): Promise<void> {
  const { database, clock, mailer = fail('mail_off') } = parts
  const operatorId = nameOf(operator)
  if (!isEmail(email)) fail('invalid_field', { field: 'email', expected: EMAIL_EXPECTED })
  // Counted and never forgiven: nobody gets more letters than a few, whoever asks for them.
  await countAccountGuess(parts, `operator-email:${operator.actor}`)
  await noteAtDoor(parts, { actor: operator.actor, event: 'email-asked' })
  const token = PREFIX + parts.random(32).toString('base64url')
  await database.transaction(async (tx) => {
    await tx.query(sql`delete from operator_step where operator_id = ${operatorId}::uuid and kind = 'email-change' returning 1`)
    await beginOperatorStep(tx, { clock }, { ...stepOf({ token, email }), operatorId, forMs: EMAIL_LINK_HOURS * HOUR_MS })
  })
  const link = `${parts.url}/console/confirm-email#token=${token}&email=${encodeURIComponent(email)}`
  await mailer.send('operator-email-confirm', email, { link, hours: String(EMAIL_LINK_HOURS) })
}

async function endEmail(parts: OperatorParts, { operator }: OperatorSession, made: NewOperatorEmail): Promise<void> {
  const operatorId = nameOf(operator)
  const [step, before] = [{ ...stepOf(made), operatorId }, await emailOfOperator(parts, operator.name)]
  if (!(await hasOperatorStep(parts.database, parts, step))) fail('sign_in_link_invalid')
  await noteAtDoor(parts, { actor: operator.actor, event: 'email-changed' })
  await parts.database.transaction(async (tx: Database) => {
    if (!(await endOperatorStep(tx, parts, step))) fail('sign_in_link_invalid')
    await keepOperatorEmail(tx, parts, { id: operatorId, email: made.email })
  })
  // What is changed is changed: the answer waits for no mail server, and none that fails undoes it.
  const { mailer } = parts
  if (before !== undefined && mailer !== undefined) parts.box.take(() => mailer.send('operator-email-changed', before, {}))
}

/** The address is bound into what is remembered, so that it has to come back with the token. */
const stepOf = ({ token, email }: NewOperatorEmail) => ({ kind: 'email-change' as const, token: `${token}\n${email}` })
