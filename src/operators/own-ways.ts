import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import { countAccountGuess, type NewPasskeyAnswer, requireGoodPassword } from '../identity/index.ts'
import { isUuid } from '../lib/index.ts'
import { makeOwnAlarms, type OwnAlarms } from './alarms.ts'
import { noteAtDoor, type OwnWayChange } from './note.ts'
import {
  beginOwnErrand,
  type LinkReturn,
  linkOperator,
  listOwnIdentities,
  type OwnIdentity,
  subjectOf,
  unlinkOperator,
} from './operator-link.ts'
import { keepOperatorPasskey, offerOperatorPasskey, readOperatorPasskey } from './operator-passkeys.ts'
import { countOperatorCodes, renewOperatorCodes } from './operator-recovery.ts'
import { type OfferedTotp, offerOperatorTotp, readOfferedTotp, type ShownSetup } from './operator-totp.ts'
import { makeOwnEmail, type OwnEmail } from './own-email.ts'
import type { OperatorParts } from './parts.ts'
import { getOperatorPerson, type OperatorPerson } from './person.ts'
import { tellOwnChange } from './post.ts'
import { endOtherOperatorSessions, type OperatorSession } from './sessions.ts'

/** A passkey as its operator sees it; `transports` is how it is reached. */
export type OwnPasskey = {
  readonly id: string
  readonly transports: readonly string[]
  readonly createdAt: Date
  /** The UTC day when it was last used, as 2026-11-27. */
  readonly usedOn: string | undefined
}

/** A password that is to be; with the app that comes with it where there is none yet. */
export type NewOperatorPassword = { readonly password: string; readonly app: ShownSetup | undefined }

/**
 * What operators who are signed in change of how they sign in; who may is who has shown lately who they are, which is for the caller to ask. Each of it is
 * noted in the audit log, told them by a letter, and ends their other sessions, but for what only adds. Fails with operator_nameless for the token of the configuration.
 */
export type OwnWays = OwnEmail &
  OwnAlarms & {
    readonly listPasskeys: (session: OperatorSession) => Promise<readonly OwnPasskey[]>
    /** What a browser is asked with to make another passkey. Fails with passkeys_full. */
    readonly offerPasskey: (session: OperatorSession) => Promise<object>
    /** Keeps another passkey; resolves with recovery codes where there were none. Fails with passkey_refused, passkeys_full. */
    readonly addPasskey: (session: OperatorSession, answer: NewPasskeyAnswer) => Promise<readonly string[]>
    /** Fails with passkey_unknown, operator_last_way. */
    readonly removePasskey: (session: OperatorSession, id: string) => Promise<void>
    /** What another authenticator app is set up with; the one there is counts until its first code was shown. */
    readonly offerApp: (session: OperatorSession) => Promise<OfferedTotp>
    /** Puts another app in the place of the one there is. Fails with second_step_failed, sign_in_limited. */
    readonly changeApp: (session: OperatorSession, shown: ShownSetup) => Promise<void>
    /** Sets the password, or changes it. Fails with invalid_field (password), second_step_failed, sign_in_limited. */
    readonly setPassword: (session: OperatorSession, made: NewOperatorPassword) => Promise<readonly string[]>
    /** Takes the password and its app away. Fails with operator_last_way. */
    readonly dropPassword: (session: OperatorSession) => Promise<void>
    readonly renewCodes: (session: OperatorSession) => Promise<readonly string[]>
    readonly listIdentities: (session: OperatorSession) => Promise<readonly OwnIdentity[]>
    /** Sends who is signed in to an issuer, to be linked with who they are there. */
    readonly beginLink: (session: OperatorSession, issuer: string) => Promise<{ readonly step: string; readonly url: string }>
    readonly link: (session: OperatorSession, came: LinkReturn) => Promise<void>
    /** Fails with identity_unknown, operator_last_way. */
    readonly unlink: (session: OperatorSession, id: string) => Promise<void>
  }

const PASSKEYS_MAX = 20

