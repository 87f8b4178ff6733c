/** Credit by hand that needs a second person. Never books what one person alone asked for. */
export {
  type AskedCredit,
  askCredit,
  bookApproved,
  countPending,
  type Decision,
  decideCredit,
  listPending,
  PENDING_STATES,
  type PendingCredit,
  type PendingSealing,
  type PendingState,
  readPending,
} from './pending-credit.ts'
export { MANUAL_DATA, pendingReaders } from './personal-data.ts'
