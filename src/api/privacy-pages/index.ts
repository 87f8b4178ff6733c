/** The pages of the privacy policy, its proof, its history and its providers, each one file without a script, and that of requests with one of its own; never asks a database. */
export { historyPage } from './history-page.ts'
export { policyDocument, policyPage } from './policy-page.ts'
export { proofPage } from './proof-page.ts'
export { requestPage } from './request-page.ts'
export { subprocessorsPage } from './subprocessors-page.ts'
export { transparencyPage } from './transparency-page.ts'