/** The ways of operators on these parts. */
export const makeOwnWays = (parts: OperatorParts): OwnWays => ({
  listPasskeys: async (session) => await listOwn(parts.database, (await personOf(parts, session)).operator.id),
  offerPasskey: async (session) => {
    const { operator } = await personOf(parts, session)
    await requireRoom(parts.database, operator.id)
    return await offerOperatorPasskey(parts, operator)
  },
  addPasskey: (session, answer) => addPasskey(parts, session, answer),
  removePasskey: async (session, id) => {
    const { operator } = await personOf(parts, session)
    await change(parts, session, { event: 'passkey-removed', isEnding: true, work: (tx) => removePasskey(tx, operator.id, id) })
  },
  offerApp: async (session) => await offerOperatorTotp(parts, (await personOf(parts, session)).operator),
  changeApp: (session, shown) => changeApp(parts, session, shown),
  setPassword: (session, made) => setPassword(parts, session, made),
  dropPassword: async (session) => {
    const { operator } = await personOf(parts, session)
    await change(parts, session, { event: 'password-removed', isEnding: true, work: (tx) => dropPassword(tx, operator.id) })
  },
  renewCodes: async (session) => {
    const { operator } = await personOf(parts, session)
    return await change(parts, session, {
      event: 'codes-renewed',
      isEnding: false,
      work: (tx) => renewOperatorCodes(tx, operator.id, parts.random),
    })
  },
  ...linking(parts),
  ...makeOwnEmail(parts),
  ...makeOwnAlarms(parts),
})

type Links = 'listIdentities' | 'beginLink' | 'link' | 'unlink'

const linking = (parts: OperatorParts): Pick<OwnWays, Links> => ({
  listIdentities: async (session) => await listOwnIdentities(parts.database, parts, (await personOf(parts, session)).operator.id),
  beginLink: async (session, issuer) =>
    await beginOwnErrand(parts, { kind: 'issuer-link', issuer, operatorId: (await personOf(parts, session)).operator.id }),
  link: async (session, came) => {
    const operatorId = (await personOf(parts, session)).operator.id
    const subject = await subjectOf(parts, { operatorId, came })
    const work = (tx: Database) => linkOperator(tx, parts, { operatorId, issuer: came.issuer, subject })
    await change(parts, session, { event: 'issuer-linked', isEnding: false, work })
  },
  unlink: async (session, id) => {
    const operatorId = (await personOf(parts, session)).operator.id
    const work = async (tx: Database) => {
      await unlinkOperator(tx, { operatorId, id })
      await requireAWay(tx, operatorId)
    }
    await change(parts, session, { event: 'issuer-unlinked', isEnding: true, work })
  },
})

/** Who is signed in, as a person by name. Fails with operator_nameless, signed_out. */
async function personOf({ database }: OperatorParts, { operator: { id } }: OperatorSession): Promise<OperatorPerson> {
  if (id === undefined) return fail('operator_nameless')
  return (await getOperatorPerson(database, id)) ?? fail('signed_out')
}

type Changing = { readonly event: OwnWayChange; readonly isEnding: boolean }

/** Changes something of who is signed in: noted first, then done, one change after another, and what it shuts out ends; then they are told. */
async function change<T>(
  parts: OperatorParts,
  { id: exceptId, operator: { id: operatorId = '', actor, name } }: OperatorSession,
  { event, isEnding, work }: Changing & { readonly work: (tx: Database) => Promise<T> },
): Promise<T> {
  await noteAtDoor(parts, { actor, event })
  const changed = await parts.database.transaction(async (tx) => {
    await tx.query(sql`select from operator where id = ${operatorId}::uuid for update`)
    const done = await work(tx)
    if (isEnding) await endOtherOperatorSessions(tx, { operatorId, exceptId, now: parts.clock.now() })
    return done
  })
  tellOwnChange(parts, name, event)
  return changed
}

async function listOwn(database: Database, id: string): Promise<readonly OwnPasskey[]> {
  const rows = await database.query<PasskeyRow>(sql`
    select id, transports, created_at, to_char(used_on, 'YYYY-MM-DD') as used_on from operator_passkey where operator_id = ${id}::uuid order by created_at desc, id desc`)
  return rows.map((row) => ({ id: row.id, transports: row.transports, createdAt: row.created_at, usedOn: row.used_on ?? undefined }))
}

type PasskeyRow = {
  readonly id: string
  readonly transports: readonly string[]
  readonly created_at: Date
  readonly used_on: string | null
}

async function requireRoom(database: Database, operatorId: string): Promise<void> {
  if ((await listOwn(database, operatorId)).length >= PASSKEYS_MAX) fail('passkeys_full', { limit: PASSKEYS_MAX })
}

