import { fail } from '../failures.ts'
import { addPasskey, offerPasskey } from './make-passkey.ts'
import type { IdentityParts } from './parts.ts'
import type { NewPasskeyAnswer } from './passkey-answer.ts'
import { listPasskeys, type Passkey, type RenamedPasskey, removePasskey, renamePasskey } from './passkeys.ts'
import { getPerson, type Person } from './person.ts'
import { tellWayChanged, type WayChange } from './post.ts'
import { readProfile } from './profile.ts'
import { countRecoveryCodes, renewRecoveryCodes } from './recovery-codes.ts'
import type { Session } from './sessions.ts'
import { beginTotp, confirmTotp, endTotp, type NewTotp } from './totp-setup.ts'

/** What somebody who is signed in does with what a second step is taken with; the owner of the account is told of each change by a letter. */
export type SecondFactors = {
  /** Fails with totp_on. */
  readonly beginTotp: (session: Session) => Promise<NewTotp>
  /** Resolves with new recovery codes. Fails with totp_on, second_step_failed. */
  readonly confirmTotp: (session: Session, code: string) => Promise<readonly string[]>
  readonly endTotp: (session: Session) => Promise<void>
  /** New recovery codes; the old ones are worth nothing from then on. Fails with second_step_failed where no second step is asked for. */
  readonly renewRecoveryCodes: (session: Session) => Promise<readonly string[]>
  readonly listPasskeys: (session: Session) => Promise<readonly Passkey[]>
  /** Fails with passkeys_full. */
  readonly offerPasskey: (session: Session) => Promise<object>
  /** Resolves with recovery codes where there were none. Fails with passkey_refused. */
  readonly addPasskey: (session: Session, made: NewPasskey) => Promise<{ readonly id: string; readonly recoveryCodes: readonly string[] }>
  /** Fails with passkey_unknown. */
  readonly renamePasskey: (session: Session, renamed: RenamedPasskey) => Promise<void>
  /** Fails with passkey_unknown, last_way_in. */
  readonly removePasskey: (session: Session, id: string) => Promise<void>
}

/** A passkey that was made, and what its person calls it. */
export type NewPasskey = { readonly name: string; readonly answer: NewPasskeyAnswer }

/** Second factors on these parts. */
export function makeSecondFactors(parts: IdentityParts): SecondFactors {
  const { database, random } = parts
  const renew = (personId: string) => database.transaction((tx) => renewRecoveryCodes(tx, personId, random))
  const tell = ({ homeAccountId }: Session, what: WayChange) => tellWayChanged(parts, homeAccountId, what)
  return {
    beginTotp: async (session) => await beginTotp(parts, await personOf(parts, session), await nameOf(parts, session)),
    confirmTotp: async (session, code) => {
      const codes = await confirmTotp(parts, await personOf(parts, session), code)
      await tell(session, 'authenticator-added')
      return codes
    },
    endTotp: async (session) => {
      if (await endTotp(parts, await personOf(parts, session))) await tell(session, 'authenticator-removed')
    },
    renewRecoveryCodes: async (session) => {
      const person = await personOf(parts, session)
      if (person.totp?.isConfirmed !== true && person.passkeys === 0) fail('second_step_failed')
      const codes = await renew(person.id)
      await tell(session, 'recovery-codes-renewed')
      return codes
    },
    listPasskeys: async (session) => await listPasskeys(parts, await personOf(parts, session)),
    offerPasskey: async (session) => await offerPasskey(parts, await personOf(parts, session), await nameOf(parts, session)),
    addPasskey: async (session, made) => {
      const person = await personOf(parts, session)
      const id = await addPasskey(parts, person, made)
      await tell(session, 'passkey-added')
      return { id, recoveryCodes: (await countRecoveryCodes(database, person.id)) > 0 ? [] : await renew(person.id) }
    },
    renamePasskey: async (session, renamed) => await renamePasskey(parts, await personOf(parts, session), renamed),
    removePasskey: async (session, id) => {
      await removePasskey(parts, { personId: session.personId, id })
      await tell(session, 'passkey-removed')
    },
  }
}

/** The person of a session. Fails with signed_out when the account is just gone. */
export const personOf = async ({ database }: Pick<IdentityParts, 'database'>, { personId }: Session): Promise<Person> =>
  (await getPerson(database, personId)) ?? fail('signed_out')

/** What authenticators show beside the name of the service. */
const nameOf = async (parts: IdentityParts, session: Session): Promise<string> =>
  (await readProfile(parts, session)).email ?? session.homeAccountId
