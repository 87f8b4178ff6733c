/** The pages of the privacy policy, its proof, its history and its providers, each one file without a script, and that of requests with one of its own; never asks a database. */
export { historyPage } from './history-page.ts'
export { policyPage } from './policy-page.ts'
export { proofPage } from './proof-page.ts'
export { REQUEST_PAGE_POLICY, requestPage } from './request-page.ts'
export { PRIVACY_PAGE_POLICY } from './shell.ts'
export { subprocessorsPage } from './subprocessors-page.ts'
export { transparencyPage } from './transparency-page.ts'
