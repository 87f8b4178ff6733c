/** People and how they prove who they are: passwords, passkeys, codes, sessions. Never touches money, and keeps no password, token or address that can be read. */
export { formatAccountNumber, parseAccountNumber } from './account-number.ts'
export { type Browser, type BrowserFamily, browserName, browserOf } from './browser.ts'
export { identityReaders } from './cell-readers.ts'
export { isJustSignedIn } from './fresh-by-issuer.ts'
export {
  ACCOUNT_GUESSES,
  ADDRESS_BEGINNINGS,
  ADDRESS_GUESSES,
  type CountedGuess,
  countAccountGuess,
  countAddressGuess,
  countLetter,
  type GuessLimit,
  type GuessParts,
  HOUR_MS,
} from './guess-limits.ts'
export { type Identity, makeIdentity } from './identity.ts'
export {
  INVITATION_DAYS,
  type Invitation,
  invitationCode,
  listInvitations,
  MEMBERS_MAX,
  makeInvitation,
  type NewInvitation,
  withdrawInvitation,
} from './invitations.ts'
export type { InvitationLetter, Joining, ShownCode } from './join.ts'
export { type LetterBox, makeLetterBox } from './letter-box.ts'
export { changeMemberRole, listMembers, type Member, type MemberChange, removeMember, requireRuns } from './members.ts'
export { laterNow } from './moment.ts'
export { allowSignUp, countAllowances, markOldAccounts, personMarkOf } from './one-account.ts'
export type { OneAccountRule } from './one-account-rule.ts'
export { openPasswordHashes } from './open-password-hashes.ts'
export type { ConfirmedStep, IdentityOptions, KeysLeft } from './options.ts'
export { OUTSIDE_AIMS, type OutsideAim } from './outside-attempt.ts'
export type { OutsideIdentity } from './outside-identities.ts'
export type { OutsideWays } from './outside-ways.ts'
export type { Visitor } from './parts.ts'
export { type NewPasskeyAnswer, newPasskeySchema, type PasskeyAnswer, type PasskeyTransport, passkeySchema } from './passkey-answer.ts'
export { checkPasskey, type KnownPasskey, type MadePasskey, passkeyToMake, passkeyToUse, readMadePasskey } from './passkey-ceremony.ts'
export type { Passkey } from './passkeys.ts'
export type { PasswordHashes, PasswordScheme, StoredPassword } from './password-hashes.ts'
export { PASSWORD_EXPECTED, requireGoodPassword } from './password-rules.ts'
export { IDENTITY_DATA } from './personal-data.ts'
export type { OwnAccount, Profile } from './profile.ts'
export type { NewProof } from './prove-again.ts'
export { newRecoveryCodes, recoveryHashOf } from './recovery-codes.ts'
export type { RevokedFactors } from './revoke-second-factors.ts'
export { ROLES, type Role, runsAccount } from './roles.ts'
export type { SecondProof } from './second-step.ts'
export { hashToken, isToken, makeToken } from './secret-token.ts'
export { FRESH_MS, type OpenSession, SESSION_DAYS, SESSION_IDLE_HOURS, type Session, type Shown } from './sessions.ts'
export { type Credentials, SECOND_STEPS, type SecondStep, type SignedIn } from './sign-in.ts'
export { type NotedChange, SIGN_IN_CHANGES, type SignInChange } from './sign-in-changes.ts'
export { isTeamName, nameTeam, readTeamName, TEAM_NAME_EXPECTED, TEAM_NAME_MAX } from './team-name.ts'
export { base32, matchTotp, TOTP_SECRET_BYTES, totpCode, totpStepOf, totpUri } from './totp.ts'
