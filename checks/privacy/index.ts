/** Checks that no content stays anywhere, that what is kept is declared, and that the walls stand; never changes what it checks. */
export { leaks } from './leaks.ts'
export { leakMutants } from './leak-mutants.ts'
