/** The HTTP interface of control: the operator's and the customers' own. Never sees a prompt and never shows what no schema lists. */
export { answerOnce, type Repeatable } from './answer-once.ts'
export { customerApp } from './customer-app.ts'
export type { ApiDependencies, ApiEnv, ApiLedger } from './dependencies.ts'
export { operatorApp } from './operator-app.ts'
export { IDEMPOTENCY_DATA } from './personal-data.ts'
export { policyPage, proofPage } from './privacy-pages/index.ts'
export { LANGUAGES, type Language, statementPage } from './statement-page/index.ts'
