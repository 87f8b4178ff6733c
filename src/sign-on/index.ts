/** Single sign-on of teams: domains that accounts have shown to be theirs, and the issuer that signs their members in. Never signs anybody in itself. */

export { signOnReaders } from './cell-readers.ts'
export { domainOf, emailDomainOf, recordNameOf } from './domain.ts'
export {
  dropIssuer,
  type IssuerChange,
  keepIssuer,
  type RequiredRole,
  readIssuer,
  SIGN_ON_ROLES,
  type TeamIssuer,
} from './manage-issuer.ts'
export { askPublicIssuer, openTeamIssuers, type TeamIssuer as FoundTeamIssuer, type TeamIssuers } from './open-team-issuers.ts'
export { SIGN_ON_DATA } from './personal-data.ts'
export { type LostDomain, recheckDomains } from './recheck-domains.ts'
export {
  checkDomain,
  claimDomain,
  DOMAINS_MAX,
  listDomains,
  removeDomain,
  type TeamDomain,
} from './team-domains.ts'
