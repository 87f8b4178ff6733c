/**
 * Reconciliation: closed days of the books against the rows of calls, payment rails and providers' own reports, which it fetches; never
 * changes the books, and sends nothing of a customer anywhere.
 */

export type { RailEntry, RailReport } from '../spec/index.ts'
export { type Comparison, type Difference, type Figures, PARTS, type Part, REPORT_STATES, type ReportState } from './difference.ts'
export { RECONCILE_DATA } from './personal-data.ts'
export { type ReadPage, ReportError } from './provider-report.ts'
export { listManualDay, manualRail } from './rails.ts'
export { readPagesOverHttp } from './read-page.ts'
export { type Reconciling, reconcileDay, reconcileDue } from './reconcile-day.ts'
export { showDay } from './show-day.ts'
export { type ReconciledDay, readDay, readDays, type Watch, watchDays } from './store.ts'
