/** The pages of the privacy policy, its proof, its history and its providers: each one file without a script; never asks a database. */
export { historyPage } from './history-page.ts'
export { policyPage } from './policy-page.ts'
export { proofPage } from './proof-page.ts'
export { PRIVACY_PAGE_POLICY } from './shell.ts'
export { subprocessorsPage } from './subprocessors-page.ts'
