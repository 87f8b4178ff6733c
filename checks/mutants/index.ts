/** Defects that are built into copies of the tree, each of which the test or check that is named for it has to find. */
export { findMutants, lostMutants } from './find-mutants.ts'
export { type Detector, type Mutant, mutantsOf } from './mutant.ts'
