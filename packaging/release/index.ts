/** Says whether a release may go on: who signed its tag, who let it through; uses nothing but Node and git, and publishes nothing. */
export { type Approval, approvalProblems } from './approval-problems.ts'
export { SIGNERS, tagProblems } from './tag-problems.ts'
