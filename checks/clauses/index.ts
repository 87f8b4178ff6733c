/** Checks of the clauses of the privacy policy that no other check shows; never changes what it checks. */
export { cardNumbers } from './card-numbers.ts'
export { databaseRoles } from './database-roles.ts'
export { forbiddenCredentials } from './forbidden-credentials.ts'
export { freshInstall } from './fresh-install.ts'
export { localOnly } from './local-only.ts'
export { namedRoutes } from './named-routes.ts'
export { narrowChannel } from './narrow-channel.ts'
export { outsideVerifier } from './outside-verifier.ts'
