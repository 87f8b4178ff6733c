/** Who else vouches for people: OpenID Connect issuers and GitHub, by configuration. Has no database, and keeps nothing of what it is told. */

export { ASK_SECONDS_MAX, type AskIssuer, askIssuer, RETRY_SECONDS } from './ask-issuer.ts'
export { issuerServers } from './issuer-servers.ts'
export { type Issuers, type OfferedIssuer, openIssuers, type WhichIssuer } from './open-issuers.ts'
export { ISSUER_FIELDS, issuerSettingsOf, issuersBlock } from './settings.ts'
export type { Asking, Issuer, IssuerAudience, IssuerSettings, ReturnedCode, Vouched } from './vouching.ts'
