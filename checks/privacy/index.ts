/** Checks that no content stays anywhere, that what is kept is declared, and that the walls stand; never changes what it checks. */

export { aggregates } from './aggregates.ts'
export { inventory } from './inventory.ts'
export { keySecrets } from './key-secrets.ts'
export { leakMutants } from './leak-mutants.ts'
export { leaks } from './leaks.ts'
export { minimal } from './minimal.ts'
export { retention } from './retention.ts'
export { walls } from './walls.ts'
