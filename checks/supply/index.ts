/** The checks of what Farebox is made of and how it is packed; they build it, install it and look at what they get, and publish nothing. */
export { type Asked, lockProblems } from './lock-problems.ts'
export { scriptProblems } from './script-problems.ts'
export { troubleOfStartingTwice } from './started-twice.ts'
export { readWorkflows, type Workflow, workflowOf, workflowProblems } from './workflows.ts'