async function addPasskey(parts: OperatorParts, session: OperatorSession, answer: NewPasskeyAnswer): Promise<readonly string[]> {
  const { id: operatorId } = (await personOf(parts, session)).operator
  const made = await readOperatorPasskey(parts, operatorId, answer)
  const work = async (tx: Database) => {
    await requireRoom(tx, operatorId)
    await keepOperatorPasskey(tx, parts, { operatorId, made })
    return await firstCodes(tx, parts, operatorId)
  }
  return await change(parts, session, { event: 'passkey-added', isEnding: false, work })
}

/** Recovery codes where there are none yet; who has some keeps them. */
const firstCodes = async (tx: Database, { random }: OperatorParts, operatorId: string): Promise<readonly string[]> =>
  (await countOperatorCodes(tx, operatorId)) > 0 ? [] : await renewOperatorCodes(tx, operatorId, random)

async function removePasskey(tx: Database, operatorId: string, id: string): Promise<void> {
  if (!isUuid(id)) fail('passkey_unknown')
  const removed = await tx.query(sql`
    delete from operator_passkey where id = ${id}::uuid and operator_id = ${operatorId}::uuid returning 1`)
  if (removed.length === 0) fail('passkey_unknown')
  await requireAWay(tx, operatorId)
}

async function changeApp(parts: OperatorParts, session: OperatorSession, shown: ShownSetup): Promise<void> {
  const { operator, password, totp } = await personOf(parts, session)
  if (password === undefined || totp?.isConfirmed !== true) fail('second_step_failed')
  const app = await readApp(parts, session, shown)
  await change(parts, session, { event: 'app-changed', isEnding: true, work: (tx) => writeApp(tx, parts, { id: operator.id, app }) })
}

async function setPassword(parts: OperatorParts, session: OperatorSession, made: NewOperatorPassword): Promise<readonly string[]> {
  const { operator, totp } = await personOf(parts, session)
  const { id, name } = operator
  requireGoodPassword(made.password, name)
  if (made.app === undefined && totp?.isConfirmed !== true) fail('second_step_failed')
  const app = made.app === undefined ? undefined : await readApp(parts, session, made.app)
  const { hash, scheme } = await parts.hashes.hash(made.password)
  const work = async (tx: Database) => {
    if (app !== undefined) await writeApp(tx, parts, { id, app })
    await tx.query(sql`update operator set password_hash = ${hash}, password_scheme = ${scheme} where id = ${id}::uuid returning 1`)
    return await firstCodes(tx, parts, id)
  }
  return await change(parts, session, { event: 'password-changed', isEnding: true, work })
}

type App = Awaited<ReturnType<typeof readOfferedTotp>>

/** Codes of an app are guessed at like a password. */
async function readApp(parts: OperatorParts, { operator: { actor, id = '' } }: OperatorSession, shown: ShownSetup): Promise<App> {
  const guess = await countAccountGuess(parts, `operator-proof:${actor}`)
  const app = await readOfferedTotp(parts, id, shown)
  await guess.forgive()
  return app
}

async function writeApp(tx: Database, { clock }: OperatorParts, { id, app }: { readonly id: string; readonly app: App }): Promise<void> {
  await tx.query(sql`
    update operator set totp_sealed = ${app.sealed}, totp_step = ${app.step}::bigint, totp_confirmed_at = ${new Date(clock.now())}
    where id = ${id}::uuid returning 1`)
}

async function dropPassword(tx: Database, operatorId: string): Promise<void> {
  await tx.query(sql`
    update operator set password_hash = null, password_scheme = null, totp_sealed = null, totp_confirmed_at = null, totp_step = 0
    where id = ${operatorId}::uuid returning 1`)
  await requireAWay(tx, operatorId)
}

/** Nobody shuts themselves out: a token of their own is a way too, and so is an issuer. Fails with operator_last_way. */
async function requireAWay(tx: Database, operatorId: string): Promise<void> {
  const ways = await tx.query(sql`
    select from operator where id = ${operatorId}::uuid and (
      exists (select from operator_passkey where operator_passkey.operator_id = operator.id)
      or exists (select from operator_identity where operator_identity.operator_id = operator.id)
      or (password_hash is not null and totp_confirmed_at is not null)
      or exists (select from operator_token where operator_token.name = operator.name and revoked_at is null))`)
  if (ways.length === 0) fail('operator_last_way')
}
