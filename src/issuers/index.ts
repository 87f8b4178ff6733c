/** Who else vouches for people: OpenID Connect issuers and GitHub, by configuration. Has no database, and keeps nothing of what it is told. */

export { type AskIssuer, askIssuer } from './ask-issuer.ts'
export { issuerServers } from './issuer-servers.ts'
export { type Issuers, openIssuers, type WhichIssuer } from './open-issuers.ts'
export { ISSUER_FIELDS, issuerSettingsOf, issuersBlock } from './settings.ts'
export type { Asking, IssuerAudience, IssuerSettings, ReturnedCode, Vouched } from './vouching.ts'
