/** The process that writes: admits, holds and settles calls, and serves people. Never sees a prompt or an answer. */

export { nodeIdProblems, openNodeId } from './node-identity.ts'
export { accountsOf, readersOf } from './open-rights.ts'
export { checkRestored, type Restored } from './restored.ts'
export { openRetention, type RetainingOptions } from './retaining.ts'
export { sharedKeyProblems } from './shared-keys.ts'
export { type ControlOptions, type RunningControl, startControl } from './start-control.ts'
