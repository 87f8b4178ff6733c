/** Fuzzing of what reads bytes of strangers, one target a file in `targets/`; what a target once needed is kept in `corpus/`. Opens no connection. */
export { fuzzed } from './run-target.ts'
